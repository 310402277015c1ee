"""The health page's sections on countries and autonomous systems, and how weight concentrates."""

from typing import Final

from allium import formatting
from allium.analysis.health import geography
from allium.analysis.health.geography import Concentration, gini_word, hhi_word
from allium.analysis.history_stats import HistoryStats
from allium.analysis.totals import Totals
from allium.model.relay import Relay
from allium.pages.parts import network_figures
from allium.pages.parts.page_base import Share, View

CLASSES: Final = {
    "eu": "In the EU",
    "outside": "Outside the EU",
    "rare": "In rare countries",
    "five_eyes": "In the Five Eyes",
    "fourteen_eyes": "In the Fourteen Eyes",
}


COUNTRIES: Final = ("country", "countries")
COUNTRY_TOPS: Final = (3,)
"""Of so many largest countries together the share is printed."""
NETWORKS: Final = ("autonomous system", "autonomous systems")


class PlacesSection(View, frozen=True):
    """Countries or autonomous systems with running relays, and how the weight is spread over them.

    `count` and `half` have their noun, `known` counts those of all relays; `tops` are shares of the
    so many largest together.
    """

    given: bool
    """Whether the data has any."""
    count: str
    known: str
    tops: dict[str, str]
    hhi: str
    half: str | None
    singles: str
    critical: str
    shares: tuple[Share, ...]


class Countries(View, frozen=True):
    """Countries, and the parts that classes of them have: relays, and share of the weight."""

    places: PlacesSection
    classes: tuple[tuple[str, str], ...]


class Networks(View, frozen=True):
    """Autonomous systems, their operators, and how unequal the weights of relays are."""

    places: PlacesSection
    operators: str
    gini: str


def countries(stats: HistoryStats, relays: list[Relay], shares: tuple[Share, ...]) -> Countries:
    """Return in which countries the network is."""
    totals = stats.network.totals
    return Countries(
        places=_places(
            geography.concentration(relays, lambda relay: relay.country),
            COUNTRIES,
            COUNTRY_TOPS,
            shares,
            given=not stats.network.lacks("country"),
        ),
        classes=tuple(
            (
                CLASSES[name],
                network_figures.given(stats.network.absent, _class(part, totals), "country"),
            )
            for name, part in geography.by_class(stats).items()
        ),
    )


def _class(part: Totals, totals: Totals) -> str:
    relays = network_figures.counted(part.running, totals.running)
    weight = formatting.share(part.weight, totals.weight) or "no part"
    return f"{relays} of the relays, {weight} of the weight"


def networks(
    stats: HistoryStats, spread: Concentration, relays: list[Relay], shares: tuple[Share, ...]
) -> Networks:
    """Return in which autonomous systems the network is."""
    gini = geography.unevenness(relays)
    return Networks(
        places=_places(
            spread, NETWORKS, geography.TOPS, shares, given=not stats.network.lacks("as")
        ),
        operators=network_figures.ratio(geography.operators_of_networks(stats)),
        gini=_worded(None if gini is None else (formatting.ratio(gini), gini_word(gini))),
    )


def _places(
    spread: Concentration,
    nouns: tuple[str, str],
    tops: tuple[int, ...],
    shares: tuple[Share, ...],
    *,
    given: bool,
) -> PlacesSection:
    def number(words: str) -> str:
        return words if given else network_figures.NOT_IN_DATA

    hhi = spread.hhi
    return PlacesSection(
        given=given,
        count=number(formatting.number_of(spread.count, *nouns)),
        known=number(formatting.count(spread.known)),
        tops={
            str(top): number(network_figures.share(part))
            for top, part in spread.tops.items()
            if top in tops
        },
        hhi=_worded(None if hhi is None else (formatting.ratio(hhi), hhi_word(hhi))),
        half=None if spread.half is None else formatting.number_of(spread.half, *nouns),
        singles=number(formatting.count(spread.singles)),
        critical=number(formatting.count(spread.critical)),
        shares=shares,
    )


def _worded(value: tuple[str, str] | None) -> str:
    return network_figures.NOT_COMPUTABLE if value is None else f"{value[0]} ({value[1]})"
