"""The tables of the whole network for programs, and the page that describes them."""

from collections.abc import Iterator
from typing import Any

from allium import urls
from allium.build.shards.list_files import listing_entries
from allium.build.shards.shard_file import ShardFile, only_view_file
from allium.build.shards.site_context import HistoryContext
from allium.pages.exports import export_tables, exports_page
from allium.pages.exports.export_tables import ExportTable
from allium.pages.exports.exports_page import ExportedFile
from allium.pages.exports.operator_gauges import operator_gauges
from allium.pages.exports.twin_schema import twin_schema
from allium.store import codec
from allium.store.site_plan import Page

ADDRESSES = {4: "exit-addresses-ipv4.txt", 6: "exit-addresses-ipv6.txt"}
GAUGES = "operator-gauges.txt"
SCHEMA = "twin-schema.json"


def export_files(context: HistoryContext) -> Iterator[ShardFile]:
    """Yield all files of the folder."""
    tables = export_tables.tables(context.stats, listing_entries(context))
    described: list[ExportedFile] = []
    for file, shown in _contents(context, tables):
        described.append(shown)
        yield file
    page = exports_page.build(tuple(described), tables)
    yield only_view_file("exports", urls.EXPORTS, page)


def _contents(
    context: HistoryContext, tables: tuple[ExportTable[Any], ...]
) -> Iterator[tuple[ShardFile, ExportedFile]]:
    """Yield each file with what the page says of it."""
    published = context.network.published
    for table in tables:
        rows, fields = len(table.things), table.fields()
        as_json = codec.encode(export_tables.as_json(table, fields, published))
        meaning = f"One row: {table.meaning}"
        yield _file(f"{table.name}.csv", meaning, rows, export_tables.as_csv(table, fields))
        yield _file(f"{table.name}.json", meaning, rows, as_json)
    for version, addresses in export_tables.exit_addresses(context.network.members).items():
        name = ADDRESSES[version]
        meaning = f"One line: an IPv{version} address that exits may use"
        yield _file(name, meaning, addresses.count(b"\n"), addresses)
    if context.operator_gauges:
        gauges = operator_gauges(context.network.operators.values(), context.network.totals)
        yield _file(GAUGES, "Gauges of operators with a domain", gauges.count(b"\n"), gauges)
    if context.twins:
        schema = codec.encode(twin_schema())
        yield _file(SCHEMA, "JSON Schema of the index.json files beside pages", 1, schema)


def _file(name: str, meaning: str, rows: int, contents: bytes) -> tuple[ShardFile, ExportedFile]:
    path = f"views/export/{name}"
    page = Page("export", name, path, (f"{urls.EXPORTS}{name}",))
    shown = exports_page.exported(name, meaning, rows, contents)
    return ShardFile(path, contents, (page,)), shown
