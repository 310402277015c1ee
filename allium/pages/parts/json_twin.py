"""The JSON twin of a page: the same facts for programs."""

from typing import Any, Final, Protocol

from msgspec import Struct

from allium.pages.parts.page_base import Head, Link, When

BESIDE: Final = {"html": "index.html"}
"""The link of a twin to its page, where it has no others."""
_LAID_OUT: Final = frozenset({"level", "colour", "about", "id"})
"""Fields that lay a page out and are not printed themselves."""


class JsonTwin(Struct, frozen=True, kw_only=True):
    """`display` holds strings exactly as printed, `raw` slow-changing raw values.

    Missing values are `null`, never left out; `links` are relative to the twin itself.
    """

    schema: int = 1
    kind: str
    id: str
    display: Any
    raw: Any
    links: dict[str, str]


class Twinned(Protocol):
    """A view that has a twin."""

    head: Head
    id: str
    raw: Any
    links: dict[str, str]

    @property
    def display(self) -> Any:  # noqa: ANN401  whatever the page prints
        """The strings of the page."""


def printed(part: Any) -> Any:  # noqa: ANN401  a part of a view, JSON
    """Return what is printed of a part of a view: of a link and a time the words."""
    if isinstance(part, Link | When):
        return part.text
    if isinstance(part, Struct):
        names = (name for name in part.__struct_fields__ if name not in _LAID_OUT)
        return {name: printed(getattr(part, name)) for name in names}
    if isinstance(part, dict):
        return {name: printed(value) for name, value in part.items()}
    if isinstance(part, tuple | list):
        return [printed(value) for value in part]
    return part


def twin(view: Twinned) -> JsonTwin:
    """Return the twin of a view."""
    return JsonTwin(
        kind=view.head.kind, id=view.id, display=view.display, raw=view.raw, links=view.links
    )
