"""A file of the cache that `split` writes, and the pages that are rendered from it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct

from allium import urls
from allium.engine.parallel import portions
from allium.store.site_plan import Page

T = TypeVar("T")

BATCHES: Final = 16
"""Relays and operators are written in this many batches.

There are more portions than processors, so a slow portion delays the build by little.
"""


class Derived(Struct, frozen=True):
    """A value that `make` computes from `inputs`, and from the files that these name by digest.

    The value is not computed while the file of the last build was made from equal inputs.
    """

    inputs: object
    make: Callable[[], object]


class ShardFile(Struct, frozen=True):
    """One file of the cache (its path there), its value, and the pages rendered from it.

    The value is `Derived` where computing it costs more than comparing its inputs.
    """

    file: str
    value: object
    pages: tuple[Page, ...] = ()


Batch: TypeAlias = Callable[[], Iterable[ShardFile]]
"""Files that one process makes in one go. It is called in the process that writes them."""


def page(kind: str, name: str, view: str, folder: str, *, twin: bool = False) -> Page:
    """Return the page in `folder` of the site; `twin` adds its JSON twin."""
    targets = (urls.html(folder), urls.twin(folder)) if twin else (urls.html(folder),)
    return Page(kind, name, view, targets)


def view_file(kind: str, name: str, folder: str, view: object, *, twin: bool = False) -> ShardFile:
    """Return the view of one of many pages of a kind."""
    file = f"views/{kind}/{name}.json"
    return ShardFile(file, view, (page(kind, name, file, folder, twin=twin),))


def only_view_file(kind: str, folder: str, view: object, *, twin: bool = False) -> ShardFile:
    """Return the view of the only page of a kind."""
    file = f"views/{kind}.json"
    return ShardFile(file, view, (page(kind, kind, file, folder, twin=twin),))


def site_file(kind: str, path: str, view: object) -> ShardFile:
    """Return the view of the only file of a kind, which has the path `path` in the site."""
    file = f"views/{kind}.json"
    return ShardFile(file, view, (Page(kind, kind, file, (path,)),))


def batches(items: Sequence[T]) -> list[Sequence[T]]:
    """Return a sequence as `BATCHES` sequences of nearly equal length."""
    return portions(items, -(-len(items) // BATCHES) or 1)
