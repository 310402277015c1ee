"""How rare a network or a country is among the running relays, and which countries are allied.

Scores move seldom although what they are made of moves each hour: print tiers, never shares.
"""

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Tier: TypeAlias = Literal["common", "emerging", "rare", "very_rare", "unique"]

EU: Final = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
)
"""The 27 members of the European Union since 2020-02-01, by ISO 3166 code."""
NO_COUNTRIES: Final = frozenset("A1 A2 AP EU O1 XX".split())
"""Codes that GeoIP databases have where they do not know the country: an anonymous proxy, a
satellite provider, Asia and the Pacific, Europe, another or an unknown place."""
FIVE_EYES: Final = frozenset("US GB CA AU NZ".split())
FOURTEEN_EYES: Final = FIVE_EYES | frozenset("DE FR IT ES NL BE DK NO SE".split())

"""The parties of the UKUSA agreement, and those that the press counts among its allies."""

RARE: Final = 6
"""The score from which a country is rare. A choice of this site: five relays or fewer, or less than
0.2% of all."""
_FEW: Final = 7
"""A choice of this site: fewer relays than this give a country points."""
_NETWORK_TIERS: Final[tuple[Tier, ...]] = ("common", "emerging", "rare", "very_rare", "unique")
"""By score. A choice of this site, as the scores are: three points for size, two for operators."""
_COUNTRY_TIERS: Final[tuple[tuple[int, Tier], ...]] = (
    (15, "unique"),
    (10, "very_rare"),
    (RARE, "rare"),
    (3, "emerging"),
    (0, "common"),
)
_COUNTRY_BANDS: Final = ((5, 6, "below_5"), (10, 4, "below_10"), (20, 2, "below_20"))
"""Relays of the country in 10,000 of the network, the points below that, and the reason.

A choice of this site, as the tiers: about half of the countries with relays come out as rare.
"""


class Rarity(Struct, frozen=True):
    """A score from 0, its tier, and the names of the reasons."""

    score: int
    tier: Tier
    reasons: tuple[str, ...] = ()


class Thresholds(Struct, frozen=True):
    """The shares of weight from which a network is dominant, major, moderate.

    The fixed ones are a choice of this site, for a network without any weight.
    """

    dominant: float = 0.05
    major: float = 0.005
    moderate: float = 0.0005


def thresholds(shares: Iterable[float]) -> Thresholds:
    """Return the thresholds that the shares of all networks set; fixed ones where none has any."""
    ordered = sorted((share for share in shares if share > 0), reverse=True)
    if not ordered:
        return Thresholds()
    # A choice of this site: the largest 0.5, 2 and 15 percent of all networks.
    return Thresholds(*(ordered[len(ordered) * part // 1000] for part in (5, 20, 150)))


def network_rarity(share: float, operators: int, limits: Thresholds) -> Rarity:
    """Return how rare an AS is by its share of the weight and its operators with running relays."""
    # Clients do not choose a network without weight; it would come out as the rarest.
    if share == 0:
        return Rarity(0, "common", ("no_weight",))
    base, size = _size(share, limits)
    bonus, reasons = _scarcity(operators)
    score = base + bonus
    return Rarity(score, _NETWORK_TIERS[min(score, 4)], (size, *reasons))


def _size(share: float, limits: Thresholds) -> tuple[int, str]:
    ordered = (limits.dominant, "dominant"), (limits.major, "major"), (limits.moderate, "moderate")
    for base, (limit, reason) in enumerate(ordered):
        if share >= limit:
            return base, reason
    return 3, "small"


def _scarcity(operators: int) -> tuple[int, tuple[str, ...]]:
    if operators == 1:
        return 2, ("one_operator",)
    return (1, ("few_operators",)) if 2 <= operators <= 10 else (0, ())


def country_rarity(relays: int, network: int) -> Rarity:
    """Return how rare a country is that has `relays` of the `network`'s running relays."""
    if relays == 0:
        return Rarity(0, "common")
    missing = max(_FEW - relays, 0)
    points, band = _band(relays, network)
    score = 4 * missing + 3 * points
    tier = next(tier for least, tier in _COUNTRY_TIERS if score >= least)
    return Rarity(score, tier, (*(("few_relays",) if missing else ()), *band))


def _band(relays: int, network: int) -> tuple[int, tuple[str, ...]]:
    for limit, points, reason in _COUNTRY_BANDS:
        # Multiplied out: a share on a bound must not depend on how a float is rounded.
        if relays * 10_000 < limit * network:
            return points, (reason,)
    return 0, ()
