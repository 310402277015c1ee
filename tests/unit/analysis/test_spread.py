"""How weight is spread over places, against figures worked out by hand."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.health import geography
from allium.analysis.rarity import EU, FIVE_EYES, FOURTEEN_EYES
from allium.model.relay import Relay
from tests.support.relays import relay
from tests.unit.analysis.test_relay_counts import surveyed


def placed(number: int, country: str | None, asn: str | None, weight: int, **more: Any) -> Relay:
    return relay(number, country=country, asn=asn, consensus_weight=weight, **more)


SOME = (
    placed(0, "DE", "AS1", 50, contact="a"),
    placed(1, "DE", "AS2", 25, contact="a"),
    placed(2, "US", "AS2", 5, contact="b"),
    placed(3, "CH", "AS3", 20, contact="b"),
    placed(4, None, None, 900),
    placed(5, "FR", "AS4", 70, running=False),
)


def test_weight_is_spread_over_what_is_known_of_running_relays() -> None:
    found = geography.concentration(SOME, lambda one: one.asn)
    assert (found.count, found.known, found.singles, found.critical) == (3, 4, 2, 3)
    assert found.order == ("AS1", "AS2", "AS3")
    assert found.tops == {1: 0.5, 3: 1, 5: 1, 10: 1}
    assert found.hhi == 0.38
    assert found.half == 1


def test_exactly_a_twentieth_of_the_weight_is_not_critical() -> None:
    relays = [placed(0, "DE", "AS1", 95), placed(1, "DE", "AS2", 5)]
    assert geography.concentration(relays, lambda one: one.asn).critical == 1


def test_of_nothing_there_is_no_share() -> None:
    found = geography.concentration([], lambda one: one.asn)
    assert (found.count, found.tops[1], found.hhi, found.half) == (0, None, None, None)
    assert geography.unevenness([]) is None
    assert geography.operators_of_networks(surveyed()) is None


def test_unevenness_is_of_the_relays_that_have_weight() -> None:
    weights = (1, 1, 1, 97, 0)
    relays = [placed(n, None, None, weight) for n, weight in enumerate(weights)]
    assert geography.unevenness(relays) == 0.72


def test_networks_have_operators_and_relays_without_contact_are_none() -> None:
    # AS1: a; AS2: a, b; AS3: b
    assert geography.operators_of_networks(surveyed(*SOME)) == 4 / 3


def test_countries_are_in_classes_and_an_unknown_one_is_in_none() -> None:
    found = geography.by_class(surveyed(*SOME))
    assert {name: (part.running, part.weight) for name, part in found.items()} == {
        "eu": (2, 75),
        "outside": (2, 25),
        "rare": (4, 100),
        "five_eyes": (1, 5),
        "fourteen_eyes": (3, 80),
    }


def test_the_classes_have_as_many_members_as_they_are_called_by() -> None:
    assert (len(EU), len(FIVE_EYES), len(FOURTEEN_EYES)) == (27, 5, 14)


def test_ratios_are_of_the_union_of_the_rest_and_of_the_largest_networks() -> None:
    relays = (
        placed(0, "DE", "AS1", 50, observed_bandwidth=50_000),
        placed(1, "US", "AS2", 40, observed_bandwidth=80_000),
        placed(2, "US", "AS3", 30, observed_bandwidth=0),
        placed(3, "CH", "AS4", 20, observed_bandwidth=10_000),
        placed(4, "CH", "AS5", 10, observed_bandwidth=10_000, running=False),
    )
    survey = surveyed(*relays)
    found = geography.ratios(survey, geography.concentration(relays, lambda one: one.asn))
    assert (found["eu"].mean, found["eu"].median) == (1000, 1000)
    assert (found["outside"].mean, found["outside"].median) == (60_000 / 90, 1250)
    assert (found["top_3"].mean, found["top_3"].median) == (90_000 / 130, 750)
    assert found["top_5"].mean == found["top_10"].mean == 110_000 / 140


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(0, 10**6)), max_size=30))
def test_the_largest_together_hold_ever_more_and_the_half_is_in_no_more_than_all(
    drawn: list[tuple[str, int]],
) -> None:
    relays = [placed(n, None, name, weight) for n, (name, weight) in enumerate(drawn)]
    found = geography.concentration(relays, lambda one: one.asn)
    shares = [share for share in found.tops.values() if share is not None]
    assert shares == sorted(shares)
    assert not shares or shares[-1] == 1
    assert found.half is None or 1 <= found.half <= found.count
