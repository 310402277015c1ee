"""The page that says which files there are for programs, and what their columns mean."""

from collections.abc import Sequence
from typing import Any

from allium import formatting, urls
from allium.pages.exports.export_tables import ExportTable
from allium.pages.parts.page_base import Head, Link, View


class ExportedFile(View, frozen=True):
    """A file beside the page: its name, what it has, how many rows, how many bytes if any."""

    name: str
    meaning: str
    rows: str
    size: str | None


class ExportedColumn(View, frozen=True):
    """A column of a table, and what a field of it means."""

    name: str
    meaning: str


class TableColumns(View, frozen=True):
    """The columns of one table."""

    name: str
    columns: tuple[ExportedColumn, ...]


class ExportsPage(View, frozen=True):
    """The page about the exported files."""

    head: Head
    files: tuple[ExportedFile, ...]
    tables: tuple[TableColumns, ...]


def build(files: tuple[ExportedFile, ...], tables: Sequence[ExportTable[Any]]) -> ExportsPage:
    """Return the view of the page; `files` are all files, `tables` those that have columns."""
    return ExportsPage(
        head=Head(
            kind="data",
            title="Data files",
            description="The whole Tor network as CSV, JSON and plain text, for programs.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="Data files")),
        ),
        files=files,
        tables=tuple(
            TableColumns(
                name=table.name,
                columns=tuple(
                    ExportedColumn(name=column.name, meaning=column.meaning)
                    for column in table.columns
                ),
            )
            for table in tables
        ),
    )


def exported(name: str, meaning: str, rows: int, contents: bytes) -> ExportedFile:
    """Return what the page says of a file with these bytes."""
    return ExportedFile(
        name=name,
        meaning=meaning,
        rows=formatting.count(rows),
        size=formatting.volume(len(contents)),
    )
