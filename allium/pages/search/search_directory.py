"""One page of a search directory: what begins with a prefix."""

from typing import Final

from allium import formatting, urls
from allium.analysis.search_prefixes import OTHER, Row
from allium.pages.parts.page_base import Head, Link, Pages, View
from allium.pages.parts.tables import Found

PAGE_ROWS: Final = 500
_NAMES: Final = {
    "fp": "Fingerprint",
    "nick": "Nickname",
    "v4": "IPv4 address",
    "v6": "IPv6 address",
    "op": "Operator",
}
_MANY: Final = {
    "fp": "Fingerprints",
    "nick": "Nicknames",
    "v4": "IPv4 addresses",
    "v6": "IPv6 addresses",
    "op": "Operators",
}


class DirectoryShard(View, frozen=True):
    """All rows of one prefix, which page of them this is, and the prefixes around it."""

    kind: str
    prefix: str
    number: int
    rows: tuple[Row, ...]
    before: str | None = None
    after: str | None = None


class DirectoryPage(View, frozen=True):
    """One page of a directory."""

    head: Head
    caption: str
    name: str
    target: str
    rows: tuple[Found, ...]
    pages: Pages | None
    before: Link | None
    after: Link | None


def build(shard: DirectoryShard) -> DirectoryPage:
    """Return the view of one page of a directory."""
    kind, number = shard.kind, shard.number
    first = (number - 1) * PAGE_ROWS
    shown = shard.rows[first : first + PAGE_ROWS]
    span = f"{formatting.count(first + 1)}{formatting.TO}{formatting.count(first + len(shown))}"
    return DirectoryPage(
        head=_head(shard),
        caption=f"Rows {span} of {formatting.count(len(shard.rows))}",
        name=_NAMES[kind],
        target="Page" if kind == "op" else "Relay",
        rows=tuple(_found(kind, row) for row in shown),
        pages=_pages(shard),
        before=_neighbour("Previous", kind, shard.before),
        after=_neighbour("Next", kind, shard.after),
    )


def pages(rows: int) -> int:
    """Return how many pages so many rows take."""
    return max(1, -(-rows // PAGE_ROWS))


def _found(kind: str, row: Row) -> Found:
    if kind == "op":
        return Found(key=row[0], link=Link(text=row[1], path=urls.contact(row[2])))
    if kind == "fp":
        return Found(key=row[0], link=Link(text=row[1], path=urls.relay(row[0])))
    words = row[1] if kind == "nick" else row[2]
    return Found(key=row[0], link=Link(text=words, path=urls.relay(row[1])))


def beginning(prefix: str) -> str:
    """Return a prefix in words; `_` stands for no further character, or for any other one."""
    known = prefix.rstrip(OTHER)
    return prefix if known == prefix else f"only {known}" if known else "other characters"


def _title(kind: str, prefix: str) -> str:
    words = beginning(prefix)
    return f"{_MANY[kind]}{': ' if words.startswith('only ') else ' beginning with '}{words}"


def _head(shard: DirectoryShard) -> Head:
    title = _title(shard.kind, shard.prefix)
    words = title if shard.number == 1 else f"{title}, page {shard.number}"
    path = urls.directory(shard.kind, shard.prefix, shard.number)
    return Head(
        kind="search",
        title=words,
        description=f"{words}: of the relays and operators of the Tor network.",
        crumbs=(
            Link(text="Overview", path=urls.INDEX),
            Link(text="Search", path=urls.SEARCH),
            Link(text=words),
        ),
        section="search",
        canonical=path,
    )


def _pages(shard: DirectoryShard) -> Pages | None:
    count = pages(len(shard.rows))
    if count == 1:
        return None
    folder = urls.directory
    return Pages(
        links=tuple(
            Link(
                text=str(page),
                path=None if page == shard.number else folder(shard.kind, shard.prefix, page),
            )
            for page in range(1, count + 1)
        )
    )


def _neighbour(way: str, kind: str, prefix: str | None) -> Link | None:
    if prefix is None:
        return None
    return Link(text=f"{way}: {beginning(prefix)}", path=urls.directory(kind, prefix))
