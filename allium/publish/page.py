"""The page `changes/`: what happened lately, hour by hour."""

from collections.abc import Container, Iterable
from itertools import groupby
from typing import Final

from allium import text, urls
from allium.pages.parts.page_base import Head, Link, View, When
from allium.publish.changes import NETWORK_ENTRIES, NewsEntry

FOLDER: Final = "changes/"
TITLE: Final = "What changed"


class Hour(View, frozen=True):
    """What changed with one consensus; a link only where there still is a page."""

    time: When
    changes: tuple[Link, ...]


class Changes(View, frozen=True):
    """Everything that the page prints."""

    head: Head
    hours: tuple[Hour, ...]


def build(entries: Iterable[NewsEntry], pages: Container[str]) -> Changes:
    """Return the page of the latest entries; `pages` are the files of the site."""
    latest = list(entries)[:NETWORK_ENTRIES]
    return Changes(
        head=Head(
            kind="changes",
            title=TITLE,
            description="Relays that came, went, lost or gained a flag, and operators that entered"
            " a ranking, in the last hours.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text=TITLE)),
            indexed=False,
        ),
        hours=tuple(
            Hour(
                time=When(text=f"{text.minute(time).replace('T', ' ')} UTC", machine=time),
                changes=tuple(_change(one, pages) for one in group),
            )
            for time, group in groupby(latest, key=lambda one: one.time)
        ),
    )


def _change(entry: NewsEntry, pages: Container[str]) -> Link:
    path = entry.page if urls.html(entry.page) in pages else None
    return Link(text=entry.title, path=path)
