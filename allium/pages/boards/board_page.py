"""The page of a leaderboard: its rule, the first operators, and what would change their ranks."""

from collections.abc import Sequence
from typing import Any

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.leaderboards import BoardPlace, Candidate
from allium.pages.boards.board_rules import RULES
from allium.pages.boards.board_titles import BOARD_TITLES, PrintContext, value
from allium.pages.parts import json_twin, operator_links
from allium.pages.parts.aroi_texts import STATE_BADGES
from allium.pages.parts.page_base import Badge, Head, Link, View


class BoardRow(View, frozen=True):
    """One operator on a board."""

    rank: str
    operator: Link
    aroi: Badge
    value: str
    relays: str
    weight: str
    guards: str
    exits: str
    countries: str
    own: str


class BoardRaw(View, frozen=True):
    """The operators in the rows, in their order."""

    ids: tuple[ContactId, ...]


class BoardPage(View, frozen=True):
    """Everything that a board's page prints, and its twin."""

    head: Head
    id: str
    rule: str
    eligible: str
    column: str
    rows: tuple[BoardRow, ...]
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
            "change": self.change,
        }

    @property
    def links(self) -> dict[str, str]:
        """The links of the twin."""
        return json_twin.BESIDE


def build(board: str, places: Sequence[BoardPlace], context: PrintContext) -> BoardPage:
    """Return the view of one board from its first places."""
    rule, title = RULES[board], BOARD_TITLES[board].title
    return BoardPage(
        head=Head(
            kind="leaderboard",
            title=f"Leaderboard: {title}",
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
        rule=rule.words,
        eligible=rule.eligible,
        column=rule.column,
        rows=tuple(_row(board, place, context) for place in places),
        change=rule.change,
        raw=BoardRaw(ids=tuple(place.candidate.operator.contact_id for place in places)),
    )


def _row(board: str, place: BoardPlace, context: PrintContext) -> BoardRow:
    candidate: Candidate = place.candidate
    totals = candidate.operator.totals
    return BoardRow(
        rank=formatting.rank(place.rank),
        operator=operator_links.link(candidate.operator),
        aroi=STATE_BADGES[candidate.operator.state],
        value=value(board, candidate, context),
        relays=formatting.count(totals.running),
        weight=formatting.share(totals.weight, context.totals.weight) or "no weight",
        guards=formatting.count(totals.parts["guard"].relays),
        exits=formatting.count(totals.parts["exit"].relays),
        countries=formatting.count(len(candidate.composition.countries)),
        own=RULES[board].cell(candidate, context.totals),
    )
