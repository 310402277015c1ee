"""The structs that views of all pages are made of: head, link, time, tile, badge, row, share."""

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.model.history import Period

PERIOD_WORDS: Final[dict[Period, str]] = {
    "1_month": "1 month",
    "6_months": "6 months",
    "1_year": "1 year",
    "5_years": "5 years",
}


class View(Struct, frozen=True, kw_only=True):
    """Everything that one page prints, rounded and ordered; paths are relative to the site's root.

    A path ends in `/` and has no leading slash; the templates put the way to the root before it.
    """


class Link(View, frozen=True):
    """Words, and the page they lead to if there is one."""

    text: str
    path: str | None = None


class When(View, frozen=True):
    """A time as it is printed (UTC), and as programs read it."""

    text: str
    machine: str


Colour: TypeAlias = Literal["good", "note", "warn", "crit", "off"]
"""The class of a state; a mark and a word say the same."""


class Badge(View, frozen=True):
    """A state in one word or two."""

    text: str
    colour: Colour


class Verdict(View, frozen=True):
    """One sentence of what matters most about the subject of a page."""

    text: str
    colour: Colour


class Tile(View, frozen=True):
    """A figure at the head of a page: at most 12 characters, and a line of at most 28 below it.

    `level` (0 to 50) is the length of a bar, for a share of a whole.
    """

    label: str
    value: str | When
    remark: str | None = None
    level: int | None = None


class Figure(View, frozen=True):
    """A value, and what a reader should know of it, in small type."""

    value: str
    remark: str | None = None


Facts: TypeAlias = tuple[tuple[str, Figure], ...]
"""Names, and what is known of each, in the order of the page."""


class Slice(View, frozen=True):
    """One part of a whole in a stack: `colour` is its class (`k1` to `k7`, `k0` for the rest).

    The levels of a stack's slices add up to 50, see `allium.pages.parts.levels`.
    """

    name: Link
    value: str
    colour: str
    level: int


class Head(View, frozen=True):
    """What the frame around a page needs: its kind, its name, and where it stands."""

    kind: str
    title: str
    description: str
    crumbs: tuple[Link, ...]
    section: str = ""
    """The entry of the main navigation that the page belongs to."""
    canonical: str | None = None
    """The path that stands for this page where it is not the page's own."""
    twin: bool = False
    indexed: bool = True
    """Whether search engines may list the page."""

    @property
    def subject(self) -> str:
        """The title, and its kind unless the title has that word."""
        is_said = f" {self.kind} " in f" {self.title.lower()} "
        return self.title if is_said else f"{self.title} – {self.kind}"  # noqa: RUF001  as pages print it


class Share(View, frozen=True):
    """One row of a ranked table: a name, how many, what share, and the length of a bar (0 to 50).

    `remark` follows the name in small type. The row of all others has no bar. Where the table does
    not say how many, `count` is `None`.
    """

    name: Link
    count: str | None
    share: str
    level: int | None
    remark: str | None = None


class RelayRow(View, frozen=True):
    """One relay in a table; `None` where the data has nothing.

    `harms` are the flags that say something bad of it. `flags` are the others that a reader cannot
    take for granted, and which of those that nearly all relays hold it lacks.
    """

    relay: Link
    operator: Link | None
    down_since: When | None
    weight: str | None
    bandwidth: str | None
    harms: tuple[str, ...]
    flags: str
    country: Link
    network: Link
    as_name: str | None
    version: Link
    version_note: Badge | None
    first_seen: Link
    aroi: Badge | None = None
    uptime: str | None = None


class SourcePlace(View, frozen=True):
    """A place, and what it is given by unless the name says that; `level` is the length of its bar.

    `leads` says whether it is one of the first three.
    """

    rank: str
    value: str | When | None
    level: int | None = None
    leads: bool = False


class RelayTable(View, frozen=True):
    """Rows of relays under one caption; `id` names the table on its page."""

    id: str
    caption: str
    rows: tuple[RelayRow, ...]
    aroi: bool = False
    """Whether the column with the relays' AROI status is shown in place of the AS."""
    uptime: bool = False
    """Whether there is a column with the uptime of one month."""
    operator: bool = False
    """Whether there is a column with the operators."""
    without: str = ""
    """The kind of group whose page this is: its own column says nothing there."""
    places: tuple[SourcePlace, ...] = ()
    """The ranks of the rows, where they have any."""
    ranked: str = ""
    """The head of the column that gives the ranks."""


class FindingText(View, frozen=True):
    """Something to know or to do: how much it matters, what is so, what shows it, what to do.

    `about` is the anchor on the page that explains it, `colour` only repeats the severity.
    """

    severity: str
    colour: Colour
    statement: str
    evidence: tuple[str, ...]
    advice: str | None
    about: str
    relays: tuple[Link, ...] = ()
    more: str | None = None


class Pages(View, frozen=True):
    """Where a long list goes on: pages by number; the present one and gaps (`…`) have no path."""

    links: tuple[Link, ...]


def minute(time: str | None) -> When | None:
    """Return a time to the minute."""
    return (
        None
        if time is None
        else When(text=formatting.minute(time), machine=formatting.machine_time(time))
    )


def day(time: str) -> When:
    """Return a date."""
    return When(text=formatting.date(time), machine=formatting.date(time))
