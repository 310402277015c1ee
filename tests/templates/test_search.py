"""Directories and parts of the search: complete, in the right place, and in agreement."""

import re
from collections.abc import Iterator

from tests.support.html import words
from tests.support.site import Site


def entries(site: Site, kind: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the prefix and the row of each entry in the parts of one kind."""
    for name in site.files:
        found = re.fullmatch(rf"search/parts/{kind}-(.*)\.json", name)
        if found:
            part = site.data(name)
            assert part["rows"] == sorted(part["rows"]), name
            assert part["part"] == f"{kind}-{found[1]}"
            yield from ((found[1], row) for row in part["rows"])


def test_search_parts_hold_every_relay_and_operator_where_their_prefix_says(site: Site) -> None:
    relays = {page.id for page in site.project.pages() if page.kind == "relay"}
    assert {row[0] for prefix, row in entries(site, "fp") if row[0][:2] == prefix} == relays
    assert {
        row[1] for prefix, row in entries(site, "nick") if row[0].lower().startswith(prefix[:1])
    } == relays
    operators = {page.id for page in site.project.pages() if page.kind == "contact"}
    nobody = "d41d8cd98f00b204e9800998ecf8427e"
    assert {row[2] for _, row in entries(site, "op")} == operators - {nobody}
    addresses = [row for _, row in (*entries(site, "v4"), *entries(site, "v6"))]
    assert {row[1] for row in addresses} <= relays
    listed = set(site.data("search/parts/index.json")["parts"])
    written = {name[13:-5] for name in site.files if name.startswith("search/parts/")}
    assert listed == written - {"index"}


def test_a_search_directory_and_its_part_agree(site: Site) -> None:
    for page in site.project.pages():
        if page.kind == "search_part" and len(page.files) == 2:
            body = site.pages[page.files[0]].all("tbody")[0]
            rows = site.data(page.files[1])["rows"][: len(body)]
            assert [words(one[0]) for one in body] == [" ".join(row[0].split()) for row in rows]


def test_a_search_needs_three_clicks_at_most(site: Site) -> None:
    """From `search/` every relay and operator is found by directories alone."""
    directories = {"search/index.html"}
    for _ in range(2):
        found = {file for name in directories for file, _ in site.pages[name].links}
        directories |= {name for name in found if site.kinds.get(name, "").startswith("search_")}
    reached = {file for name in directories for file, _ in site.pages[name].links}
    assert {page.path for page in site.of("relay")} <= reached
