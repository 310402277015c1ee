"""What templates print of links, times and texts: filters.

A filter is a plain call, while a macro goes through several functions of jinja and costs six times
as much. They make HTML of `parts`: markup and text in turn, markup first.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from markupsafe import escape

from allium.pages.parts.page_base import Badge, Figure, Link, When

Parts = tuple[str, ...]
_BETWEEN: Final = "\0"
"""No text holds it; one that does is escaped alone."""


class Remarked(NamedTuple):
    """A value, and what a reader should know of it."""

    value: object
    remark: str


class Badged(NamedTuple):
    """A value, and the state that it is in."""

    value: object
    badge: Badge


class Safe(str):
    """HTML of this package: markup, and texts that `html` escaped.

    It is markupsafe's protocol without `Markup`, whose constructor takes three times as long.
    """

    __slots__ = ()
    __html__ = str.__str__


def html(parts: Iterable[str]) -> Safe:
    """Return parts as HTML: the texts escaped, all at once, as a call costs more than a text."""
    strings = list(parts)
    strings[1::2] = escaped(strings[1::2])
    return Safe("".join(strings))


def escaped(texts: Sequence[str]) -> list[str]:
    """Return texts as HTML."""
    found = str(escape(_BETWEEN.join(texts))).split(_BETWEEN) if texts else []
    return found if len(found) == len(texts) else [str(escape(text)) for text in texts]


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
        return (f"{before}Unknown", "")
    return (f'{before}<time datetime="', time.machine, '">', time.text, "</time>", "")


def badges(state: Badge, before: str = "") -> Parts:
    """Return a state."""
    return (f'{before}<span class="badge {state.colour}">', state.text, "</span>", "")


class Isolated(str):
    """A text that strangers may have written: isolated, whichever way it runs."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the text as HTML, as markupsafe asks for it."""
        return f"<bdi>{escape(str(self))}</bdi>"


class Codes(tuple[str, ...]):
    """Texts that programs write and people copy: addresses, keys."""

    __slots__ = ()


def printed(value: object, root: str, before: str = "") -> Parts:
    """Return whatever a view holds: a text, a link, a time, a state, texts of strangers."""
    return _PRINTERS.get(type(value), _escaped)(value, root, before)


def _escaped(value: object, root: str, before: str) -> Parts:  # noqa: ARG001  as all printers
    return (f"{before}{escape(value)}", "")


def _text(value: str, root: str, before: str) -> Parts:  # noqa: ARG001  as all printers
    return (before, value)


def _isolated(value: str, root: str, before: str) -> Parts:  # noqa: ARG001  as all printers
    return (f"{before}<bdi>", value, "</bdi>", "")


def _with_remark(value: Remarked, root: str, before: str) -> Parts:
    return (*printed(value.value, root, before), " <small>", value.remark, "</small>", "")


def _figure(value: Figure, root: str, before: str) -> Parts:
    return printed(remarked(value.value, value.remark), root, before)


def _with_badge(value: Badged, root: str, before: str) -> Parts:
    return (*printed(value.value, root, before), *badges(value.badge, " "))


def _codes(value: Codes, root: str, before: str) -> Parts:  # noqa: ARG001  as all printers
    lines = chain.from_iterable(("</bdi></code><br><code><bdi>", text) for text in value[1:])
    return (f"{before}<code><bdi>", value[0], *lines, "</bdi></code>", "")


def _list(texts: tuple[str, ...]) -> Parts:
    """Return texts of strangers as a list, or the word for none."""
    if not texts:
        return ("None", "")
    items = chain.from_iterable(("<li><bdi>", text, "</bdi></li>\n", "") for text in texts)
    return ('<ul class="plain">\n', "", *items, "</ul>\n", "")


def link(to: Link, root: str) -> Safe:
    """Return a link whose words strangers may have written."""
    return html(linked(to, root))


def links(many: Sequence[Link], root: str) -> Safe:
    """Return links with commas between them."""
    return html(enumerated(many, root))


def enumerated(many: Sequence[Link], root: str) -> list[str]:
    """Return links with commas between them."""
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


def said(text: str | None, absent: str = "None") -> str:
    """Return what strangers may have written, or the word for nothing."""
    return absent if text is None else Isolated(text)


def answer(value: bool | None) -> str:  # noqa: FBT001  a filter's value has no name
    """Return what is known of a yes or no."""
    return "Unknown" if value is None else "Yes" if value else "No"


def badge(state: Badge) -> Safe:
    """Return a state: a colour, a mark and a word."""
    return html(badges(state))


def listed(texts: tuple[str, ...]) -> Safe:
    """Return texts of strangers as a list, or the word for none."""
    return html(_list(texts))


def facts(pairs: Iterable[tuple[str, object]], root: str) -> Safe:
    """Return names and what is known of each, for a list of descriptions.

    Nothing is said of what is `None`, a template that would say so uses `said` or `answer`.
    """
    parts: list[str] = []
    for name, value in pairs:
        if value is not None:
            parts += ("<div><dt>", name, *printed(value, root, "<dd>"), "</div>\n", "")
    return html(parts)


def codes(texts: tuple[str, ...]) -> Codes | None:
    """Return addresses, keys and the like for a line each; `None` of none."""
    return Codes(texts) if texts else None


def remarked(value: object, remark: str | None) -> object:
    """Return a value with a remark in small type; the value alone where there is none."""
    return value if remark is None or value is None else Remarked(value, remark)


def badged(value: object, badge: Badge | None) -> object:
    """Return a value with a badge behind it; the value alone where there is none."""
    return value if badge is None else Badged(value, badge)


_PRINTERS: Final[dict[type, Callable[[Any, str, str], Parts]]] = {
    str: _text,
    Isolated: _isolated,
    Link: linked,
    When: lambda value, _, before: timed(value, before),
    type(None): lambda value, _, before: timed(value, before),
    Badge: lambda value, _, before: badges(value, before),
    Figure: _figure,
    Codes: _codes,
    Remarked: _with_remark,
    Badged: _with_badge,
    tuple: lambda value, _, before: (before, "", *_list(value)),
}
FILTERS: Final[dict[str, Callable[..., Any]]] = {
    one.__name__: one
    for one in (
        *(link, links, known, when, said, answer),
        *(listed, badge, codes, facts, remarked, badged),
    )
}
