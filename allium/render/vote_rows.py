"""The rows of tables of votes: nine a page, the same ones on many pages."""

from functools import lru_cache
from typing import Final

from allium import urls
from allium.pages.parts.page_base import Badge
from allium.pages.votes.relay_votes_page import (
    BANDS_FROM,
    COLUMNS,
    FIGURES_FROM,
    NEVER,
    NOTHING,
    VoteRow,
)
from allium.pages.votes.vote_grids import GridCell, VoteGrid
from allium.render.filters import Parts, Safe, badges, html

ALARMING: Final = frozenset({"No", "Not reached"})
"""What stands between a relay and the consensus, or a flag."""
SILENT: Final = frozenset(
    {
        *("Not voted on", "Not known", "Not stated", "Not tested"),
        *(NOTHING, NEVER),
    }
)
"""What says nothing on the relay."""

_CELLS: Final = ("<td>", '<td class="n">', '<td class="n band">')
"""Of a word, a figure, and the band of a figure, which stays on one line."""


def opinion_rows(rows: tuple[VoteRow, ...], root: str) -> Safe:
    """Return what each authority says of a relay; a row without cells says why."""
    return Safe("".join(_opinion(row, root) for row in rows))


@lru_cache(maxsize=16384)
def _opinion(row: VoteRow, root: str) -> Safe:
    target = f"{root}{urls.AUTHORITIES}index.html#"
    parts: Parts = ('<tr><th scope="row"><a href="', target + urls.authority(row.authority), '">')
    parts += (row.authority, "</a>", "")
    if row.absent is not None:
        return html((*parts, f'<td class="muted" colspan="{COLUMNS}">', row.absent, "\n", ""))
    for place, words in enumerate(row.cells):
        cell = _CELLS[(place >= FIGURES_FROM) + (place >= BANDS_FROM)]
        if words in ALARMING:
            parts += (f'{cell}<b class="not">', words, "</b>", "")
        elif words in SILENT:
            parts += (f'{cell}<span class="muted">', words, "</span>", "")
        else:
            parts += (cell, words)
    return html((*parts, "\n", ""))


def grid_rows(table: VoteGrid, root: str) -> Safe:
    """Return the rows of a table of authorities."""
    parts: list[str] = []
    for row in table.rows:
        anchor = "" if row.anchor is None else f' id="{row.anchor}"'
        parts += (f"<tr{anchor}>", "", *_cell(row.name, '<th scope="row">', root))
        for place, one in enumerate(row.cells):
            parts += _cell(one, "<td>" if place < table.texts else '<td class="n">', root)
        parts += ("\n", "")
    return html(parts)


def _cell(one: GridCell, start: str, root: str) -> Parts:
    if one.state is not None:
        return badges(Badge(text=one.text, colour=one.state), start)
    parts: Parts = (start, one.text)
    if one.path is not None:
        parts = (f'{start}<a href="', root + one.path, 'index.html">', one.text, "</a>", "")
    elif one.odd:
        parts = (f"{start}<b>", one.text, '<span class="unseen"> (differs)</span></b>', "")
    return parts if one.remark is None else (*parts, " <small>", one.remark, "</small>", "")


FILTERS: Final = {one.__name__: one for one in (opinion_rows, grid_rows)}
