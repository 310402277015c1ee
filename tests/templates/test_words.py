"""The site's own words: those of the Tor community, said once, and never twice on a page.

What strangers wrote stands in `bdi`, `code` or `pre`, and is left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest

from tests.support.html import Page
from tests.support.site import Site

STRANGERS = {"bdi", "code", "pre"}
AVOIDED = {
    "traffic; read, written": r"throughput|\bas read\b",
    "data transferred": r"total data|data moved",
    "verified": r"\bproven\b|\bvalidated\b|\bprove\b",
    "not listed in the proof": r"\bunauthorized\b",
    "proof not readable": r"\bmisconfigured\b",
    "guard, middle or exit probability": r"\bchances? (as|of)\b",
    "effective family": r"mutual (family|listing)",
    "one-sided; not in the network": r"\bin vain\b|not returned|without an answer",
    "share": r"\bparts? of\b",
    "average": r"\bmean of\b|\bthe mean\b|, mean\b|\bmean (uptime|traffic)|^mean$",
    "standard deviation (σ), spread": r"(?<!standard )\bdeviations?\b",
    "Unknown": r"\bCannot tell\b",
    "None": r"\bnone given\b",
    "Cannot be computed": r"\bnot comput(ed|able)\b",
    "Not in the consensus": r"\bnot in consensus\b",
    "bandwidth burst": r"\bburst limit\b|limit in force",
    "Last restarted, Running since": r"\blast start\b",
    "lifecycle": r"\bphase\b",
    "not recommended": r"\bunrecommended\b",
    "far less weight than the bandwidth suggests": r"\bunderutili[sz]ed\b",
    "place": r"^ranks?$|\brankings?\b",
    "network": r"^AS$|^autonomous systems$",
    "everyone": r"\beverybody\b",
    "is not an exit": r"\b(is|are|was|were) no (exits?|guards?|operators?|numbers?)\b",
    "fix": r"\bmend\b",
    "reported, shown": r"\btold\b",
    "say which": r"\bof them\b",
    "could not be updated": r"could (not )?be (had|renewed)",
    "fair, low": r"\b(okay|poor)\b",
    "operator id; operator page": r"contact hash|own address here",
    "first relay seen": r"operating since",
    "rank by weight, rank by bandwidth": r"place by (weight|bandwidth)",
}
"""What the field says, and what is to be avoided for it; `^` and `$` are of one element's text."""
OUTSIDE_ABOUT = {"Findings", "Facts", "Identity", "In the network", "Diversity and compliance"}
"""Headings that are to be avoided where no explanation stands below them."""
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "mark", "small", "span", "strong", "time"}


def texts(element: Element) -> Iterator[str]:
    """Yield the site's own words in an element; a line for each block, strangers' as "…"."""
    if element.tag in STRANGERS:
        yield "…"
        return
    inline = element.tag in INLINE
    yield "" if inline else "\n"
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from texts(child)
        yield child.tail or ""
    yield "" if inline else "\n"


def own_lines(page: Page) -> Iterator[str]:
    """Yield what a page says itself, in its text and to those who hear it."""
    blocks = "".join(texts(page.body)).split("\n\n")
    for line in (*blocks, *page.attributes("aria-label", "placeholder")):
        yield " ".join(line.split())


@pytest.fixture(scope="module")
def lines(site: Site) -> set[tuple[str, str]]:
    """Return the lines of all pages, each with the kind of a page that says it."""
    return {
        (site.kinds[name], line) for name, page in site.pages.items() for line in own_lines(page)
    }


@pytest.mark.parametrize("said", AVOIDED)
def test_no_page_says_what_the_field_says_otherwise(lines: set[tuple[str, str]], said: str) -> None:
    avoided = re.compile(AVOIDED[said], 0 if said == "Unknown" else re.IGNORECASE)
    found = {
        (kind, match[0].lower(), line[:100])
        for kind, line in lines
        if (match := avoided.search(line))
    }
    kinds = sorted({(kind, words): line for kind, words, line in sorted(found)}.items())
    assert not kinds, "\n".join(f"{kind}: “{words}” in “{line}”" for (kind, words), line in kinds)


def is_unseen(element: Element) -> bool:
    return "unseen" in element.attrib.get("class", "").split()


def headings(page: Page) -> Iterator[str]:
    """Yield the titles of a page and of its cards, and the captions that can be seen."""
    for card in page.main.iter():
        if card.tag in {"h1", "h2", "caption"} and not is_unseen(card):
            yield said_in(card)
        elif "card" in str(card.attrib.get("class", "")).split() or is_bar(card):
            yield from (said_in(one) for one in card if one.tag == "h3")


def is_bar(element: Element) -> bool:
    return element.attrib.get("class") == "bar"


def said_in(element: Element) -> str:
    """Return the words of an element that can be seen; also those of strangers."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and not is_unseen(child):
            parts.append("" if child.attrib.get("class") == "sideways" else said_in(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split()).casefold()


def test_no_title_or_caption_repeats_another_one_of_its_page(site: Site) -> None:
    seen = {
        (site.kinds[name], words)
        for name, page in site.pages.items()
        for words, count in Counter(headings(page)).items()
        if count > 1
    }
    assert not seen, "\n".join(f"{kind}: “{words}”" for kind, words in sorted(seen))


def test_headings_of_explanations_stand_with_the_explanations_only(site: Site) -> None:
    avoided = {words.casefold() for words in OUTSIDE_ABOUT}
    found = {
        (site.kinds[name], words)
        for name, page in site.pages.items()
        if site.kinds[name] != "about"
        for words in headings(page)
        if words in avoided
    }
    assert not found, sorted(found)
