"""The search directories, as files of the cache and pages."""

from collections.abc import Iterator
from itertools import groupby
from typing import TypeAlias

from allium import urls
from allium.analysis import search_prefixes
from allium.analysis.network import Network, Operator
from allium.analysis.search_prefixes import Rows
from allium.pages.operator import operator_page
from allium.pages.search import nickname_letters, search_directory, search_start
from allium.pages.search.search_directory import DirectoryShard
from allium.store.site_plan import Page

Cut: TypeAlias = tuple[object, Page]
"""What goes into the file of the cache that the page names as its view."""


def pages(network: Network) -> Iterator[Cut]:
    """Yield every page of the search."""
    found = _rows(network)
    yield _html("search", "search", urls.SEARCH, search_start.build(found))
    for letter, prefixes in groupby(found["nick"], key=lambda prefix: prefix[0]):
        view = nickname_letters.build(letter, prefixes)
        yield _html("search_index", letter, urls.directory("nick", letter), view)
    for kind, rows in found.items():
        for prefix in rows:
            yield from _directory(kind, prefix, rows)


def _rows(network: Network) -> dict[str, Rows]:
    relays = [member.relay for member in network.members]
    return {
        "fp": search_prefixes.by_fingerprint(relays),
        "nick": search_prefixes.by_nickname(relays),
        "v4": search_prefixes.by_ipv4(relays),
        "v6": search_prefixes.by_ipv6(relays),
        "op": search_prefixes.by_operator(network.operators.values(), _label),
    }


def _label(operator: Operator) -> str:
    return operator_page.link(operator).text


def _directory(kind: str, prefix: str, rows: Rows) -> Iterator[Cut]:
    """Yield the pages of one prefix."""
    name, here = f"{kind}-{prefix}", rows[prefix]
    before, after = _neighbours(list(rows), prefix) if kind == "fp" else (None, None)
    for number in range(1, search_directory.pages(len(here)) + 1):
        shard = DirectoryShard(
            kind=kind, prefix=prefix, number=number, rows=here, before=before, after=after
        )
        folder = urls.html(urls.directory(kind, prefix, number))
        page = f"{name}-page-{number}" if number > 1 else name
        yield shard, Page("search_part", page, f"shards/search/{page}.json", (folder,))


def _neighbours(prefixes: list[str], prefix: str) -> tuple[str | None, str | None]:
    place = prefixes.index(prefix)
    before = prefixes[place - 1] if place else None
    return before, prefixes[place + 1] if place + 1 < len(prefixes) else None


def _html(kind: str, name: str, folder: str, view: object) -> Cut:
    return view, Page(kind, name, f"views/search/{kind}-{name}.json", (urls.html(folder),))
