"""What lies beside the pages of a published sample network, hours after the first publication."""

import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from defusedxml import ElementTree

from allium.publish import changes
from tests.support import atom
from tests.support.html import Page, words
from tests.support.project import Project

BASE = "https://tor.example.org"
HOURS = (0, 1, 9)
LINKS = {"href", "src", "action"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    found = Project(tmp_path_factory.mktemp("beside"), origin="sample")
    for hour in HOURS:
        chosen = (f"publish={found.folder / 'public'}", f"base_url={BASE}", f"hour={hour}")
        assert found.build("relays=90", *chosen).status == 0
    return found


@pytest.fixture(scope="module")
def current(project: Project) -> Path:
    return project.folder / "public/current"


class Tags(HTMLParser):
    """The tags of a page, each with its attributes. That it is valid HTML is tested elsewhere."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, {name: text or "" for name, text in attrs}))


@pytest.fixture(scope="module")
def pages(current: Path) -> dict[str, Tags]:
    return {name: Tags((current / name).read_text()) for name in names(current, "*.html")}


def names(current: Path, pattern: str) -> list[str]:
    return sorted(str(path.relative_to(current)) for path in current.rglob(pattern))


def test_every_page_works_in_a_copy_on_a_disk(current: Path, pages: dict[str, Tags]) -> None:
    for name, page in pages.items():
        attributes = [found for _, found in page.all]
        links = [one[name] for one in attributes for name in LINKS & one.keys()]
        assert links
        for link in links:
            inside = "://" not in link and not link.startswith("#")
            if inside and name != "404.html":
                path = urlsplit(link).path
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
                assert not link.startswith("/"), (name, link)
                assert (current / target).is_file(), (name, link)


def test_every_operator_and_every_family_has_a_feed_that_a_strict_reader_takes(
    project: Project, current: Path
) -> None:
    owners = [page for page in project.pages() if page.kind in {"contact", "vanity", "family"}]
    wanted = {page.files[0].replace("index.html", "feed.xml") for page in owners}
    feeds = names(current, "feed.xml")
    own = {name for name in feeds if name.startswith("relay/")}
    assert set(feeds) - own == wanted | {"changes/feed.xml"}
    assert len({page.kind for page in owners}) == 3
    told = {name: atom.entries((current / name).read_bytes()) for name in feeds}
    assert len(told["changes/feed.xml"]) > len(HOURS)
    assert any(told[name] for name in feeds if name.startswith("family/"))
    assert own
    assert all(0 < len(told[name]) <= changes.OWN_ENTRIES for name in own)


HASH = re.compile("[0-9a-f]{32}|[0-9A-F]{40}")


def test_a_feed_has_the_title_that_its_page_has(project: Project, current: Path) -> None:
    seen = set()
    for page in project.pages():
        if page.kind in {"contact", "vanity", "family"}:
            feed = current / page.files[0].replace("index.html", "feed.xml")
            title = ElementTree.fromstring(feed.read_bytes()).find(f"{atom.SPACE}title").text
            found = re.search("<h1>.*?</h1>", (current / page.files[0]).read_text())
            assert found is not None
            heading = words(Page("", found[0]).body)
            assert title == f"Tor network: {heading}"
            assert not HASH.search(title)
            seen.add(page.kind)
    assert len(seen) == 3


def test_an_entry_leads_to_its_page_and_has_the_time_of_a_consensus(current: Path) -> None:
    for name in names(current, "feed.xml"):
        for entry in atom.entries((current / name).read_bytes()):
            link = entry.find(f"{atom.SPACE}link").attrib["href"]
            page = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
            gone = "has left the network" in atom.text(entry, "title")
            assert gone or (current / page / "index.html").is_file()
            assert atom.text(entry, "updated").endswith(":00:00Z")


def test_the_sitemaps_have_each_page_once_at_its_canonical_address(
    current: Path, pages: dict[str, Tags]
) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = ElementTree.fromstring((current / "sitemap.xml").read_bytes())
    found: list[str] = []
    for one in index:
        path = current / one.find(f"{space}loc").text.removeprefix(f"{BASE}/")
        rows = [
            (url[0].text or "", url[1].text or "")
            for url in ElementTree.fromstring(path.read_bytes())
        ]
        assert one.find(f"{space}lastmod").text == max(time for _, time in rows)
        found += (address for address, _ in rows)
    links = [found for page in pages.values() for tag, found in page.all if tag == "link"]
    canonical = {link["href"] for link in links if link["rel"] == "canonical"}
    assert sorted(found) == sorted(canonical)
