"""The search page: its form, and links by first letters that need no script."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from allium import urls
from allium.pages.parts.page_base import Head, Link, View

_DIGITS: Final = "0123456789ABCDEF"


class SearchPage(View, frozen=True):
    """Links to the directories; a prefix that nothing begins with has no link.

    `fingerprints` has all 256 pairs of digits.
    """

    head: Head
    fingerprints: tuple[Link, ...]
    nicknames: tuple[Link, ...]
    operators: tuple[Link, ...]
    ipv4: tuple[Link, ...]
    ipv6: tuple[Link, ...]


def build(prefixes: Mapping[str, Collection[str]]) -> SearchPage:
    """Return the view of the search page; `prefixes` are those that exist, by kind of part."""
    letters = dict.fromkeys(prefix[0] for prefix in prefixes["nick"])
    return SearchPage(
        head=Head(
            kind="search",
            title="Search",
            description="Find relays, operators, networks and countries of the Tor network by name,"
            " fingerprint or IP address.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="Search")),
            section="search",
        ),
        fingerprints=tuple(
            _perhaps(first + second, prefixes["fp"]) for first in _DIGITS for second in _DIGITS
        ),
        nicknames=_links("nick", letters),
        operators=_links("op", prefixes["op"]),
        ipv4=_links("v4", sorted(prefixes["v4"], key=int)),
        ipv6=_links("v6", prefixes["v6"]),
    )


def _perhaps(prefix: str, prefixes: Collection[str]) -> Link:
    return Link(text=prefix, path=urls.directory("fp", prefix) if prefix in prefixes else None)


def _links(kind: str, prefixes: Iterable[str]) -> tuple[Link, ...]:
    """Return links in the given order; to what begins with no letter and no digit at the end."""
    return tuple(
        Link(text="other" if prefix == "_" else prefix, path=urls.directory(kind, prefix))
        for prefix in sorted(prefixes, key=lambda prefix: prefix == "_")
    )
