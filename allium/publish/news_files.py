"""Atom feeds (RFC 4287) whose links are relative, so that each host serves the same bytes."""

import re
from collections.abc import Container, Iterable
from itertools import groupby
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from allium import formatting, urls
from allium.pages.parts.page_base import Head, Link, View, When
from allium.publish.changes import NETWORK_ENTRIES, NewsEntry

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
    """Return the page of the latest entries; `pages` are the files of the site."""
    latest = list(entries)[:NETWORK_ENTRIES]
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
            for time, group in groupby(latest, key=lambda one: one.time)
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
    root = ET.Element("feed", xmlns=NAMESPACE)
    _add(root, "id", uuid5(NAMESPACE_URL, f"allium {author} {folder}").urn)
    _add(root, "title", title)
    _add(root, "updated", max((item.time for item in items), default=since))
    _add(_add(root, "author", None), "name", author)
    _add(root, "link", None, rel="self", type="application/atom+xml", href=NAME)
    _add(root, "link", None, rel="alternate", type="text/html", href="./")
    up = "../" * folder.count("/")
    for item in items:
        entry = _add(root, "entry", None)
        _add(entry, "id", item.id)
        _add(entry, "title", item.title)
        _add(entry, "updated", item.time)
        _add(entry, "link", None, rel="alternate", type="text/html", href=f"{up}{item.page}")
        _add(entry, "summary", item.title)
    body: str = ET.tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()


def _add(parent: ET.Element, name: str, text: str | None, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = None if text is None else _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return made
