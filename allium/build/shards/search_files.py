"""The search pages: the directories by prefix, and the index that the search script reads."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from allium import urls
from allium.analysis import search_prefixes
from allium.analysis.network import Network, Operator
from allium.analysis.search_prefixes import Rows
from allium.build.shards.shard_file import Batch, ShardFile, site_file
from allium.build.shards.site_context import NetworkContext
from allium.pages.parts import operator_links
from allium.pages.search import nickname_letters, search_directory, search_index, search_start
from allium.pages.search.search_directory import DirectoryShard
from allium.store.site_plan import Page


def search_batches(context: NetworkContext) -> Iterator[Batch]:
    """Yield the search directories and, where the site shall have it, the search index."""
    yield partial(_directories, context.stats.network)
    if context.search_parts:
        yield partial(_index, context)


def _index(context: NetworkContext) -> Iterator[ShardFile]:
    index = search_index.build(context.stats.network, context.rows, context.stats.slugs)
    yield site_file("search_data", urls.SEARCH_DATA, index)


def _directories(network: Network) -> Iterator[ShardFile]:
    """Yield every page of the search that works without the script."""
    directories = _rows(network)
    yield _view("search", "search", urls.SEARCH, search_start.build(directories))
    # Sorted by `search_prefixes`, as groupby needs it.
    for letter, prefixes in groupby(directories["nick"], key=lambda prefix: prefix[0]):
        view = nickname_letters.build(letter, prefixes)
        yield _view("search_index", letter, urls.directory("nick", letter), view)
    for kind, rows in directories.items():
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
    return operator_links.link(operator).text


def _directory(kind: str, prefix: str, rows: Rows) -> Iterator[ShardFile]:
    """Yield the pages of one prefix."""
    name, entries = f"{kind}-{prefix}", rows[prefix]
    before, after = _neighbours(list(rows), prefix) if kind == "fp" else (None, None)
    for number in range(1, search_directory.pages(len(entries)) + 1):
        shard = DirectoryShard(
            kind=kind, prefix=prefix, number=number, rows=entries, before=before, after=after
        )
        folder = urls.html(urls.directory(kind, prefix, number))
        page = f"{name}-page-{number}" if number > 1 else name
        file = f"shards/search/{page}.json"
        yield ShardFile(file, shard, (Page("search_part", page, file, (folder,)),))


def _neighbours(prefixes: list[str], prefix: str) -> tuple[str | None, str | None]:
    place = prefixes.index(prefix)
    before = prefixes[place - 1] if place else None
    return before, prefixes[place + 1] if place + 1 < len(prefixes) else None


def _view(kind: str, name: str, folder: str, view: object) -> ShardFile:
    file = f"views/search/{kind}-{name}.json"
    return ShardFile(file, view, (Page(kind, name, file, (urls.html(folder),)),))
