import pytest

from allium import formatting
from allium.analysis.relay.weight_ratio import (
    group_ratio,
    ratio,
    ratio_words,
    relay_ratio,
    underutilised,
)
from tests.support.relays import relay
from tests.support.tables import facts, rows

PRINTED = """
    R17 | 0 | 0 | n/a
    R18 | 1000 | 1000000 | 1 000
    R19 | 19000 | 14509051 | 1 300
    R20 | 20 | 11434904 | 1.7
    R21 | 1000 | 1000000000 | 1.0
    R22 | 1000 | 0 | n/a
"""
UNDERUTILISED = """
    U1 | 10000000 | 4999 | yes
    U2 | 10000000 | 5000 | no
    U3 | 9999999 | 1 | no
    U4 | 50000000 | 24000 | yes
    U5 | 50000000 | 25000 | no
    U6 | 50000000 | 0 | no
"""
WORDS = """
    1250 | well above
    1249 | about
    750 | about
    749 | below
    500 | below
    499 | far below
"""


@pytest.mark.parametrize(("weight", "bandwidth", "printed"), facts(PRINTED))
def test_a_thousand_is_as_much_weight_as_bandwidth(
    weight: str, bandwidth: str, printed: str
) -> None:
    found = ratio(int(weight), int(bandwidth))
    words = "n/a" if found is None else formatting.ratio(found)
    assert words.replace("\u202f", " ") == printed


@pytest.mark.parametrize("printed", [pytest.param("400", id="R23")])
def test_a_group_is_weighted_by_bandwidth(printed: str) -> None:
    relays = [
        relay(0, consensus_weight=1_000, observed_bandwidth=1_000_000),
        relay(1, consensus_weight=1_000, observed_bandwidth=4_000_000),
        relay(2, consensus_weight=9_000, observed_bandwidth=0),
        relay(3, consensus_weight=9_000, observed_bandwidth=1, running=False),
    ]
    found = group_ratio(relays)
    assert found is not None
    assert formatting.ratio(found) == printed
    assert group_ratio(relays[2:]) is None


@pytest.mark.parametrize(("bandwidth", "weight", "verdict"), facts(UNDERUTILISED))
def test_a_fast_relay_with_little_weight_is_underutilised(
    bandwidth: str, weight: str, verdict: str
) -> None:
    one = relay(observed_bandwidth=int(bandwidth), consensus_weight=int(weight))
    assert underutilised(one) == (verdict == "yes")


def test_a_relay_that_is_down_is_not_underutilised() -> None:
    assert not underutilised(
        relay(observed_bandwidth=50_000_000, consensus_weight=1, running=False)
    )


@pytest.mark.parametrize(("value", "words"), rows(WORDS))
def test_a_ratio_has_words(value: str, words: str) -> None:
    found = relay_ratio(relay(consensus_weight=int(value), observed_bandwidth=1_000_000))
    assert found is not None
    assert ratio_words(found) == words
