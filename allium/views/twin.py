"""The JSON twin of a page: the same facts for programs."""

from typing import Any, Protocol

from msgspec import Struct

from allium.views.base import Head


class Twin(Struct, frozen=True, kw_only=True):
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


def twin(view: Twinned) -> Twin:
    """Return the twin of a view."""
    return Twin(
        kind=view.head.kind, id=view.id, display=view.display, raw=view.raw, links=view.links
    )
