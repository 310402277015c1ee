import pytest

from allium.analysis.rarity import RARE, Thresholds, country_rarity, network_rarity, thresholds
from tests.support.tables import facts

NETWORKS = """
    W1 | 0 | 1 | 0 | common
    W2 | .06 | 1 | 2 | rare
    W3 | .03 | 1 | 3 | very_rare
    W4 | .02 | 2 | 2 | rare
    W5 | .005 | 5 | 2 | rare
    W6 | .001 | 1 | 4 | unique
    W7 | .0004 | 1 | 5 | unique
    W8 | .0004 | 5 | 4 | unique
    W9 | .0004 | 10 | 4 | unique
    W10 | .0004 | 11 | 3 | very_rare
    W11 | .0004 | 50 | 3 | very_rare
    W12 | .05 | 1 | 2 | rare
    W13 | .03 | 0 | 1 | emerging
    W14 | .06 | 11 | 0 | common
"""
COUNTRIES = """
    K1 | 0 | 10000 | 0 | common | no
    K2 | 1 | 10000 | 42 | unique | yes
    K3 | 4 | 10000 | 30 | unique | yes
    K4 | 5 | 10000 | 20 | unique | yes
    K5 | 6 | 10000 | 16 | unique | yes
    K6 | 9 | 10000 | 12 | very_rare | yes
    K7 | 10 | 10000 | 6 | rare | yes
    K8 | 19 | 10000 | 6 | rare | yes
    K9 | 20 | 10000 | 0 | common | no
    K10 | 5 | 1000 | 8 | rare | yes
    K11 | 6 | 1000 | 4 | emerging | no
    K12 | 6 | 3000 | 4 | emerging | no
    K13 | 6 | 3001 | 10 | very_rare | yes
    K14 | 7 | 1000 | 0 | common | no
    K15 | 1 | 10 | 24 | unique | yes
"""
"""The tiers that metrics call epic and legendary are printed as very rare and unique."""


@pytest.mark.parametrize(("share", "operators", "score", "tier"), facts(NETWORKS))
def test_a_network_is_rare_by_its_share_and_its_operators(
    share: str, operators: str, score: str, tier: str
) -> None:
    found = network_rarity(float(share), int(operators), Thresholds())
    assert (found.score, found.tier) == (int(score), tier)


@pytest.mark.parametrize(("relays", "network", "score", "tier", "rare"), facts(COUNTRIES))
def test_a_country_is_rare_by_its_relays(
    relays: str, network: str, score: str, tier: str, rare: str
) -> None:
    found = country_rarity(int(relays), int(network))
    assert (found.score, found.tier) == (int(score), tier)
    assert (found.score >= RARE) == (rare == "yes")


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([(1000 - i) / 10**5 for i in range(1000)], ("0.00995", "0.0098", "0.0085")),
        ([part / 10 for part in (5, 3, 2)], ("0.5", "0.5", "0.5")),
        ([0.0], ("0.05", "0.005", "0.0005")),
    ],
    ids=["W2-1", "W2-2", "W2-3"],
)
def test_thresholds_are_the_networks_own_shares(
    shares: list[float], expected: tuple[str, ...]
) -> None:
    found = thresholds(shares)
    assert (found.dominant, found.major, found.moderate) == tuple(map(float, expected))
