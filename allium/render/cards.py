"""The parts of a page's cards: heads, tiles, verdicts, findings, stacks.

End tags that may be left out are, here as in `rows`.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from allium.pages.parts.chart_views import Histogram
from allium.pages.parts.page_base import FindingText, Slice, Tile, Verdict
from allium.pages.parts.tables import FlagStrip
from allium.render.filters import Parts, Safe, enumerated, html, linked, printed, ruled

APOSTROPHE: Final = "\u2019"
MANY: Final = 2
"""More findings than these stand in two columns where the window is wide (look.md: findings)."""


@lru_cache(maxsize=1024)
def bar(title: str, name: str, about: str, root: str, question: str = "", level: int = 2) -> Safe:
    """Return the head of a card: its title, which `name` leads to, and the way to what explains it.

    `about` is a place on the page that explains the figures; `level` is that of the heading.
    """
    head = (
        f'<div class="bar"><h{level} id="',
        name,
        '">',
        title,
        f"</h{level}>{how(about, root, title, question)}",
    )
    return html((*head, "", "</div>"))


@lru_cache(maxsize=1024)
def how(about: str, root: str, title: str, question: str = "") -> Safe:
    """Return the way to the explanation of what a card prints.

    Its label begins with the title of the card, since the page has many of these links; the style
    sheet shows the label beside the one that is pointed at.
    """
    asked = question or "How is this computed?"
    target = f"{root}about/index.html#{about}"
    return html(('<a class="how" href="', target, '" aria-label="', f"{title}: {asked}", '">?</a>'))


def tiles(figures: Sequence[Tile], root: str) -> Safe:
    """Return the figures at the head of a page, for a list of descriptions."""
    parts: list[str] = []
    for tile in figures:
        parts += ("<div><dt>", tile.label, *printed(tile.value, root, "<dd>"))
        if tile.level is not None:
            parts += (f'<i class="l{tile.level}"></i>', "")
        if tile.remark is not None:
            parts += (" <small>", tile.remark, "</small>", "")
        parts += ("</div>\n", "")
    return html(parts)


def verdict(sentence: Verdict) -> Safe:
    """Return what matters most about the subject of a page."""
    return html((f'<p class="verdict {sentence.colour}"><span>', sentence.text, "</span></p>"))


def findings(texts: Sequence[FindingText], root: str) -> Safe:
    """Return what is so, what shows it, and what to do."""
    columns = " rows" if len(texts) > MANY else ""
    parts = [f'<ul class="findings{columns}">\n', ""]
    for finding in texts:
        parts += _finding(finding, root)
    return html((*parts, "</ul>\n"))


def _finding(finding: FindingText, root: str) -> Parts:
    parts: Parts = (f'<li class="{finding.colour}"><div>\n<h3><span class="sev">', finding.severity)
    parts += (":</span> ", finding.statement, "</h3>\n", "")
    if finding.evidence:
        sentences = ". ".join(shown[:1].upper() + shown[1:] for shown in finding.evidence)
        parts += ('<p class="muted small">', sentences, ".</p>\n", "")
    if finding.advice is not None:
        parts += ("<p>", finding.advice, "</p>\n", "")
    if finding.relays:
        more = () if finding.more is None else (" and ", finding.more)
        parts += ('<p class="small">', "", *enumerated(finding.relays, root), *more, "</p>\n", "")
    return (*parts, "</div></li>\n", "")


def chips(strip: FlagStrip, root: str) -> Safe:
    """Return the flags that a relay holds and those that it lacks, each with the way to its row."""
    parts = ['<ul class="flags">' if strip.held_now else '<ul class="flags past">', ""]
    for chip in strip.held:
        parts += ruled(chip.flag, root, '<li class="harm">' if chip.harm else "<li>")
    for flag in strip.lacking:
        parts += ('<li><a class="lacks" href="#missing"><span class="unseen">', "Does not have ")
        parts += ("</span>", flag, "</a>", "")
    parts += ("</ul>", "")
    if strip.remark is not None:
        parts += ('<span class="muted small">', strip.remark, "</span>", "")
    return html(parts)


def stack(slices: Sequence[Slice], root: str) -> Safe:
    """Return the parts of a whole side by side, and what each colour stands for."""
    parts = ['<div class="stack" aria-hidden="true">', ""]
    for part in slices:
        if part.level:
            parts += (f'<i class="l{part.level} {part.colour}"></i>', "")
    parts += ('</div>\n<ul class="legend">\n', "")
    for part in slices:
        parts += (*linked(part.name, root, f'<li class="{part.colour}">'), " <b>", part.value)
        parts += ("</b></li>\n", "")
    return html((*parts, "</ul>\n"))


def hist(counts: Histogram, what: str, number: str = "Relays", century: int = 0) -> Safe:
    """Return counts as columns, which are a table: `what` each column stands for, `number` of what.

    The chart's title is read out as the caption of the table. An apostrophe replaces the first
    `century` characters of a label.
    """
    mark = APOSTROPHE if century else ""
    parts = ['<div class="hist">\n<table><caption class="unseen">', counts.title, "</caption>\n"]
    parts += ("", '<thead><tr><th scope="col">', what, '</th><th scope="col">', number)
    parts += ("</th></tr></thead>\n<tbody>\n", "")
    for column in counts.bars:
        parts += (
            f'<tr class="l{column.level}"><th scope="row">',
            mark + column.label[century:],
        )
        parts += ("</th><td>", column.value, "</td></tr>\n", "")
    return html((*parts, "</tbody></table>\n</div>\n"))


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    one.__name__: one for one in (bar, how, tiles, verdict, findings, chips, stack, hist)
}
