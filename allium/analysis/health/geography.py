"""How the running relays' weight is spread over countries and autonomous systems."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final, TypeAlias

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.history_stats import HistoryStats
from allium.analysis.rarity import EU, FIVE_EYES, FOURTEEN_EYES, RARE
from allium.analysis.relay.weight_ratio import Ratio, ratio_of
from allium.analysis.totals import Totals, totals
from allium.model.relay import Relay

TOPS: Final = (1, 3, 5, 10)
"""A choice of this site: how many of the largest are summed up."""
CRITICAL: Final = 5
"""A network with more percent of the weight than this is critical; a choice of this site."""
LARGE: Final = 1
"""A country with more percent of the weight than this is large; a choice of this site."""


class Concentration(Struct, frozen=True, kw_only=True):
    """Entities of one kind among the running relays; the unknown one is in no number.

    `known` counts those of all relays, `tops` are the shares of the so many largest together,
    `half` is the least number that hold half of the weight, `singles` have one relay only,
    `critical` and `large` have more than so much of the weight, and `order` has the ids of those of
    most weight.
    """

    count: int
    known: int
    tops: dict[int, float | None]
    hhi: float | None
    half: int | None
    singles: int
    critical: int
    large: int
    order: tuple[str, ...]


def concentration(relays: Iterable[Relay], of: Callable[[Relay], str | None]) -> Concentration:
    """Return how weight is spread by a fact of each relay."""
    counts: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    names = set()
    for relay in relays:
        name = of(relay)
        if name is not None:
            names.add(name)
            if relay.running:
                counts[name] += 1
                weights[name] += relay.consensus_weight or 0
    values = list(weights.values())
    total = sum(values)
    return Concentration(
        count=len(counts),
        known=len(names),
        tops={top: top_share(values, top) for top in TOPS},
        hhi=hhi(values),
        half=half_share(values),
        singles=sum(count == 1 for count in counts.values()),
        critical=sum(100 * weight > CRITICAL * total for weight in values),
        large=sum(100 * weight > LARGE * total for weight in values),
        order=tuple(sorted(weights, key=lambda name: (-weights[name], name))[: TOPS[-1]]),
    )


def unevenness(relays: Iterable[Relay]) -> float | None:
    """Return the Gini coefficient of the weights of running relays that have any."""
    return gini(
        [relay.consensus_weight for relay in relays if relay.running and relay.consensus_weight]
    )


def operators_of_networks(stats: HistoryStats) -> float | None:
    """Return the mean number of operators with a running relay in one AS."""
    pairs = sum(
        len(composition.networks)
        for name, composition in stats.compositions.items()
        if name != NO_CONTACT
    )
    count = len(stats.rare_networks)
    return pairs / count if count else None


def networks_of_countries(stats: HistoryStats) -> float | None:
    """Return the mean number of networks with a running relay in one country."""
    relays = (member.relay for member in stats.network.members)
    pairs = {(one.country, one.asn) for one in relays if one.running and one.country and one.asn}
    countries = {country for country, _ in pairs}
    return len(pairs) / len(countries) if countries else None


Reach: TypeAlias = Mapping[bool, Mapping[str, Counter[str]]]


def reached_places(relays: Iterable[Relay]) -> Reach:
    """Return the running relays with IPv6 (`True`) and without, by country and by network."""
    places: dict[bool, dict[str, Counter[str]]] = {
        dual: {"country": Counter(), "as": Counter()} for dual in (True, False)
    }
    for relay in relays:
        if relay.running:
            dual = any(address.startswith("[") for address in relay.or_addresses)
            places[dual]["country"][relay.country or ""] += 1
            places[dual]["as"][relay.asn or ""] += 1
    return places


def country_classes(stats: HistoryStats) -> dict[str, frozenset[str]]:
    """Return the classes of countries by name; a relay of unknown country is in no class."""
    countries = frozenset(stats.rare_countries)
    rare = (name for name, rarity in stats.rare_countries.items() if rarity.score >= RARE)
    return {
        "eu": EU,
        "outside": countries - EU,
        "rare": frozenset(rare),
        "five_eyes": FIVE_EYES,
        "fourteen_eyes": FOURTEEN_EYES,
    }


def by_class(stats: HistoryStats) -> dict[str, Totals]:
    """Return the sums over the relays of each class of countries."""
    relays = [member.relay for member in stats.network.members]
    return {
        name: totals(relay for relay in relays if relay.country in countries)
        for name, countries in country_classes(stats).items()
    }


def ratios(stats: HistoryStats, networks: Concentration) -> dict[str, Ratio]:
    """Return weight for bandwidth in the EU, outside, and in the largest networks together."""
    running = [member.relay for member in stats.network.members if member.relay.running]
    classes = country_classes(stats)
    parts: Mapping[str, list[Relay]] = {
        **{
            name: [relay for relay in running if relay.country in classes[name]]
            for name in ("eu", "outside")
        },
        **{
            f"top_{top}": [relay for relay in running if relay.asn in networks.order[:top]]
            for top in TOPS[1:]
        },
    }
    return {name: ratio_of(relays) for name, relays in parts.items()}


_HHI: Final = ((0.15, "low"), (0.25, "moderate"))
"""The bounds of the U.S. Horizontal Merger Guidelines of 2010: 1,500 and 2,500 of 10,000."""
_GINI: Final = ((0.4, "even"), (0.6, "fair"))
"""A choice of this site; no authority calls a distribution of relays even or uneven."""


def top_share(weights: Iterable[int], count: int) -> float | None:
    """Return the part that the `count` largest weights have of all; `None` of nothing."""
    ordered = sorted(weights, reverse=True)
    total = sum(ordered)
    return sum(ordered[:count]) / total if total else None


def hhi(weights: Sequence[int]) -> float | None:
    """Return the Herfindahl-Hirschman index, the sum of squared shares, 0 to 1."""
    total = sum(weights)
    return sum(weight**2 for weight in weights) / total**2 if total else None


def gini(weights: Sequence[int]) -> float | None:
    """Return the Gini coefficient, 0 (all equal) to below 1; `None` of nothing."""
    total, count = sum(weights), len(weights)
    if not total:
        return None
    ranked = enumerate(sorted(weights), start=1)
    # One division of two whole numbers: the order of the relays cannot change the last digit.
    return sum((2 * rank - count - 1) * weight for rank, weight in ranked) / (count * total)


def half_share(weights: Iterable[int]) -> int | None:
    """Return the least number of weights that together are half of all; `None` of nothing."""
    ordered = sorted(weights, reverse=True)
    total = sum(ordered)
    if not total:
        return None
    return 1 + sum(2 * running_total < total for running_total in accumulate(ordered))


def hhi_word(value: float) -> str:
    """Return how concentrated something is by its HHI: low, moderate, high."""
    return next((word for bound, word in _HHI if value < bound), "high")


def gini_word(value: float) -> str:
    """Return how equal things are by their Gini coefficient: even, fair, uneven."""
    return next((word for bound, word in _GINI if value < bound), "uneven")
