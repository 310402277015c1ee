"""Every page that the site will have: what `split` decided, and what the tasks are made from."""

from msgspec import Struct

from allium.store import StoreError, file_entry, sealed, stat_cache
from allium.store.file_entry import FileEntry
from allium.store.stat_cache import Look


class Page(Struct, frozen=True, array_like=True):
    """One page: its kind, its id within the kind, its view and where it goes.

    `view` is relative to the cache; `files` are relative to the site's root, the page itself first.
    """

    kind: str
    id: str
    view: str
    files: tuple[str, ...]


class Contact(Struct, frozen=True, array_like=True):
    """One contact: its id, and what its view is computed from, relative to the cache.

    `position` is what is relative to the network, `histories` are those of the relays where there
    are any, `relays` are the relays' shards in table order.
    """

    id: str
    position: str
    histories: str | None
    relays: tuple[str, ...]


class SitePlan(Struct, frozen=True):
    """The contacts that are precomputed and the pages, both in a fixed order."""

    contacts: tuple[Contact, ...] = ()
    pages: tuple[Page, ...] = ()


_latest: dict[str, tuple[Look | None, SitePlan]] = {}
"""The plan at each path: a build asks for it four times, and reads it when it looks otherwise."""


def load(path: str) -> SitePlan:
    """Return the plan; an empty one before the first `split`.

    Raises `StoreError` when it is there but is not as it was written.
    """
    look = stat_cache.look(path)
    cached = _latest.get(path)
    if cached is None or cached[0] != look:
        cached = _latest[path] = look, sealed.load_or(path, SitePlan, SitePlan())
    return cached[1]


def store(path: str, plan: SitePlan) -> FileEntry:
    """Write the plan; return the entry of its file."""
    return file_entry.written(path, sealed.contents(plan))[0]


def intact(path: str) -> bool:
    """Tell whether there is a plan, as it was written."""
    try:
        return load(path) != SitePlan()
    except StoreError:
        return False
