"""The families of a network, against figures worked out by hand."""

from typing import Any

from allium.analysis.family.family_keys import FamilyKeyCounts, family_key_counts, keys
from allium.analysis.family.family_membership import declaration
from allium.model.relay import Relay
from tests.support.network import fingerprint
from tests.support.relays import joined, relay


def kin(number: int, *names: int, **fields: Any) -> Relay:
    return relay(number, effective_family=tuple(map(fingerprint, names)), **fields)


def found(*relays: Relay) -> FamilyKeyCounts:
    network = joined(*relays)
    known = {one.fingerprint: one for one in relays}
    declared = [
        declaration([known[name] for name in members], known)
        for members in network.families.values()
    ]
    return family_key_counts(network, declared)


def test_families_have_sizes_and_some_are_declared_incompletely() -> None:
    whole = found(
        kin(0, 0, 1),
        kin(1, 0, 1),
        kin(2, 2, 3),
        kin(3, 2, 3, 4, alleged_family=(fingerprint(0),)),
        kin(4, 3, 4, running=False),
        kin(5, alleged_family=(fingerprint(1), fingerprint(2))),
    )
    assert (whole.families, whole.relays, whole.incomplete, whole.large) == (2, 5, 1, 0)
    assert whole.largest == (fingerprint(2), 3)
    assert {size: count for size, count in whole.sizes.items() if count} == {2: 1, 3: 1}
    # listed beside oneself: 1 + 1 + 1 + 2 + 1 confirmed, 1 + 2 not
    assert (whole.alleged, whole.listed) == (3, 9)
    # 3 lists one that does not list it back; 5 lists only such
    assert whole.lists == {"all": 4, "some": 1, "none": 1, "no list": 0}


def test_of_equal_families_the_first_by_id_is_the_largest() -> None:
    whole = found(kin(2, 3), kin(3, 2), kin(0, 1), kin(1, 0))
    assert whole.largest == (fingerprint(0), 2)


def test_without_families_there_is_no_largest() -> None:
    whole = found(relay(0))
    assert (whole.families, whole.largest, whole.listed) == (0, None, 0)


def test_keys_are_of_running_relays_and_operators_have_some_or_all() -> None:
    relays = (
        relay(0, contact="a", family_ids=("k1",), version="0.4.9.1", flags=("Exit",),
              consensus_weight=5, observed_bandwidth=7),
        relay(1, contact="a", family_ids=("k1", "k2"), version="0.4.8.9"),
        relay(2, contact="b", family_ids=("k3",), running=False),
        relay(3, contact="b", version="0.5.0.1-alpha", flags=("Guard",), consensus_weight=2),
        relay(4, contact="c"),
        relay(5, family_ids=("k4",)),
    )  # fmt: skip
    by_key = keys(joined(*relays))
    assert (by_key.relays, by_key.keys, by_key.some, by_key.every) == (3, 3, 2, 1)
    ready = by_key.ready
    assert (ready.running, ready.weight, ready.bandwidth) == (2, 7, 7)
    assert (ready.parts["exit"].relays, ready.parts["guard"].relays) == (1, 1)


def test_running_relays_say_their_family_by_key_by_list_by_both_or_not() -> None:
    relays = (
        kin(0, 1, family_ids=("k1",)),
        kin(1, 0, family_ids=("k1",)),
        kin(2, 3),
        kin(3, 2, running=False),
        kin(4, 4, family_ids=("k2",)),
        kin(5, 5),
    )
    # Onionoo counts a relay into its own family: 4 lists nobody, and 5 has no family.
    assert keys(joined(*relays)).supports == {
        "both": 2, "family key": 1, "MyFamily": 1, "none": 1,
    }  # fmt: skip
