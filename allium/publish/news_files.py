"""Atom feeds (RFC 4287) whose links are relative, so that each host serves the same bytes."""

import re
from collections.abc import Container, Iterable
from itertools import groupby
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from allium import formatting, urls
from allium.pages.parts.page_base import Head, Link, View, When
from allium.publish.changes import NewsEntry

FOLDER: Final = "changes/"
TITLE: Final = "Recent changes"


class Hour(View, frozen=True):
    """What changed with one consensus; a link only where there still is a page."""

    time: When
    changes: tuple[Link, ...]


class Changes(View, frozen=True):
    """Everything that the page prints."""

    head: Head
    hours: tuple[Hour, ...]


def build(entries: Iterable[NewsEntry], pages: Container[str]) -> Changes:
    """Return the page of these entries; `pages` are the files of the site."""
    return Changes(
        head=Head(
            kind="changes",
            title=TITLE,
            description="Relays that joined, left, moved, or changed flags, and operators that"
            " entered a leaderboard, in the last hours.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text=TITLE)),
            indexed=False,
        ),
        hours=tuple(
            Hour(
                time=When(text=f"{formatting.minute(time).replace('T', ' ')} UTC", machine=time),
                changes=tuple(_change(one, pages) for one in group),
            )
            for time, group in groupby(entries, key=lambda one: one.time)
        ),
    )


def _change(entry: NewsEntry, pages: Container[str]) -> Link:
    path = entry.page if urls.html(entry.page) in pages else None
    return Link(text=entry.title, path=path)


NAME: Final = "feed.xml"
NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(folder: str, title: str, entries: Iterable[NewsEntry], since: str, author: str) -> bytes:
    """Return the feed that lies in `folder`; `since` is its time while it has no entries."""
    items = list(entries)
    up = "../" * folder.count("/")
    updated = max((item.time for item in items), default=since)
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="{NAMESPACE}">',
        f"<id>{uuid5(NAMESPACE_URL, f'allium {author} {folder}').urn}</id>",
        f"<title>{_text(title)}</title><updated>{updated}</updated>",
        f"<author><name>{_text(author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{NAME}"/>',
        '<link rel="alternate" type="text/html" href="./"/>',
        *(_entry(item, up) for item in items),
        "</feed>\n",
    )
    return "\n".join(lines).encode()


def _entry(item: NewsEntry, up: str) -> str:
    """Return one entry; a thousand feeds change in an hour, so no tree of elements is made."""
    title = _text(item.title)
    return (
        f"<entry><id>{item.id}</id><title>{title}</title><updated>{item.time}</updated>"
        f'<link rel="alternate" type="text/html" href="{up}{item.page}"/>'
        f"<summary>{title}</summary></entry>"
    )


def _text(words: str) -> str:
    """Return words as text of XML, which lacks some characters that relays may send."""
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", words))
