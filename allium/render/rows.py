"""The rows of long tables, of which a full build prints two hundred thousand.

End tags that may be left out are: a page of rows would be a tenth larger.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import repeat
from typing import Final

from allium.pages.parts.levels import FULL, SHORTEST, level
from allium.pages.parts.page_base import Badge, RelayRow, RelayTable, Share, SourcePlace
from allium.pages.parts.tables import EntryTable, FlagRow, Found, Heading, PeriodRow, Verdict
from allium.render.filters import Parts, Safe, badges, html, linked, printed, ruled, said, timed

_BARS: Final = [f'<tr><th scope="row"><i class="l{n}"></i>' for n in range(FULL + 1)]
_VERDICTS: Final[dict[Verdict, str]] = {
    "Met": '<li><b class="met">Met:</b> <bdi>',
    "Not met": '<li><b class="not">Not met:</b> <bdi>',
    "Unknown": '<li><b class="open">Unknown:</b> <bdi>',
}
_REST: Final = '<tr class="rest"><th scope="row">'
Cell = Callable[[RelayRow, str], Parts]
"""Returns one cell of a row, given the way to the root."""


def relay_rows(table: RelayTable, root: str) -> Safe:
    """Return the rows of a table of relays; `macros/relays.html` has their heads."""
    cells = [cell for cell, stands in _CELLS if stands(table)]
    cells[0] = _weight if table.ranked else _meters(table.rows)
    if table.ranked:
        cells = [_asn if cell is _network else cell for cell in cells]
    parts: list[str] = []
    for row, place in zip(table.rows, table.places or repeat(None), strict=False):
        parts += (*_rank(place), *linked(row.relay, root, '<th scope="row">'))
        if row.down_since is not None:
            parts += timed(row.down_since, ' <br><span class="badge crit">Down ')
            parts += ("</span>", "")
        parts += _value(table, place, root)
        for cell in cells:
            parts += cell(row, root)
    return html(parts)


def entry_rows(table: EntryTable, root: str) -> Safe:
    """Return the rows of a table of operators, families, networks and the like."""
    cells = [_entry_cell(column, _first_text(table, at)) for at, column in enumerate(table.columns)]
    parts: list[str] = []
    for row, place in zip(table.rows, table.places or repeat(None), strict=False):
        parts += (*_rank(place), *linked(row.name, root, '<th scope="row">'))
        parts += _value(table, place, root)
        for cell, value in zip(cells, row.cells, strict=True):
            parts += cell(value, root)
    return html(parts)


def _first_text(table: EntryTable, column: int) -> object:
    return table.rows[0].cells[column] if table.rows else ""


def _entry_cell(column: Heading, top: object) -> Callable[[object, str], Parts]:
    """Return what prints a cell of a column: a share and its bar, a state in colour, or the rest.

    `top` is the greatest share of a column that has bars.
    """
    start = '<td class="n">' if column.number else "<td>"
    colours = column.colours

    def metered(value: object, _: str) -> Parts:
        share = str(value)
        return (start, share, f'<i class="meter l{_meter(share, str(top))}"></i>', "")

    def coloured(value: object, root: str) -> Parts:
        if isinstance(value, str) and value in colours:
            return badges(Badge(text=value, colour=colours[value]), start)
        return printed(value, root, start)

    return metered if column.metered else coloured


def found_rows(rows: tuple[Found, ...], root: str) -> Safe:
    """Return the rows of a page of the directory."""
    parts: list[str] = []
    for row in rows:
        parts += ('<tr><th scope="row"><bdi>', row.key)
        parts += (*linked(row.link, root, "</bdi></th><td>"), "</td></tr>\n", "")
    return html(parts)


def share_rows(rows: tuple[Share, ...], root: str) -> Safe:
    """Return the rows of a ranked table, each with its bar behind the name."""
    parts: list[str] = []
    for row in rows:
        start = _REST if row.level is None else _BARS[row.level]
        parts += (*linked(row.name, root, start),)
        if row.remark is not None:
            parts += (' <span class="muted small">', row.remark, "</span>", "")
        if row.count is not None:
            parts += ('</th><td class="n">', row.count, "</td>", "")
        parts += ('<td class="n">', row.share, "</td></tr>\n", "")
    return html(parts)


def flag_rows(rows: tuple[FlagRow, ...]) -> Safe:
    """Return what the authorities ask of a relay for each flag, and what the data says."""
    parts: list[str] = []
    for row in rows:
        parts += (
            '<tr><th scope="row">',
            row.flag,
            '<td><span class="muted small">',
            row.needs,
        )
        parts += ('</span><ul class="req">', "")
        for requirement in row.requirements:
            parts += (_VERDICTS[requirement.verdict], requirement.text, "</bdi>", "")
        parts += ("</ul>\n", "")
    return html(parts)


def period_rows(rows: tuple[PeriodRow, ...]) -> Safe:
    """Return what relays with a flag did over some periods, and how that stands in the network."""
    parts: list[str] = []
    for row in rows:
        parts += ('<tr><th scope="row">', row.flag, "</th>\n", "")
        for value in row.values:
            if value is None:
                parts += ('<td class="n muted">Too little history</td>\n', "")
            else:
                parts += ('<td class="n">', value, "</td>\n", "")
        parts += printed(said(row.standing, "Cannot be computed"), "", "<td>")
        parts += ("</td></tr>\n", "")
    return html(parts)


def _rank(place: SourcePlace | None) -> Parts:
    if place is None:
        return ("<tr>", "")
    first = ' class="first"' if place.leads else ""
    return (f'<tr{first}><td class="place">', place.rank, "</td>", "")


def _value(table: RelayTable | EntryTable, place: SourcePlace | None, root: str) -> Parts:
    """Return what gives the row its place, where the table has a column of it."""
    if place is None or not table.ranked:
        return ()
    meter = "" if place.level is None else f'<i class="meter l{place.level}"></i>'
    return (*printed(place.value, root, '<td class="n">'), meter, "")


def _meters(rows: tuple[RelayRow, ...]) -> Cell:
    """Return the cell of the consensus weight with a bar, relative to the largest share printed."""
    top = next((row.weight for row in rows if row.weight is not None), "")

    def weight(row: RelayRow, root: str) -> Parts:
        if row.weight is None:
            return _weight(row, root)
        return (
            '<td class="n">',
            row.weight,
            f'<i class="meter l{_meter(row.weight, top)}"></i>',
            "",
        )

    return weight


@lru_cache(maxsize=1024)
def _meter(share: str, top: str) -> int:
    """Return the length of the bar of a printed share: `0.08%`, `<0.01%`, `0%`, a word for none.

    How much less than a hundredth it is does not say, so `<0.01%` has the shortest bar.
    """
    if share.startswith("<"):
        return SHORTEST
    return level(*(_hundredths(text) for text in (share, top)))


def _hundredths(share: str) -> int:
    """Return a printed share in hundredths of a percent."""
    digits = share.strip("<%").replace(".", "")
    return int(digits) if digits.isdecimal() else 0


def _weight(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    return ('<td class="n">', row.weight or "None")


def _bandwidth(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    return ('<td class="n">', row.bandwidth or "Not reported")


def _flags(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    harms = (part for harm in row.harms for part in ('<b class="not">', harm, "</b> ", ""))
    return ('<td class="held">', "", *harms, "", row.flags or ("" if row.harms else "None"))


def _uptime(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    return ('<td class="n">', row.uptime or "Too little history")


def _operator(row: RelayRow, root: str) -> Parts:
    if row.operator is None:
        return ("<td>None", "")
    return linked(row.operator, root, "<td>")


def _country(row: RelayRow, root: str) -> Parts:
    return ruled(row.country, root, "<td>")


def _aroi(row: RelayRow, root: str) -> Parts:
    return ("<td>", "") if row.aroi is None else printed(row.aroi, root, "<td>")


def _asn(row: RelayRow, root: str) -> Parts:
    return ruled(row.network, root, "<td>")


def _network(row: RelayRow, root: str) -> Parts:
    network = _asn(row, root)
    return network if row.as_name is None else (*network, " <bdi>", row.as_name, "</bdi>", "")


def _version(row: RelayRow, root: str) -> Parts:
    version = ruled(row.version, root, '<td class="named">')
    if row.version_note is None:
        return version
    colour = "not" if row.version_note.colour == "crit" else "open"
    return (*version, f' <b class="{colour}">', row.version_note.text, "</b>", "")


def _first_seen(row: RelayRow, root: str) -> Parts:
    return ruled(row.first_seen, root, '<td class="n">')


_CELLS: Final[tuple[tuple[Cell, Callable[[RelayTable], bool]], ...]] = (
    (_weight, lambda _: True),
    (_bandwidth, lambda table: table.without != "bandwidth"),
    (_flags, lambda _: True),
    (_uptime, lambda table: table.uptime),
    (_operator, lambda table: table.operator),
    (_country, lambda table: table.without != "country"),
    (_aroi, lambda table: table.aroi and table.without != "as"),
    (_network, lambda table: not table.aroi and table.without != "as"),
    (_version, lambda table: table.without != "version"),
    (_first_seen, lambda table: table.without != "first_seen"),
)
FILTERS: Final = {
    one.__name__: one
    for one in (relay_rows, entry_rows, found_rows, share_rows, flag_rows, period_rows)
}
