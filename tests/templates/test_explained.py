"""The page "About" explains each figure in one place, and each "?" leads to that place."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.support.html import Page, words
from tests.support.site import Site

ABOUT = "about/index.html"
NOT_NAMED = set(
    "and by each from here how look made over says still the their them they this was were what"
    " when where with".split()
)
"""Words of titles that say nothing of a figure."""
STEM = 5
"""So many letters tell that "country" and "countries" are one word."""


def text(element: Element) -> str:
    return " ".join(words(element).split())


def entries(about: Page) -> Iterator[tuple[str, str]]:
    """Yield what is explained at each place: an entry, or the introduction of a section."""
    for section in about.main.iter("section"):
        parts = [one for one in section.iter("div") if one.attrib.get("class") == "explained"]
        blocks = list(parts[0]) if parts else [section]
        heads = section.findall("h2")
        yield section.attrib["aria-labelledby"], " ".join(map(text, (*heads, blocks[0])))
        for block in blocks:
            for heading in block.iter("h3"):
                yield heading.attrib["id"], text(block)


def stems(title: str) -> set[str]:
    found = re.findall(r"[a-z0-9]+", title.lower())
    return {word.rstrip("s")[:STEM] for word in found if len(word) >= 3 and word not in NOT_NAMED}


def questions(site: Site) -> set[tuple[str, str]]:
    """Return the title of each card with a "?", and the place to which that leads."""
    return {
        (one.attrib["aria-label"].rpartition(": ")[0], one.attrib["href"].rpartition("#")[2])
        for page in site.pages.values()
        for one in page.main.iter("a")
        if one.attrib.get("class") == "how"
    }


def test_each_question_leads_to_an_entry_that_names_its_card(site: Site) -> None:
    explained = {place: stems(said) for place, said in entries(site.pages[ABOUT])}
    asked = questions(site)
    assert len(asked) > 40
    vague = {
        (title, place): sorted(stems(title) - explained.get(place, set()))
        for title, place in asked
        if not stems(title) <= explained.get(place, set())
    }
    assert not vague, "\n".join(map(str, sorted(vague.items())))


def test_the_contents_name_every_entry_once_in_the_order_of_the_page(site: Site) -> None:
    about = site.pages[ABOUT]
    contents = next(about.main.iter("nav"))
    listed = [(one.attrib["href"], text(one)) for one in contents.iter("a")]
    headings = [
        (f"#{one.attrib['id']}", text(one)) for one in about.all("h2", "h3") if "id" in one.attrib
    ]
    assert listed == headings
    titles = [title for _, title in headings]
    assert len(titles) == len(set(titles))
