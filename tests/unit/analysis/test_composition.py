import pytest

from allium import formatting
from allium.analysis.operator.composition import (
    composition_of,
    family_support,
    geographic_grade,
    majorities,
    network_grade,
    platform_grade,
)
from tests.support.relays import relay
from tests.support.tables import facts

COMPLIANCES = """
    O10 | 3 | 0 | 0 | 100%
    O11 | 3 | 1 | 0 | 75%
    O12 | 2 | 3 | 0 | 40%
    O13 | 1 | 2 | 0 | 33%
    O14 | 1 | 1 | 0 | 50%
    O15 | 0 | 4 | 0 | 0%
    O16 | 3 | 0 | 2 | 100%
    O17 | 0 | 0 | 5 | n/a
    O18 | 2 | 1 | 0 | 67%
"""


@pytest.mark.parametrize(("recommended", "others", "unknown", "words"), facts(COMPLIANCES))
def test_compliance_is_of_the_relays_whose_version_is_judged(
    recommended: str, others: str, unknown: str, words: str
) -> None:
    versions = [True] * int(recommended) + [False] * int(others) + [None] * int(unknown)
    found = composition_of(relay(n, recommended_version=one) for n, one in enumerate(versions))
    percent = formatting.half_up(100 * found.recommended, found.judged or 1)
    assert words == (f"{percent}%" if found.judged else "n/a")


@pytest.mark.parametrize(
    ("networks", "grade"),
    [
        ({}, None),
        ({"AS1": 9}, "Poor"),
        ({"AS1": 1, "AS2": 1}, "Okay"),
        ({"AS1": 5, "AS2": 1, "AS3": 1, "AS4": 1}, "Okay"),
        ({"AS1": 4, "AS2": 2, "AS3": 1, "AS4": 1}, "Great"),
    ],
)
def test_networks_are_graded(networks: dict[str, int], grade: str | None) -> None:
    assert network_grade(networks) == grade


@pytest.mark.parametrize(
    ("countries", "grade"), [(0, None), (1, "Poor"), (2, "Okay"), (3, "Okay"), (4, "Great")]
)
def test_countries_are_graded(countries: int, grade: str | None) -> None:
    assert geographic_grade({f"C{n}": 1 for n in range(countries)}) == grade


@pytest.mark.parametrize(
    ("platforms", "grade"),
    [
        ({}, None),
        ({"Linux": 3}, "Poor"),
        ({"FreeBSD": 3}, "Okay"),
        ({"Linux": 19, "FreeBSD": 1}, "Okay"),
        ({"Linux": 9, "FreeBSD": 1}, "Great"),
    ],
)
def test_platforms_are_graded(platforms: dict[str, int], grade: str | None) -> None:
    shares = {"Linux": 0.9, "FreeBSD": 0.1}
    assert platform_grade(platforms, majorities(shares)) == grade


def test_addresses_are_counted_once_in_canonical_form() -> None:
    found = composition_of(
        [
            relay(0, or_addresses=("192.0.2.1:1", "[2001:db8::1]:1")),
            relay(1, or_addresses=("192.0.2.1:2", "[2001:db8:0:0::1]:2")),
            relay(2, or_addresses=("192.0.2.3:1",)),
            relay(3, or_addresses=("192.0.2.4:1",), running=False),
        ]
    )
    assert (found.ipv4, found.ipv6, found.dual_stack) == (2, 1, 2)


@pytest.mark.parametrize(
    ("listed", "key", "support"),
    [
        (False, False, "none"),
        (True, False, "MyFamily"),
        (False, True, "family key"),
        (True, True, "both"),
    ],
)
def test_a_family_is_declared_by_listing_by_key_or_both(
    listed: bool, key: bool, support: str
) -> None:
    assert family_support(key=key, listed=listed) == support
