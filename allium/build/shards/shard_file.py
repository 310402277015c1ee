"""What a part of the network is cut into: files of the cache, and the pages made of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct

from allium import urls
from allium.engine.parallel import portions
from allium.store.site_plan import Page

T = TypeVar("T")

PORTIONS: Final = 16
"""The relays, and the operators, are cut in so many portions, which processes can share."""


class Derived(Struct, frozen=True):
    """What `make` makes of `inputs` and of what these name by a digest, and of nothing else.

    It is not made while the file of the last build was made from equal inputs.
    """

    inputs: object
    make: Callable[[], object]


class Cutting(Struct, frozen=True):
    """One file of the cache (by its name there), what it holds, and the pages made from it.

    The value is `Derived` where that costs more than to compare what it is derived from.
    """

    file: str
    value: object
    pages: tuple[Page, ...] = ()


Part: TypeAlias = Callable[[], Iterable[Cutting]]
"""Files that are cut together, each when it is asked for."""


def page(kind: str, name: str, view: str, folder: str, *, twin: bool = False) -> Page:
    """Return the page at `folder` of the site, with a JSON twin or without."""
    targets = (urls.html(folder), urls.twin(folder)) if twin else (urls.html(folder),)
    return Page(kind, name, view, targets)


def printed(kind: str, name: str, folder: str, view: object, *, twin: bool = False) -> Cutting:
    """Return the view of a page, and the page."""
    file = f"views/{kind}/{name}.json"
    return Cutting(file, view, (page(kind, name, file, folder, twin=twin),))


def only(kind: str, folder: str, view: object, *, twin: bool = False) -> Cutting:
    """Return the view of the one page of a kind, and the page."""
    file = f"views/{kind}.json"
    return Cutting(file, view, (page(kind, kind, file, folder, twin=twin),))


def single(kind: str, file: str, view: object) -> Cutting:
    """Return the view of the one file of a kind, which lies at `file` in the site."""
    name = f"views/{kind}.json"
    return Cutting(name, view, (Page(kind, kind, name, (file,)),))


def shared(whole: Sequence[T]) -> list[Sequence[T]]:
    """Return a sequence in parts of nearly one length."""
    return portions(whole, -(-len(whole) // PORTIONS) or 1)
