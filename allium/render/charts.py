"""Charts: tables whose rows the style sheet draws as bars.

End tags that may be left out are: a relay's page has two hundred rows.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from allium.pages.parts.chart_views import Chart, ChartView, LabelGroup
from allium.render.filters import Safe, escaped, html

_LOOKS: Final = {"two": "two", "one": "single", "up": "up low"}


def chart(shown: Chart | None) -> Safe:
    """Return a chart: the buttons that choose a period and a form, and its views."""
    if shown is None:
        return Safe('<p class="empty">Too little history.</p>\n')
    views = (f'<div class="view">\n{_view(view, shown)}</div>\n' for view in shown.views)
    return Safe(f"{_buttons(shown)}{''.join(views)}</div>\n")


def _buttons(shown: Chart) -> Safe:
    several = len(shown.views) > 1
    form = "period and form" if several else "form"
    look = _LOOKS[shown.look] if several else f"one {_LOOKS[shown.look]}"
    parts = [f'<div class="views {look}" role="group" aria-label="', shown.name]
    parts += (f': {form}">\n', "")
    for number, view in enumerate(shown.views if several else (), start=1):
        parts += (f'<input type="radio" class="v{number}" name="', shown.id, '" id="', shown.id)
        checked = " checked" if number == shown.chosen + 1 else ""
        parts += (f'-{number}"{checked}><label for="', shown.id, f'-{number}">', view.period)
        parts += ("</label>\n", "")
    parts += ('<input type="checkbox" class="tab" id="', shown.id, '-t"><label for="', shown.id)
    return html((*parts, '-t">Table</label>\n'))


def _view(view: ChartView, shown: Chart) -> Safe:
    if not view.labels:
        return Safe('<p class="empty">Too little history for this period.</p>\n')
    if shown.look == "up":
        return _share_view(view)
    return html([*_key(view, shown), *_plot(view)])


@lru_cache(maxsize=4096)
def _share_view(view: ChartView) -> Safe:
    """Return a view of shares of the time: that of relays that always ran is the same."""
    floor = f" <span>the axis starts at {view.floor}%</span>" if view.floor else ""
    key = '<p class="key"><span class="up">Running</span> <span class="gap">Down</span> <span>'
    return html([key, view.measure, f"</span>{floor}</p>\n", "", *_plot(view)])


def _key(view: ChartView, shown: Chart) -> tuple[str, ...]:
    """Return what the colours stand for, the unit and the measure."""
    measure = view.measure if view.unit is None else f"{view.unit}, {view.measure}"
    if shown.look == "one":
        return () if view.unit is None else ('<p class="key"><span>', measure, "</span></p>\n", "")
    names = ('<p class="key"><span class="k1">', shown.series[0], '</span> <span class="k2">')
    return (*names, shown.series[1], "</span> <span>", measure, "</span></p>\n", "")


def _plot(view: ChartView) -> list[str]:
    cutoff = " cutoff" if view.floor else ""
    parts = [f'<div class="plot{cutoff}">\n<ol class="y" aria-hidden="true">', ""]
    for tick in view.ticks:
        parts += ("<li>", tick)
    caption = view.measure[:1].upper() + view.measure[1:]
    parts += ('</ol>\n<table><caption class="unseen">', caption, "</caption>\n<thead><tr>", "")
    for head in (view.head, *(column.head for column in view.columns)):
        parts += ('<th scope="col">', head)
    parts += (f"</thead><tbody>\n{_rows(view)}</tbody></table>\n", "")
    parts += ('<ol class="x" aria-hidden="true">', "")
    for group in view.groups:
        parts += (_group(group), group.label)
    return [*parts, "</ol>\n</div>\n"]


def _rows(view: ChartView) -> str:
    """Return the rows of the table."""
    starts = map(_start, *(column.levels for column in view.columns))
    columns = [escaped([text or "unknown" for text in column.values]) for column in view.columns]
    cells = map("<td>".join, zip(escaped(view.labels), *columns, strict=True))
    return "".join(map("".join, zip(starts, cells, strict=True)))


def _group(group: LabelGroup) -> str:
    return f'<li class="f{group.rows}">' if group.rows > 1 else "<li>"


@lru_cache(maxsize=8192)
def _start(bar: int | None, line: int | None = None) -> str:
    """Return how a row begins, whose levels are those of a bar, and of a line if it has one."""
    levels = [
        f"{series}{level}" for series, level in (("l", bar), ("m", line)) if level is not None
    ]
    return f'<tr class="{" ".join(levels) or "none"}"><th>'


FILTERS: Final[dict[str, Callable[..., Any]]] = {"chart": chart}
