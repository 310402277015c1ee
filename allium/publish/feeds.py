"""Atom feeds (RFC 4287) whose links are relative, so that each host serves the same bytes."""

import re
from collections.abc import Iterable
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from allium.publish.changes import NewsEntry

NAME: Final = "feed.xml"
NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(folder: str, title: str, entries: Iterable[NewsEntry], since: str, author: str) -> bytes:
    """Return the feed that lies in `folder`; `since` is its time while it has no entries."""
    told = list(entries)
    root = ET.Element("feed", xmlns=NAMESPACE)
    _add(root, "id", uuid5(NAMESPACE_URL, f"allium {author} {folder}").urn)
    _add(root, "title", title)
    _add(root, "updated", max((one.time for one in told), default=since))
    _add(_add(root, "author", None), "name", author)
    _add(root, "link", None, rel="self", type="application/atom+xml", href=NAME)
    _add(root, "link", None, rel="alternate", type="text/html", href="./")
    up = "../" * folder.count("/")
    for one in told:
        entry = _add(root, "entry", None)
        _add(entry, "id", one.id)
        _add(entry, "title", one.title)
        _add(entry, "updated", one.time)
        _add(entry, "link", None, rel="alternate", type="text/html", href=f"{up}{one.page}")
        _add(entry, "summary", one.title)
    body: str = ET.tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()


def _add(parent: ET.Element, name: str, text: str | None, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = None if text is None else _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return made
