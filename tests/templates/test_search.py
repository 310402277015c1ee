"""Directories and the index of the search: complete, and in agreement with the pages."""

from collections.abc import Iterator
from itertools import accumulate

from tests.support.html import words
from tests.support.site import Site

NOBODY = "d41d8cd98f00b204e9800998ecf8427e"


def entries(site: Site, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the prefix and the first cell of each row of the directories of one kind."""
    for page in site.project.pages():
        if page.kind == "search_part" and page.id.startswith(f"{kind}-"):
            prefix = page.id.partition("-")[2].partition("-page-")[0]
            for row in site.pages[page.files[0]].all("tbody")[0]:
                yield prefix, words(row[0])


def test_directories_hold_every_relay_where_its_prefix_says(site: Site) -> None:
    relays = {page.id for page in site.project.pages() if page.kind == "relay"}
    assert {name for prefix, name in entries(site, "fp") if name[:2] == prefix} == relays
    index = site.data("search/relays.json")
    names = [name for prefix, name in entries(site, "nick") if name.lower().startswith(prefix[0])]
    assert sorted(names) == sorted(index["nicknames"])
    listed = {name for kind in ("v4", "v6") for _, name in entries(site, kind)}
    assert listed == {one for row in index["addresses"] for one in row.split()}


def test_the_index_has_one_row_for_each_relay_and_every_operator(site: Site) -> None:
    index = site.data("search/relays.json")
    count = sum(page.kind == "relay" for page in site.project.pages())
    assert len(index["fingerprints"]) == 27 * count
    for name in ("nicknames", "addresses", "hosts", "families"):
        assert len(index[name]) == count, name
    for name, column in index.items():
        if isinstance(column, dict) and "rows" in column:
            assert len(column["rows"]) == count, name
            assert set(column["rows"]) == set(range(len(column["values"]))), name
    contacts = index["contacts"]
    assert list(accumulate(contacts["relays"]))[-1] == count
    operators = {page.id for page in site.project.pages() if page.kind == "contact"} - {NOBODY}
    assert len(contacts["ids"]) == 22 * len(contacts["texts"])
    named = {contacts["ids"][at : at + 22] for at in range(0, len(contacts["ids"]), 22)}
    assert len(named - {"1B2M2Y8AsgTpgAmY7PhCfg"}) == len(operators)


def test_every_group_that_the_index_names_has_its_page(site: Site) -> None:
    index = site.data("search/relays.json")
    for kind, name in {
        "as": "networks",
        "country": "countries",
        "platform": "platforms",
        "version": "versions",
        "first_seen": "first_seen",
    }.items():
        known = {value[0] for value in index[name]["values"]} - {""}
        assert {f"{kind}/{one}/index.html" for one in known} <= set(site.pages), kind


def test_a_search_needs_three_clicks_at_most(site: Site) -> None:
    """From `search/` every relay and operator is found by directories alone."""
    directories = {"search/index.html"}
    for _ in range(2):
        found = {file for name in directories for file, _ in site.pages[name].links}
        directories |= {name for name in found if site.kinds.get(name, "").startswith("search_")}
    reached = {file for name in directories for file, _ in site.pages[name].links}
    assert {page.path for page in site.of("relay")} <= reached


def test_the_search_page_says_what_needs_a_script_and_how_to_do_without(site: Site) -> None:
    said = " ".join(words(site.pages["search/index.html"].main).split())
    assert "The form needs JavaScript" in said
    assert "Works without JavaScript: choose how the name or address begins" in said
