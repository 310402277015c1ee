"""Counts with their part of a whole, bandwidths and ratios as printed; words for missing ones."""

from collections.abc import Collection, Mapping
from typing import Final, TypeVar

from allium import formatting
from allium.analysis.network import Network
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.totals import Totals
from allium.pages.parts.page_base import Facts, Figure, Link, View

T = TypeVar("T")

NOT_IN_DATA: Final = "Unknown"
"""What is said in place of a number made of a field that the data has of no relay."""
NOT_COMPUTABLE: Final = "Cannot be computed"
NO_BYTES: Final = f"0{formatting.NO_BREAK}B"
PLURALS: Final[dict[Role | None, str]] = {
    None: "All relays",
    "guard": "Guards",
    "middle": "Middles",
    "exit": "Exits",
}


class FigureRow(View, frozen=True):
    """A row of a plain table: its name and its values."""

    name: Link
    values: tuple[str, ...]


def given(absent: Collection[str], words: str, *fields: str) -> str:
    """Return the words for a number, unless the data has none of the fields that it is made of.

    `absent` are the fields that the data has of no relay.
    """
    return NOT_IN_DATA if all(field in absent for field in fields) else words


def known_facts(network: Network, facts: Facts, *fields: str) -> Facts:
    """Return facts; that they are unknown where the data has none of the fields behind them."""
    if not network.lacks(*fields):
        return facts
    return tuple((name, Figure(value=NOT_IN_DATA)) for name, _ in facts)


def observed(absent: Collection[str], bandwidth: formatting.Number, units: formatting.Units) -> str:
    """Return a sum of observed bandwidths."""
    return given(absent, formatting.bandwidth(bandwidth, units), "observed_bandwidth")


def by_role(sums: Totals, absent: Collection[str], units: formatting.Units) -> dict[Role, str]:
    """Return the observed bandwidth of the running relays of each role."""
    if "observed_bandwidth" in absent:
        return dict.fromkeys(ROLES, NOT_IN_DATA)
    return {role: formatting.bandwidth(sums.parts[role].bandwidth, units) for role in ROLES}


def measured(sums: Totals, absent: Collection[str]) -> str | None:
    """Return how many of the running relays are measured; `None` where that is known of none."""
    if "measured" in absent:
        return NOT_IN_DATA
    if not sums.measured_known:
        return None
    return f"{formatting.count(sums.measured)} of {formatting.count(sums.measured_known)}"


def counted(part: int, total: int) -> str:
    """Return a count and its part of a whole: `4 195 (43.2%)`; the count alone of nothing."""
    if not total:
        return formatting.count(part)
    return f"{formatting.count(part)} ({percent(part / total)})"


def of_whole(part: int, total: int, whole: str = "") -> Figure:
    """Return a count and its share of a whole as remark: `4 195`, `(43.2% of guards)`."""
    if not total:
        return Figure(value=formatting.count(part))
    share = percent(part / total)
    return Figure(
        value=formatting.count(part), remark=f"({share}{f' of {whole}' if whole else ''})"
    )


def carried(part: Totals, network: Network, units: formatting.Units) -> Figure:
    """Return the observed bandwidth of some running relays, and its share of all as remark."""
    if "observed_bandwidth" in network.absent:
        return Figure(value=NOT_IN_DATA)
    share = formatting.share(part.bandwidth, network.totals.bandwidth)
    return Figure(
        value=formatting.bandwidth(part.bandwidth, units),
        remark=None if share is None else f"({share})",
    )


def percent(part: float | None) -> str:
    """Return a part of one as percent with one decimal; what is not nothing does not look so."""
    if part is None:
        return NOT_COMPUTABLE
    if not part:
        return "0%"
    return "<0.1%" if part < 0.001 else formatting.part(part, 1)


def share(part: float | None) -> str:
    """Return a share as percent with two decimals."""
    return (
        None if part is None else formatting.share(*formatting.quotient(part))
    ) or NOT_COMPUTABLE


def ratio(value: float | None) -> str:
    """Return a ratio with two significant digits."""
    return NOT_COMPUTABLE if value is None else formatting.ratio(value)


def volume(size: int) -> str:
    """Return the bytes that a history tells of: a history of zeros is one, too."""
    return formatting.volume(size) or NO_BYTES


def rate(value: formatting.Number | None, units: formatting.Units) -> str:
    """Return a bandwidth."""
    return "Not reported" if value is None else formatting.bandwidth(value, units)


def size(least: int, most: int | None) -> str:
    """Return how many running relays an operator of a size has, from the least to the most."""
    to = " or more" if most is None else f"{formatting.TO}{formatting.count(most)}"
    return f"{formatting.count(least)}{to}"


def rows(counts: Mapping[str, int], total: int) -> tuple[FigureRow, ...]:
    """Return a row of each count and its share of a whole."""
    return tuple(
        FigureRow(
            name=Link(text=name),
            values=(formatting.count(count), percent(count / total if total else None)),
        )
        for name, count in counts.items()
    )
