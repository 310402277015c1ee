"""Tables whose rows or columns are the directory authorities."""

from allium import formatting, urls
from allium.analysis.relay_groups import held_flags
from allium.model.relay import Flag
from allium.model.snapshot import Snapshot
from allium.pages.parts.page_base import Colour, View


class GridCell(View, frozen=True):
    """One cell: words, the page they lead to, a state's colour, and a remark in small type.

    `odd` says that it differs from what most authorities have.
    """

    text: str
    path: str | None = None
    state: Colour | None = None
    remark: str | None = None
    odd: bool = False


class GridRow(View, frozen=True):
    """One row; `anchor` names its place on the page."""

    name: GridCell
    cells: tuple[GridCell, ...]
    anchor: str | None = None


class VoteGrid(View, frozen=True):
    """A table under one caption, in a card with a title; `about` is where it is explained.

    After the names `texts` columns are words; those after them are figures. `notes` are sentences
    below the table.
    """

    id: str
    title: str
    caption: str
    about: str
    heads: tuple[str, ...]
    rows: tuple[GridRow, ...]
    texts: int = 0
    notes: tuple[str, ...] = ()


ABSENT = GridCell(text=formatting.TO)
"""Of an authority whose vote could not be read, or that does not vote on this."""


def cell(value: int | str | None, remark: str | None = None) -> GridCell:
    """Return a figure or a text; nothing is `ABSENT`."""
    if value is None:
        return ABSENT
    return GridCell(text=str(value), remark=remark)


def flag_links(snapshot: Snapshot) -> dict[Flag, str]:
    """Return the pages of flags: those that a relay of the details holds."""
    held = {flag for relay in snapshot.relays for flag in held_flags(relay)}
    return {flag: urls.group("flag", flag.lower()) for flag in held}
