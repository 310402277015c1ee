"""A strict reader of Atom feeds: what RFC 4287 demands, and no element that it does not know."""

import re
from collections import Counter
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

SPACE = "{http://www.w3.org/2005/Atom}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_IRI = re.compile(r"(urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z][a-z0-9+.-]*://\S+)")
_ONCE = {"id", "title", "updated"}
_AT_MOST_ONCE = {
    "feed": {"generator", "icon", "logo", "rights", "subtitle"},
    "entry": {"content", "published", "rights", "source", "summary"},
}
_MANY = {"author", "category", "contributor", "link"}


def entries(body: bytes) -> list[Element]:
    """Return the entries of a feed; raise `AssertionError` when it breaks a rule."""
    feed = ElementTree.fromstring(body)
    assert feed.tag == f"{SPACE}feed"
    _element(feed, "feed", _MANY | {"entry"})
    found = feed.findall(f"{SPACE}entry")
    for one in found:
        _element(one, "entry", _MANY)
    ids = [text(one, "id") for one in (feed, *found)]
    assert len(ids) == len(set(ids)), "two elements have one id"
    assert feed.find(f"{SPACE}author") is not None, "nobody wrote it"
    return found


def text(element: Element, name: str) -> str:
    """Return the text of a child that must be there."""
    child = element.find(f"{SPACE}{name}")
    assert child is not None, name
    assert child.text, name
    return child.text


def _element(element: Element, name: str, many: set[str]) -> None:
    counts = Counter(child.tag.removeprefix(SPACE) for child in element)
    assert counts.keys() <= _ONCE | _AT_MOST_ONCE[name] | many, counts
    assert all(counts[one] == 1 for one in _ONCE), counts
    assert all(counts[one] <= 1 for one in _AT_MOST_ONCE[name]), counts
    assert _IRI.fullmatch(text(element, "id")), "an id is an absolute IRI"
    assert _DATE.fullmatch(text(element, "updated")), "a time is that of RFC 3339"
    for author in element.findall(f"{SPACE}author"):
        assert text(author, "name")
    links = [link.attrib for link in element.findall(f"{SPACE}link")]
    assert all(link["href"] for link in links)
    kinds = Counter(
        (one.get("rel", "alternate"), one.get("type"), one.get("hreflang")) for one in links
    )
    assert all(count == 1 for count in kinds.values()), "two alternates of one type and language"
    assert ("self", "application/atom+xml", None) in kinds or name == "entry"
