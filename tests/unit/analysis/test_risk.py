"""Where the network depends on few: figures worked out by hand from small networks."""

from typing import Any

import pytest

from allium.analysis.network import Network
from allium.analysis.risk.both_ends import address_ranges, both_ends
from allium.analysis.risk.newcomers import new_groups
from allium.analysis.risk.outdated import exits_without_contact, outdated
from allium.analysis.risk.removals import accumulated, removals
from allium.model.relay import Relay
from tests.support.network import HOUR, fingerprint
from tests.support.relays import joined, relay

GUARD: dict[str, Any] = {"flags": ("Guard", "Running"), "guard_probability": 0.01}
EXIT: dict[str, Any] = {"flags": ("Exit", "Running"), "exit_probability": 0.02}


def somebody(number: int, net: int, **fields: Any) -> Relay:
    return relay(number, contact="somebody", or_addresses=(f"192.{net}.2.1:9001",), **fields)


def test_a_guard_and_an_exit_of_no_common_family_may_be_in_one_circuit() -> None:
    network = joined(somebody(1, 1, **GUARD), somebody(2, 2, **EXIT), somebody(3, 3, **EXIT))
    (found,) = both_ends(network)
    assert (found.guards, found.exits, found.pairs) == (1, 2, 2)
    assert found.probability == pytest.approx(0.01 * 0.04)


def test_a_pair_is_safe_by_a_list_by_a_key_or_by_its_addresses() -> None:
    listed = joined(
        somebody(1, 1, **GUARD, effective_family=(fingerprint(1), fingerprint(2))),
        somebody(2, 2, **EXIT, effective_family=(fingerprint(1), fingerprint(2))),
    )
    keyed = joined(
        somebody(1, 1, **GUARD, family_ids=("ed25519:a",)),
        somebody(2, 2, **EXIT, family_ids=("ed25519:a",)),
    )
    near = joined(somebody(1, 7, **GUARD), somebody(2, 7, **EXIT))
    assert both_ends(listed) == both_ends(keyed) == both_ends(near) == []


def test_relays_of_different_operators_and_of_nobody_are_no_pair() -> None:
    strangers = joined(
        relay(1, contact="one", or_addresses=("192.1.2.1:9001",), **GUARD),
        relay(2, contact="two", or_addresses=("192.2.2.1:9001",), **EXIT),
    )
    nobody = joined(
        relay(1, or_addresses=("192.1.2.1:9001",), **GUARD),
        relay(2, or_addresses=("192.2.2.1:9001",), **EXIT),
    )
    assert both_ends(strangers) == both_ends(nobody) == []


def test_ranges_are_those_that_tor_uses_once_in_a_circuit() -> None:
    one = relay(1, or_addresses=("192.0.2.1:9001", "[2001:db8:1::1]:9001", "nonsense"))
    assert address_ranges(one) == {"192.0.0.0/16", "2001:db8::/32"}


def weighted() -> Network:
    return joined(
        relay(1, contact="a", consensus_weight=60, flags=("Guard",), country="DE"),
        relay(2, contact="a", consensus_weight=10, flags=("Exit",), country="FR"),
        relay(3, contact="b", consensus_weight=30, flags=("Exit",), country="FR"),
        relay(4, contact="b", consensus_weight=900, running=False, country="FR"),
        relay(5, consensus_weight=5),
    )


def test_what_leaves_with_a_country_is_the_weight_of_its_running_relays() -> None:
    first, second = removals(weighted().members, lambda one: one.relay.country)
    assert (first.name, first.sums.weight, first.role_weight("guard")) == ("DE", 60, 60)
    assert (second.name, second.sums.weight, second.role_weight("exit")) == ("FR", 40, 40)


def test_weights_of_operators_are_accumulated_by_role() -> None:
    weights = accumulated(weighted().members, lambda one: one.relay.contact)
    assert weights == {None: [70, 30], "guard": [60], "exit": [30, 10], "middle": []}


def joining(count: int, first: str = "2026-02-14", **fields: Any) -> list[Relay]:
    """Return relays that were first seen hour by hour, each in a /16 of its own."""
    return [
        relay(
            number,
            first_seen=f"{first} {number:02}:00:00",
            or_addresses=(f"192.{number}.2.1:9001",),
            **fields,
        )
        for number in range(count)
    ]


def test_five_relays_with_one_contact_in_two_days_are_a_group() -> None:
    (group,) = new_groups(joined(*joining(5, contact="me")).members, HOUR)
    assert (group.rule, group.likeness, len(group.members)) == ("same contact", "me", 5)
    assert (group.first, group.last) == ("2026-02-14 00:00:00", "2026-02-14 04:00:00")
    assert new_groups(joined(*joining(4, contact="me")).members, HOUR) == []


def test_relays_that_joined_apart_or_long_ago_are_no_group() -> None:
    old = joined(*joining(5, "2025-10-01", contact="me"))
    apart = joined(
        *(relay(n, contact="me", first_seen=f"2026-02-{2 * n + 1:02} 00:00:00") for n in range(5))
    )
    assert new_groups(old.members, HOUR) == []
    assert [len(one.members) for one in new_groups(apart.members, HOUR)] == []


def test_a_pattern_of_nicknames_counts_within_one_network_only() -> None:
    named = [
        relay(n, nickname=f"quark{n}", asn="AS64500", first_seen="2026-02-14 00:00:00")
        for n in range(5)
    ]
    (group,) = new_groups(joined(*named).members, HOUR)
    assert group.likeness == "quark… in AS64500"
    unnamed = [
        relay(n, nickname="Unnamed", asn="AS64500", first_seen="2026-02-14 00:00:00")
        for n in range(5)
    ]
    assert new_groups(joined(*unnamed).members, HOUR) == []


def test_obsolete_versions_are_counted_by_operator() -> None:
    old = {"version": "0.4.5.1", "version_status": "obsolete", "last_restarted": HOUR}
    (found,) = outdated(
        joined(
            relay(1, contact="a", consensus_weight=7, **old),
            relay(2, contact="a", consensus_weight=5, running=False, **old),
            relay(3, contact="b", version_status="recommended"),
        )
    )
    assert (found.sums.weight, found.versions, found.restarted) == (7, {"0.4.5.1": 1}, HOUR)


def test_exits_without_contact_come_by_weight() -> None:
    found = exits_without_contact(
        joined(
            relay(1, flags=("Exit",), consensus_weight=1),
            relay(2, flags=("Exit",), consensus_weight=2),
            relay(3, flags=("Exit",), contact="me"),
            relay(4, flags=("Exit",), running=False),
        )
    )
    assert [one.relay.fingerprint for one in found] == [fingerprint(2), fingerprint(1)]
