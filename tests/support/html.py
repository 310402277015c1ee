"""Pages as a reader's browser sees them: parsed, with their links, tables and words."""

import posixpath
from collections.abc import Iterator
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib

VOID = {"style", "svg", "base", "iframe", "font", "center", "marquee", "big", "tt"}
"""Elements that no page has: what the policy forbids, and what HTML no longer knows."""


class Page:
    """One parsed page; `path` is its file relative to the site's root."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.source = source
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root: Element = parser.parse(source)
        self.errors = parser.errors

    @cached_property
    def elements(self) -> list[Element]:
        return [one for one in self.root.iter() if isinstance(one.tag, str)]

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    @property
    def body(self) -> Element:
        return self.all("body")[0]

    @property
    def main(self) -> Element:
        return self.all("main")[0]

    @cached_property
    def ids(self) -> list[str]:
        return [one.attrib["id"] for one in self.elements if "id" in one.attrib]

    def attributes(self, *names: str) -> Iterator[str]:
        for one in self.elements:
            for name in names:
                if name in one.attrib:
                    yield one.attrib[name]

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """Return file (relative to the site's root) and fragment of each link inside the site."""
        return [
            self.resolved(link)
            for link in self.attributes("href", "src", "action")
            if "://" not in link
        ]

    def resolved(self, link: str) -> tuple[str, str]:
        file, _, fragment = link.partition("#")
        file = file.partition("?")[0]
        if not file:
            return self.path, fragment
        if file.startswith("/"):
            return file[1:], fragment
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), file)), fragment

    def meta(self, name: str) -> str | None:
        for one in self.all("meta"):
            if name in {one.attrib.get("name"), one.attrib.get("http-equiv")}:
                return one.attrib["content"]
        return None


def words(element: Element, *, strangers: bool = True) -> str:
    """Return the text of an element with single spaces; without `strangers` no `bdi`."""
    return " ".join("".join(_texts(element, strangers=strangers)).split(" ")).strip()


def _texts(element: Element, *, strangers: bool) -> Iterator[str]:
    if element.tag != "bdi" or strangers:
        yield element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                yield from _texts(child, strangers=strangers)
            yield child.tail or ""
