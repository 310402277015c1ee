"""The page of all leaderboards by theme, with the first three operators of each."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.leaderboards import ALL_ROUND, BOARDS, MANY, BoardPlace
from allium.pages.boards.board_rules import RULES
from allium.pages.boards.board_titles import BOARD_TITLES, PrintContext, value
from allium.pages.parts import json_twin, operator_links
from allium.pages.parts.levels import level
from allium.pages.parts.page_base import Head, Link, View

FIRST: Final = 3


class Theme(Struct, frozen=True):
    """Boards about one thing: its name, what it is about in a sentence, and the boards."""

    id: str
    title: str
    words: str
    boards: tuple[str, ...]


THEMES: Final = (
    Theme(
        "capacity",
        "Capacity",
        "How much of the network an operator provides.",
        (
            *("consensus-weight", "bandwidth", "guard-weight"),
            *("exit-weight", "guard-relays", "exit-relays"),
        ),
    ),
    Theme(
        "traffic",
        "Traffic",
        "What the relays carried.",
        ("throughput", "throughput-5-years", "total-data"),
    ),
    Theme(
        "reliability",
        "Reliability",
        f"How steadily the relays run. Averages need more than {MANY} relays.",
        ("reliability", "reliability-5-years", "veterans"),
    ),
    Theme(
        "places",
        "Places and platforms",
        "Where and on what the relays run.",
        (
            *("diversity", "rare-countries", "outside-eu"),
            *("non-linux", "ipv4-addresses", "ipv6-addresses"),
        ),
    ),
    Theme(
        "upkeep",
        "Upkeep",
        "How well the relays are looked after, and who is on most leaderboards.",
        ("recommended-versions", "validated-relays", ALL_ROUND),
    ),
)
"""The themes in print order; each board is in one theme."""


class Leader(View, frozen=True):
    """One of the first operators of a board; `level` is the length of a bar, if there are any."""

    rank: str
    operator: Link
    value: str
    level: int | None


class BoardSummary(View, frozen=True):
    """A board, its rule in a few words, and who leads it; `measure` is the head of the values."""

    id: str
    board: Link
    rule: str
    measure: str
    leaders: tuple[Leader, ...]


class BoardTheme(View, frozen=True):
    """The boards about one thing that the sources allow."""

    id: str
    title: str
    words: str
    boards: tuple[BoardSummary, ...]


class BoardsRaw(View, frozen=True):
    """The first operators of each board."""

    ids: dict[str, tuple[ContactId, ...]]


class BoardsPage(View, frozen=True):
    """Everything that the page prints, and its twin; `count` is of how many boards."""

    head: Head
    id: str
    count: str
    themes: tuple[BoardTheme, ...]
    raw: BoardsRaw

    @property
    def display(self) -> dict[str, Any]:
        """The strings of the page, for its twin."""
        return {
            "title": self.head.title,
            "boards": {
                board.id: {"title": board.board.text, "leaders": json_twin.printed(board.leaders)}
                for theme in self.themes
                for board in theme.boards
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
        count=formatting.number_of(len(boards), "way"),
        themes=tuple(
            BoardTheme(
                id=theme.id, title=theme.title, words=theme.words, boards=summaries(shown, context)
            )
            for theme in THEMES
            if (shown := {name: boards[name] for name in theme.boards if name in boards})
        ),
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
    """Return boards with their first operators, in the order of the mapping."""
    return tuple(_summary(name, places, context) for name, places in boards.items())


def _summary(name: str, places: list[BoardPlace], context: PrintContext) -> BoardSummary:
    rule = RULES[name]
    return BoardSummary(
        id=name,
        board=Link(text=BOARD_TITLES[name].title, path=urls.leaderboard(name)),
        rule=rule.short,
        measure=rule.measure or "Value",
        leaders=tuple(
            Leader(
                rank=formatting.count(place.rank),
                operator=operator_links.link(place.candidate.operator),
                value=value(name, place.candidate, context),
                level=length,
            )
            for place, length in zip(places[:FIRST], lengths(name, places), strict=False)
        ),
    )


def lengths(board: str, places: Sequence[BoardPlace]) -> list[int | None]:
    """Return the length of each place's bar, relative to the first; `None` of boards without."""
    if not RULES[board].compared:
        return [None] * len(places)
    values = [formatting.quotient(BOARDS[board].metric(place.candidate) or 0) for place in places]
    top, per = values[0] if values else (0, 1)
    return [level(numerator * per, top * denominator) for numerator, denominator in values]


def choices(boards: Mapping[str, list[BoardPlace]], here: str) -> tuple[Link, ...]:
    """Return links to all boards in the order of their themes, the present one without path."""
    return tuple(
        Link(text=BOARD_TITLES[name].title, path=None if name == here else urls.leaderboard(name))
        for theme in THEMES
        for name in theme.boards
        if name in boards
    )
