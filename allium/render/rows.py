"""The rows of long tables, of which a full build prints two hundred thousand.

End tags that may be left out are: a page of rows would be a tenth larger.
"""

from collections.abc import Callable
from itertools import repeat
from typing import Final

from allium.pages.parts.page_base import RelayRow, RelayTable, Share, SourcePlace
from allium.pages.parts.tables import EntryTable, FlagRow, Found, PeriodRow
from allium.render.filters import Parts, Safe, html, linked, printed, ruled, said, timed

Cell = Callable[[RelayRow, str], Parts]
"""Returns one cell of a row, given the way to the root."""


def relay_rows(table: RelayTable, root: str) -> Safe:
    """Return the rows of a table of relays; `macros/relays.html` has their heads."""
    cells = [cell for cell, stands in _CELLS if stands(table)]
    parts: list[str] = []
    for row, place in zip(table.rows, table.places or repeat(None), strict=False):
        parts += (*_rank(place, "<tr>\n"), *linked(row.relay, root, '<th scope="row">'))
        parts += _value(table, place, root)
        for cell in cells:
            parts += cell(row, root)
    return html(parts)


def entry_rows(table: EntryTable, root: str) -> Safe:
    """Return the rows of a table of operators, families, networks and the like."""
    starts = ['<td class="n">' if column.number else "<td>" for column in table.columns]
    parts: list[str] = []
    for row, place in zip(table.rows, table.places or repeat(None), strict=False):
        parts += (*_rank(place, "<tr>"), *linked(row.name, root, '<th scope="row">'))
        parts += _value(table, place, root)
        for start, value in zip(starts, row.cells, strict=True):
            parts += printed(value, root, start)
    return html(parts)


def found_rows(rows: tuple[Found, ...], root: str) -> Safe:
    """Return the rows of a page of the directory."""
    parts: list[str] = []
    for row in rows:
        parts += ('<tr><th scope="row"><bdi>', row.key)
        parts += (*linked(row.link, root, "</bdi></th><td>"), "</td></tr>\n", "")
    return html(parts)


def share_rows(rows: tuple[Share, ...], root: str) -> Safe:
    """Return the rows of a table of parts of a whole, each with its bar."""
    parts: list[str] = []
    for row in rows:
        parts += (*linked(row.name, root, '<tr><th scope="row">'), '</th><td class="n">')
        parts += (row.count, '</td>\n<td class="n">', row.share)
        parts += (' \n<span class="track" aria-hidden="true"><i class="w', str(row.level))
        parts += ('"></i></span></td></tr>\n', "")
    return html(parts)


def flag_rows(rows: tuple[FlagRow, ...]) -> Safe:
    """Return what the authorities ask of a relay for each flag, and what the data says."""
    parts: list[str] = []
    for row in rows:
        parts += ('<tr><th scope="row">', row.flag, "</th><td>", "Yes" if row.held else "No")
        parts += ("</td>\n<td>", row.needs, "</td><td>")
        if row.requirements:
            parts += ("", '<ul class="plain">\n', "")
            for requirement in row.requirements:
                verdict = requirement.verdict.lower()
                parts += ("<li><bdi>", requirement.text, "</bdi>: ", verdict, "</li>\n", "")
            parts += ("</ul></td><td>", row.verdict, "</td></tr>\n", "")
        else:
            parts += (
                "held" if row.held else "nothing",
                "</td><td>",
                row.verdict,
                "</td></tr>\n",
                "",
            )
    return html(parts)


def period_rows(rows: tuple[PeriodRow, ...], absent: str) -> Safe:
    """Return what relays with a flag did over some periods, and how that stands in the network."""
    parts: list[str] = []
    for row in rows:
        parts += ('<tr><th scope="row">', row.flag, "</th>\n", "")
        for value in row.values:
            parts += ('<td class="n">', absent if value is None else value, "</td>\n", "")
        parts += printed(said(row.standing, "not comparable"), "", "<td>")
        parts += ("</td></tr>\n", "")
    return html(parts)


def _rank(place: SourcePlace | None, start: str) -> Parts:
    return (start, "") if place is None else (f'{start}<td class="rank">', place.rank, "</td>", "")


def _value(table: RelayTable | EntryTable, place: SourcePlace | None, root: str) -> Parts:
    """Return what gives the row its rank, where the table has a column of it."""
    if place is None or not table.ranked:
        return ()
    return printed(place.value, root, '<td class="n">')


def _status(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    if row.down_since is None:
        return ("<td>Up", "")
    return timed(row.down_since, '<td><b class="bad">Down</b> since ')


def _weight(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    return ('<td class="n">', row.weight or "not in consensus")


def _bandwidth(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    return ('<td class="n">', row.bandwidth or "not reported")


def _flags(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    return ("<td>", row.flags or "none")


def _uptime(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    return ('<td class="n">', row.uptime or "too little history")


def _operator(row: RelayRow, root: str) -> Parts:
    if row.operator is None:
        return ("<td>none given", "")
    return linked(row.operator, root, "<td>")


def _country(row: RelayRow, root: str) -> Parts:
    return ruled(row.country, root, "<td>")


def _aroi(row: RelayRow, root: str) -> Parts:  # noqa: ARG001  as all cells
    return ("<td>", row.aroi or "")


def _network(row: RelayRow, root: str) -> Parts:
    network = ruled(row.network, root, "<td>")
    return network if row.as_name is None else (*network, " <bdi>", row.as_name, "</bdi>", "")


def _version(row: RelayRow, root: str) -> Parts:
    version = ruled(row.version, root, "<td>")
    return version if row.version_note is None else (*version, " (", row.version_note, ")", "")


def _first_seen(row: RelayRow, root: str) -> Parts:
    return ruled(row.first_seen, root, '<td class="n">')


_CELLS: Final[tuple[tuple[Cell, Callable[[RelayTable], bool]], ...]] = (
    (_status, lambda _: True),
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
