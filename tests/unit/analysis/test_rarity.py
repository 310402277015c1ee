from fractions import Fraction

import pytest

from allium.analysis.rarity import Thresholds, country_rarity, network_rarity, thresholds
from tests.support.tables import rows

NETWORKS = """
    0 | 1 | 0 | common
    .06 | 1 | 2 | rare
    .03 | 1 | 3 | very_rare
    .02 | 2 | 2 | rare
    .005 | 5 | 2 | rare
    .001 | 1 | 4 | unique
    .0004 | 1 | 5 | unique
    .0004 | 5 | 4 | unique
    .0004 | 10 | 4 | unique
    .0004 | 11 | 3 | very_rare
    .0004 | 50 | 3 | very_rare
    .05 | 1 | 2 | rare
    .03 | 0 | 1 | emerging
    .06 | 11 | 0 | common
"""
COUNTRIES = """
    0 | 10000 | 0 | common
    1 | 10000 | 42 | unique
    4 | 10000 | 30 | unique
    5 | 10000 | 20 | unique
    6 | 10000 | 16 | unique
    9 | 10000 | 12 | very_rare
    10 | 10000 | 6 | rare
    19 | 10000 | 6 | rare
    20 | 10000 | 0 | common
    5 | 1000 | 8 | rare
    6 | 1000 | 4 | emerging
    6 | 3000 | 4 | emerging
    6 | 3001 | 10 | very_rare
    7 | 1000 | 0 | common
    1 | 10 | 24 | unique
"""
"""The tiers that metrics call epic and legendary are printed as very rare and unique."""


@pytest.mark.parametrize(("share", "operators", "score", "tier"), rows(NETWORKS))
def test_a_network_is_rare_by_its_share_and_its_operators(
    share: str, operators: str, score: str, tier: str
) -> None:
    found = network_rarity(Fraction(share), int(operators), Thresholds())
    assert (found.score, found.tier) == (int(score), tier)


@pytest.mark.parametrize(("relays", "network", "score", "tier"), rows(COUNTRIES))
def test_a_country_is_rare_by_its_relays(relays: str, network: str, score: str, tier: str) -> None:
    found = country_rarity(int(relays), int(network))
    assert (found.score, found.tier) == (int(score), tier)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([Fraction(1000 - i, 10**5) for i in range(1000)], ("0.00995", "0.0098", "0.0085")),
        ([Fraction(part, 10) for part in (5, 3, 2)], ("0.5", "0.5", "0.5")),
        ([Fraction(0)], ("0.05", "0.005", "0.0005")),
    ],
    ids=["W2-1", "W2-2", "W2-3"],
)
def test_thresholds_are_the_networks_own_shares(
    shares: list[Fraction], expected: tuple[str, ...]
) -> None:
    found = thresholds(shares)
    assert (found.dominant, found.major, found.moderate) == tuple(map(Fraction, expected))
