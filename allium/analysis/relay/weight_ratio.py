"""How much weight a relay gets for the bandwidth that it sees itself carry."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from allium.analysis.statistics import quantile
from allium.model.relay import Relay

MILLION: Final = 1_000_000
"""A ratio of 1000 is a weight of one for each kB/s; measurements are in kB/s (Tor: `bwauth.c`)."""
UNDERUTILISED_BANDWIDTH: Final = 10_000_000
"""Bytes/s. A choice of this site: the weight of slower relays matters little to anybody."""
UNDERUTILISED_RATIO: Final = 500
"""A choice of this site: half of what is even; of 5,371 fast relays in February 2026, 233."""
WORDS: Final = ((1_250, "well above"), (750, "about"), (UNDERUTILISED_RATIO, "below"))
"""A choice of this site: in February 2026 99% of relays had less than 1,295, the median was 967."""
LOWEST_WORDS: Final = "far below"


class Ratio(Struct, frozen=True):
    """The ratio of weight to bandwidth: of all together, and the median of the relays'."""

    mean: float | None
    median: float | None


def ratio(weight: int, bandwidth: int) -> float | None:
    """Return weight by observed kB/s times 1000, so that 1000 means that both are equal."""
    return MILLION * weight / bandwidth if bandwidth else None


def relay_ratio(relay: Relay) -> float | None:
    """Return the ratio of one relay; `None` when it reports no bandwidth."""
    return ratio(relay.consensus_weight or 0, relay.observed_bandwidth or 0)


def group_ratio(relays: Iterable[Relay]) -> float | None:
    """Return the ratio of the sums over the running relays that report bandwidth."""
    weight = bandwidth = 0
    for relay in relays:
        if relay.running and relay.observed_bandwidth:
            weight += relay.consensus_weight or 0
            bandwidth += relay.observed_bandwidth
    return ratio(weight, bandwidth)


def ratio_of(relays: Sequence[Relay]) -> Ratio:
    """Return the ratio of running relays together, and the median of their own."""
    known_ratios = [ratio for relay in relays if (ratio := relay_ratio(relay)) is not None]
    return Ratio(group_ratio(relays), quantile(sorted(known_ratios), 50))


def ratio_words(value: float) -> str:
    """Return how a ratio compares with what is usual: well above, about, below, far below."""
    return next((words for least, words in WORDS if value >= least), LOWEST_WORDS)


def underutilised(relay: Relay) -> bool:
    """Tell whether a fast running relay gets far less weight than its bandwidth suggests."""
    weight, bandwidth = relay.consensus_weight or 0, relay.observed_bandwidth or 0
    return (
        relay.running
        and bandwidth >= UNDERUTILISED_BANDWIDTH
        and 0 < MILLION * weight < UNDERUTILISED_RATIO * bandwidth
    )
