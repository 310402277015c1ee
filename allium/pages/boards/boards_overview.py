"""The page of all leaderboards with the first three operators of each."""

from collections.abc import Mapping
from typing import Any

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.leaderboards import BoardPlace
from allium.pages.boards.board_titles import BOARD_TITLES, PrintContext, value
from allium.pages.parts import json_twin, operator_links
from allium.pages.parts.page_base import Head, Link, View

FIRST = 3


class Leader(View, frozen=True):
    """One of the first operators of a board."""

    rank: str
    operator: Link
    value: str


class BoardSummary(View, frozen=True):
    """A board and who leads it; `id` names its table."""

    id: str
    board: Link
    leaders: tuple[Leader, ...]


class BoardsRaw(View, frozen=True):
    """The first operators of each board."""

    ids: dict[str, tuple[ContactId, ...]]


class BoardsPage(View, frozen=True):
    """Everything that the page prints, and its twin."""

    head: Head
    id: str
    boards: tuple[BoardSummary, ...]
    raw: BoardsRaw

    @property
    def display(self) -> dict[str, Any]:
        """The strings of the page, for its twin."""
        return {
            "title": self.head.title,
            "boards": {
                board.id: {"title": board.board.text, "leaders": json_twin.printed(board.leaders)}
                for board in self.boards
            },
        }

    @property
    def links(self) -> dict[str, str]:
        """The links of the twin."""
        return json_twin.BESIDE


def build(boards: Mapping[str, list[BoardPlace]], context: PrintContext) -> BoardsPage:
    """Return the view of all boards that the sources allow."""
    return BoardsPage(
        head=Head(
            kind="leaderboards",
            title="Leaderboards",
            description="Which operators of Tor relays lead, by what they give the network.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="Leaderboards")),
            section="leaderboards",
            canonical=urls.LEADERBOARDS,
            twin=True,
        ),
        id="leaderboards",
        boards=summaries(boards, context),
        raw=BoardsRaw(
            ids={
                name: tuple(place.candidate.operator.contact_id for place in places[:FIRST])
                for name, places in boards.items()
            }
        ),
    )


def summaries(
    boards: Mapping[str, list[BoardPlace]], context: PrintContext
) -> tuple[BoardSummary, ...]:
    """Return boards with their first operators."""
    return tuple(_summary(name, places, context) for name, places in boards.items())


def _summary(name: str, places: list[BoardPlace], context: PrintContext) -> BoardSummary:
    return BoardSummary(
        id=name,
        board=Link(text=BOARD_TITLES[name].title, path=urls.leaderboard(name)),
        leaders=tuple(
            Leader(
                rank=formatting.rank(place.rank),
                operator=operator_links.link(place.candidate.operator),
                value=value(name, place.candidate, context),
            )
            for place in places[:FIRST]
        ),
    )
