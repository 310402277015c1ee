"""The health page's sections on countries and autonomous systems, and how weight concentrates."""

from collections.abc import Callable
from typing import Final

from allium import formatting
from allium.analysis.health import geography
from allium.analysis.health.geography import Concentration, Reach, gini_word, hhi_word
from allium.analysis.history_stats import HistoryStats
from allium.analysis.totals import Totals
from allium.pages.parts import network_figures
from allium.pages.parts.country_names import short_name
from allium.pages.parts.levels import level
from allium.pages.parts.network_figures import NOT_COMPUTABLE, known_facts
from allium.pages.parts.page_base import Facts, Figure, Share, View
from allium.pages.parts.shares import plain, weighed

CLASSES: Final = {
    "eu": "In the EU",
    "outside": "Outside the EU",
    "fourteen_eyes": "Fourteen Eyes",
    "five_eyes": "Five Eyes",
    "rare": "Rare countries",
}
COUNTRIES: Final = ("country", "countries")
COUNTRY_TOP: Final = 3
"""Of so many largest countries together the share is printed."""
NETWORKS: Final = ("network", "networks")
REACH: Final = {True: "Most relays with IPv6", False: "Most relays without"}


class PlacesSection(View, frozen=True):
    """Countries or networks of most weight, and how the weight is spread over all.

    `groups` are classes of countries, or so many of the largest networks together; a row of `reach`
    has the place of most relays with IPv6, or without, and how many of these are there.
    """

    shares: tuple[Share, ...]
    groups: tuple[Share, ...]
    facts: Facts
    reach: Facts


def countries(
    stats: HistoryStats, spread: Concentration, reached: Reach, shares: tuple[Share, ...]
) -> PlacesSection:
    """Return in which countries the network is; `reached` are places by whether IPv6 is there."""
    totals = stats.network.totals
    top = spread.tops[COUNTRY_TOP]
    facts = (
        *_facts("Countries", spread, COUNTRIES),
        (
            f"{COUNTRY_TOP} largest",
            Figure(value=network_figures.share(top), remark="of weight"),
        ),
        (
            f"Above {geography.LARGE}% of weight",
            Figure(value=formatting.number_of(spread.large, *COUNTRIES)),
        ),
        ("Networks per country", _average(geography.networks_of_countries(stats))),
    )
    groups = geography.by_class(stats)
    known = not stats.network.lacks("country")
    return PlacesSection(
        shares=shares,
        groups=tuple(_group(CLASSES[name], groups[name], totals) for name in CLASSES)
        if known
        else (),
        facts=known_facts(stats.network, facts, "country"),
        reach=_reach(reached, "country") if known else (),
    )


def _average(value: float | None) -> Figure:
    return Figure(
        value=network_figures.ratio(value), remark=None if value is None else "on average"
    )


def _reach(reached: Reach, kind: str) -> Facts:
    """Return where most relays with IPv6 are, and most without; equal places by letter."""
    facts = []
    for dual, places in reached.items():
        counts = places[kind]
        total = sum(counts.values())
        known = [(-count, name) for name, count in counts.items() if name]
        count, name = min(known, default=(0, ""))
        words = short_name(name) if kind == "country" else name
        figure = Figure(value=words, remark=f"{network_figures.counted(-count, total)}")
        facts.append((REACH[dual], figure if known else Figure(value="None")))
    return tuple(facts)


def _group(name: str, part: Totals, totals: Totals) -> Share:
    return weighed(
        plain(name), part.running, (part.weight, totals.weight), top=max(totals.weight, 1)
    )


def networks(
    stats: HistoryStats, spread: Concentration, reached: Reach, shares: tuple[Share, ...]
) -> PlacesSection:
    """Return in which autonomous systems the network is; see `countries`."""
    gini = geography.unevenness(member.relay for member in stats.network.members)
    facts = (
        *_facts("Networks", spread, NETWORKS),
        (
            f"Above {geography.CRITICAL}% of weight",
            Figure(
                value=formatting.number_of(spread.critical, *NETWORKS),
                remark=", ".join(spread.order[: spread.critical]) or None,
            ),
        ),
        ("Operators per network", _average(geography.operators_of_networks(stats))),
    )
    known = not stats.network.lacks("as")
    return PlacesSection(
        shares=shares,
        groups=_tops(spread) if known else (),
        facts=(
            *known_facts(stats.network, facts, "as"),
            ("Inequality of relays (Gini)", _judged(gini, gini_word)),
        ),
        reach=_reach(reached, "as") if known else (),
    )


def _tops(spread: Concentration) -> tuple[Share, ...]:
    """Return the shares of the so many largest networks together, and of all others."""
    tops = {top: part for top, part in spread.tops.items() if part is not None}
    if not tops:
        return ()
    rows = {"The largest" if top == 1 else f"{top} largest": part for top, part in tops.items()}
    rows["All others"] = 1 - max(tops.values())
    return tuple(
        Share(
            name=plain(name),
            count=None,
            share=network_figures.share(part),
            level=level(*formatting.quotient(part)),
        )
        for name, part in rows.items()
    )


def _facts(name: str, spread: Concentration, nouns: tuple[str, str]) -> Facts:
    count, known = formatting.count(spread.count), formatting.count(spread.known)
    half = (
        NOT_COMPUTABLE if spread.half is None else f"in {formatting.number_of(spread.half, *nouns)}"
    )
    return (
        (name, Figure(value=count, remark=f"with running relays, {known} with any")),
        ("Half of the weight", Figure(value=half)),
        (
            "With a single relay",
            Figure(value=formatting.number_of(spread.singles, *nouns)),
        ),
        ("Concentration (HHI)", _judged(spread.hhi, hhi_word)),
    )


def _judged(value: float | None, word: Callable[[float], str]) -> Figure:
    """Return a measure of the spread, and what that is called."""
    if value is None:
        return Figure(value=NOT_COMPUTABLE)
    return Figure(value=formatting.ratio(value), remark=f"({word(value)})")
