"""The page of a leaderboard: its rule, the first operators, and what would change their ranks."""

from collections.abc import Sequence
from typing import Any, Final

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.leaderboards import BoardPlace, Candidate
from allium.pages.boards.board_rules import RULES
from allium.pages.boards.board_titles import BOARD_TITLES, PrintContext, value
from allium.pages.boards.boards_overview import FIRST, lengths
from allium.pages.parts import json_twin, operator_links
from allium.pages.parts.aroi_texts import STATE_BADGES
from allium.pages.parts.page_base import Badge, Head, Link, View

NAME_LENGTH: Final = 30
"""A choice of this site: a row has ten cells."""


class BoardRow(View, frozen=True):
    """One operator on a board; `id` is its place on the page, `level` the length of its bar.

    `weight` is `None` on the board that ranks by it, `own` on boards without a column of their own.
    """

    id: str
    rank: str
    leads: bool
    operator: Link
    aroi: Badge
    value: str
    level: int | None
    relays: str
    weight: str | None
    guards: str
    exits: str
    countries: str
    own: str | None


class BoardRaw(View, frozen=True):
    """The operators in the rows, in their order."""

    ids: tuple[ContactId, ...]


class BoardPage(View, frozen=True):
    """Everything that a board's page prints, and its twin.

    `boards` are links to all boards; `worded` tells whether the own column has words; `together` is
    what the operators in the rows have, `None` without rows.
    """

    head: Head
    id: str
    boards: tuple[Link, ...]
    rule: str
    eligible: str
    measure: str
    column: str | None
    worded: bool
    rows: tuple[BoardRow, ...]
    together: str | None
    change: str
    raw: BoardRaw

    @property
    def display(self) -> dict[str, Any]:
        """The strings of the page, for its twin."""
        return {
            "title": self.head.title,
            "rule": self.rule,
            "eligible": self.eligible,
            "column": self.column if self.rows else None,
            "rows": json_twin.printed(self.rows),
            "together": self.together,
            "change": self.change,
        }

    @property
    def links(self) -> dict[str, str]:
        """The links of the twin."""
        return json_twin.BESIDE


def build(
    board: str,
    places: Sequence[BoardPlace],
    context: PrintContext,
    boards: tuple[Link, ...] = (),
) -> BoardPage:
    """Return the view of one board from its first places; `boards` are links to all boards."""
    rule, title = RULES[board], BOARD_TITLES[board].title
    return BoardPage(
        head=Head(
            kind="leaderboard",
            title=title,
            description=f"The first operators of Tor relays by {title.lower()}.",
            crumbs=(
                Link(text="Overview", path=urls.INDEX),
                Link(text="Leaderboards", path=urls.LEADERBOARDS),
                Link(text=title),
            ),
            section="leaderboards",
            canonical=urls.leaderboard(board),
            twin=True,
        ),
        id=board,
        boards=boards,
        rule=rule.words,
        eligible=rule.eligible,
        measure=rule.measure or title,
        column=rule.column,
        worded=rule.worded,
        rows=tuple(
            _row(board, place, length, context)
            for place, length in zip(places, lengths(board, places), strict=True)
        ),
        together=_together(places, context) if places else None,
        change=rule.change,
        raw=BoardRaw(ids=tuple(place.candidate.operator.contact_id for place in places)),
    )


def _together(places: Sequence[BoardPlace], context: PrintContext) -> str:
    """Return how many relays the operators run, their weight and bandwidth."""
    sums = [place.candidate.operator.totals for place in places]
    relays = sum(one.running for one in sums)
    weight = formatting.share(sum(one.weight for one in sums), context.totals.weight) or "0%"
    running = formatting.number_of(relays, "running relay")
    if "observed_bandwidth" in context.absent:
        return f"Together they have {running} and {weight} of consensus weight."
    bandwidth = formatting.bandwidth(sum(one.bandwidth for one in sums), context.units)
    return (
        f"Together they have {running}, {weight} of consensus weight and {bandwidth} of observed"
        " bandwidth."
    )


def anchor(contact_id: ContactId) -> str:
    """Return the id of an operator's row on a board."""
    return f"c-{contact_id[:8]}"


def _row(board: str, place: BoardPlace, length: int | None, context: PrintContext) -> BoardRow:
    candidate: Candidate = place.candidate
    totals, rule = candidate.operator.totals, RULES[board]
    return BoardRow(
        id=anchor(candidate.operator.contact_id),
        rank=formatting.count(place.rank),
        leads=place.rank <= FIRST,
        operator=operator_links.link(candidate.operator, NAME_LENGTH),
        aroi=STATE_BADGES[candidate.operator.state],
        value=value(board, candidate, context),
        level=length,
        relays=formatting.count(totals.running),
        weight=None
        if board == "consensus-weight"
        else formatting.share(totals.weight, context.totals.weight) or "No weight",
        guards=formatting.count(totals.parts["guard"].relays),
        exits=formatting.count(totals.parts["exit"].relays),
        countries=formatting.count(len(candidate.composition.countries)),
        own=None if rule.column is None else rule.cell(candidate, context),
    )
