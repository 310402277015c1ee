"""What templates print of links, times and texts: filters.

A filter is a plain call, while a macro goes through several functions of jinja and costs six times
as much. They make HTML of `parts`: markup and text in turn, markup first.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from markupsafe import escape

from allium.pages.parts.page_base import Chart, FindingText, Link, When

Parts = tuple[str, ...]
_COLUMNS: Final = {None: '<i class="hx"></i>'} | {n: f'<i class="h{n}"></i>' for n in range(21)}
_BETWEEN: Final = "\0"
"""No text holds it; one that does is escaped alone."""


class Safe(str):
    """HTML of this package: markup, and texts that `html` escaped.

    It is markupsafe's protocol without `Markup`, whose constructor takes three times as long.
    """

    __slots__ = ()
    __html__ = str.__str__


def html(parts: Iterable[str]) -> Safe:
    """Return parts as HTML: the texts escaped, all at once, as a call costs more than a text."""
    strings = list(parts)
    texts = strings[1::2]
    escaped = str(escape(_BETWEEN.join(texts))).split(_BETWEEN) if texts else []
    if len(escaped) != len(texts):
        escaped = [str(escape(text)) for text in texts]
    strings[1::2] = escaped
    return Safe("".join(strings))


def linked(to: Link, root: str, before: str = "") -> Parts:
    """Return a link, or its words alone when they lead nowhere, after the markup `before`.

    Words that strangers may have written are isolated, whichever way they run.
    """
    if to.path is None:
        return (f"{before}<bdi>", to.text, "</bdi>", "")
    return (f'{before}<a href="', root + to.path, 'index.html"><bdi>', to.text, "</bdi></a>", "")


def ruled(to: Link, root: str, before: str = "") -> Parts:
    """Return a link whose words follow a rule: they need no isolation, and there are many."""
    if to.path is None:
        return linked(to, root, before)
    return (f'{before}<a href="', root + to.path, 'index.html">', to.text, "</a>", "")


def timed(time: When | None, before: str = "") -> Parts:
    """Return a time for people and programs."""
    if time is None:
        return (f"{before}unknown", "")
    return (f'{before}<time datetime="', time.machine, '">', time.text, "</time>", "")


class Isolated(str):
    """A text that strangers may have written: isolated, whichever way it runs."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the text as HTML, as markupsafe asks for it."""
        return f"<bdi>{escape(str(self))}</bdi>"


def printed(value: object, root: str, before: str = "") -> Parts:
    """Return whatever a view holds: a text, a link, a time, texts of strangers."""
    if isinstance(value, Isolated):
        return (f"{before}<bdi>", value, "</bdi>", "")
    if isinstance(value, str) and not isinstance(value, Safe):
        return (before, value)
    if isinstance(value, Link):
        return linked(value, root, before)
    if value is None or isinstance(value, When):
        return timed(value, before)
    if isinstance(value, tuple):
        return (before, "", *_list(value))
    return (f"{before}{escape(value)}", "")


def _list(texts: tuple[str, ...]) -> Parts:
    """Return texts of strangers as a list, or the word for none."""
    if not texts:
        return ("none", "")
    items = chain.from_iterable(("<li><bdi>", text, "</bdi></li>\n", "") for text in texts)
    return ('<ul class="plain">\n', "", *items, "</ul>\n", "")


def link(to: Link, root: str) -> Safe:
    """Return a link whose words strangers may have written."""
    return html(linked(to, root))


def links(many: Sequence[Link], root: str) -> Safe:
    """Return links with commas between them."""
    return html(_enumerated(many, root))


def _enumerated(many: Sequence[Link], root: str) -> list[str]:
    parts: list[str] = []
    for to in many:
        parts += linked(to, root, ", " if parts else "")
    return parts


def known(to: Link, root: str) -> Safe:
    """Return a link whose words follow a rule."""
    return html(ruled(to, root))


def when(time: When | None) -> Safe:
    """Return a time."""
    return html(timed(time))


@lru_cache(maxsize=256)
def how(about: str, root: str, question: str = "How is this computed?") -> Safe:
    """Return the way to the explanation of what a section prints."""
    target = f"{root}about/index.html#{about}"
    return html(('<p class="how"><a href="', target, '">', question, "</a></p>"))


def said(text: str | None, absent: str = "none given") -> str:
    """Return what strangers may have written, or the word for nothing."""
    return absent if text is None else Isolated(text)


def answer(value: bool | None) -> str:  # noqa: FBT001  a filter's value has no name
    """Return what is known of a yes or no."""
    return "unknown" if value is None else "Yes" if value else "No"


def listed(texts: tuple[str, ...]) -> Safe:
    """Return texts of strangers as a list, or the word for none."""
    return html(_list(texts))


def drawn(chart: Chart | None, measure: str) -> str:
    """Return columns over time, and the same as a table under the name of what is measured."""
    if chart is None:
        return Safe("<p>Too little history for a chart.</p>\n")
    columns = "".join(_COLUMNS[bar.level] for bar in chart.bars)
    first, last = chart.bars[0].label, chart.bars[-1].label
    parts = ['<figure class="chart">\n<figcaption>', chart.title, ", ", first, " to ", last]
    parts += (".\n", chart.words, '</figcaption>\n<div class="columns" aria-hidden="true">', "")
    parts += (f"{columns}</div>\n<details><summary>Values as a table</summary>\n", "")
    parts += ('<table class="small">\n<caption>', chart.title, "</caption>\n<thead><tr>", "")
    parts += ('<th scope="col">From</th><th scope="col" class="n">', measure)
    parts += ("</th></tr></thead>\n<tbody>\n", "")
    for bar in chart.bars:
        parts += ('<tr><th scope="row">', bar.label, '</th><td class="n">', bar.value or "unknown")
        parts += ("</td></tr>\n", "")
    return html((*parts, "</tbody>\n</table>\n</details>\n</figure>\n\n"))


def findings(texts: tuple[FindingText, ...], root: str) -> Safe:
    """Return what is so, what shows it, and what to do."""
    parts = ['<ul class="findings">\n', ""]
    for finding in texts:
        parts += ('<li class="card">\n<p><span class="badge ', finding.colour, '">')
        parts += (finding.severity,)
        parts += ("</span> ", finding.statement, "</p>\n", "")
        if finding.evidence:
            parts += ('<p class="evidence">', "; ".join(finding.evidence), ".</p>\n", "")
        if finding.advice is not None:
            parts += ("<p>", finding.advice, "</p>\n", "")
        if finding.relays:
            more = () if finding.more is None else (" and ", finding.more)
            parts += ("<p>", "", *_enumerated(finding.relays, root), *more, "</p>\n", "")
        parts += (f"{how(finding.about, root, 'How is this judged?')}\n</li>\n", "")
    return html((*parts, "</ul>\n"))


def facts(pairs: Iterable[tuple[str, object]], root: str) -> Safe:
    """Return names and what is known of each, for a list of descriptions."""
    parts: list[str] = []
    for name, value in pairs:
        parts += ("<dt>", name, *printed(value, root, "</dt><dd>"), "</dd>\n", "")
    return html(parts)


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    one.__name__: one
    for one in (link, links, known, when, how, said, answer, listed, drawn, findings, facts)
}
