"""The rows of long tables, which `render/rows` prints."""

from typing import Literal, TypeAlias

from msgspec import field

from allium.model.relay import Flag
from allium.pages.parts.page_base import Colour, Link, SourcePlace, View

Cell: TypeAlias = Link | str
Verdict: TypeAlias = Literal["Met", "Not met", "Unknown"]


class Row(View, frozen=True):
    """One entry: what it is called, and a cell for each column."""

    name: Link
    cells: tuple[Cell, ...]


class Heading(View, frozen=True):
    """The head of a column, and whether numbers stand below it.

    In a column of states `colours` has the colour of each word. Where the column is `metered` a bar
    shows each share, relative to that of the first row.
    """

    label: str
    number: bool
    metered: bool = False
    colours: dict[str, Colour] = field(default_factory=dict)


class EntryTable(View, frozen=True):
    """Entries under one caption; `places` are their ranks where they have any.

    `ranked` is the head of the column with what they are ranked by, if there is one.
    """

    caption: str
    columns: tuple[Heading, ...]
    rows: tuple[Row, ...]
    places: tuple[SourcePlace, ...] = ()
    ranked: str = ""


class Found(View, frozen=True):
    """What was searched, and the page that it leads to."""

    key: str
    link: Link


class Requirement(View, frozen=True):
    """One thing that a flag needs, as the data shows it."""

    text: str
    verdict: Verdict


class FlagRow(View, frozen=True):
    """One flag that a relay lacks: what it needs, and how the relay's data compares."""

    flag: str
    needs: str
    requirements: tuple[Requirement, ...]


class Chip(View, frozen=True):
    """A flag that a relay holds, and whether it says something bad of the relay."""

    flag: Link
    harm: bool


class FlagStrip(View, frozen=True):
    """The flags of a relay: those that it holds, those that it lacks, and a word on the others.

    Those of a relay that is down are not `held_now`: it held them when it was last seen.
    """

    held_now: bool
    held: tuple[Chip, ...]
    lacking: tuple[Flag, ...]
    remark: str | None


class PeriodRow(View, frozen=True):
    """A flag's mean in each period; how the six months compare with the whole network."""

    flag: Flag
    values: tuple[str | None, ...]
    standing: str | None
