"""The search directories and the parts of the search index, as files of the cache and pages."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final, TypeAlias

from allium import urls
from allium.analysis import lookup
from allium.analysis.lookup import Row, Rows
from allium.analysis.network import Network, Operator
from allium.store import codec
from allium.store.plan import Page
from allium.views import contact, search, search_data, search_index, search_part
from allium.views.search_part import Part, Shard, Split

Cut: TypeAlias = tuple[object, Page]
"""What goes into the file of the cache that the page names as its view."""

PART_BYTES: Final = 120_000


def pages(network: Network, *, parts: bool) -> Iterator[Cut]:
    """Yield every page of the search, and with `parts` the files that the script reads."""
    found = _rows(network)
    yield _html("search", "search", urls.SEARCH, search.build(found))
    for letter, prefixes in groupby(found["nick"], key=lambda prefix: prefix[0]):
        view = search_index.build(letter, prefixes)
        yield _html("search_index", letter, urls.directory("nick", letter), view)
    names: list[str] = []
    for kind, rows in found.items():
        for prefix in rows:
            yield from _directory(kind, prefix, rows, names if parts else None)
    if parts:
        yield from _rest(network, names)


def _rows(network: Network) -> dict[str, Rows]:
    relays = [member.relay for member in network.members]
    return {
        "fp": lookup.by_fingerprint(relays),
        "nick": lookup.by_nickname(relays),
        "v4": lookup.by_ipv4(relays),
        "v6": lookup.by_ipv6(relays),
        "op": lookup.by_operator(network.operators.values(), _label),
    }


def _label(operator: Operator) -> str:
    return contact.link(operator).text


def _directory(kind: str, prefix: str, rows: Rows, names: list[str] | None) -> Iterator[Cut]:
    """Yield the pages of one prefix; the first one is written with its part beside it.

    A part that is too large is written by itself, in smaller ones; `names` collects all parts.
    """
    name, here = f"{kind}-{prefix}", rows[prefix]
    small = names is not None and _size(name, here) <= PART_BYTES
    before, after = _neighbours(list(rows), prefix) if kind == "fp" else (None, None)
    for number in range(1, search_part.pages(len(here)) + 1):
        shard = Shard(
            kind=kind, prefix=prefix, number=number, rows=here, before=before, after=after
        )
        folder = urls.html(urls.directory(kind, prefix, number))
        beside = (urls.search_part(name),) if small and number == 1 else ()
        page = f"{name}-page-{number}" if number > 1 else name
        file = f"shards/search/{page}.json"
        yield shard, Page("search_part", page, file, (folder, *beside))
    if names is not None:
        names.append(name)
        if not small:
            yield from _divided(name, here, names)


def _divided(name: str, rows: tuple[Row, ...], names: list[str]) -> Iterator[Cut]:
    parts = lookup.divided(name, rows)
    if not parts or _size(name, rows) <= PART_BYTES:
        yield _file(name, Part(part=name, rows=rows))
        return
    yield _file(name, Split(part=name, split=tuple(parts)))
    for part, found in parts.items():
        names.append(part)
        yield from _divided(part, found, names)


def _size(name: str, rows: tuple[Row, ...]) -> int:
    return len(codec.encode(Part(part=name, rows=rows)))


def _neighbours(prefixes: list[str], prefix: str) -> tuple[str | None, str | None]:
    place = prefixes.index(prefix)
    before = prefixes[place - 1] if place else None
    return before, prefixes[place + 1] if place + 1 < len(prefixes) else None


def _rest(network: Network, names: list[str]) -> Iterator[Cut]:
    relays = [member.relay for member in network.members]
    yield _file("as", Part(part="as", rows=search_data.networks(relays)))
    yield _file("small", search_data.small(relays))
    yield _file("index", search_data.contents([*names, "as", "small"]))


def _html(kind: str, name: str, folder: str, view: object) -> Cut:
    return view, Page(kind, name, f"views/search/{kind}-{name}.json", (urls.html(folder),))


def _file(name: str, value: object) -> Cut:
    return value, Page("search_data", name, f"views/search/{name}.json", (urls.search_part(name),))
