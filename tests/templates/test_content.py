"""What the pages of relays and operators say fits together."""

import json
import re
from collections import Counter
from xml.etree.ElementTree import Element

import pytest

from allium.pages.parts.aroi_texts import STATUS_WORDS
from tests.support.html import Page, words
from tests.support.site import Site

VERDICTS = {"Met:", "Not met:", "Unknown:"}
WANTED = {"Exit", "Guard", "HSDir", "V2Dir", "Fast", "Stable", "Valid", "Running"}


def card(page: Page, name: str) -> Element | None:
    """Return the card whose heading has that name."""
    cards = (one for one in page.main.iter("section") if one.get("aria-labelledby") == name)
    return next(cards, None)


def facts(page: Page) -> dict[str, str]:
    names, values = page.all("dt"), page.all("dd")
    return {words(name): words(value) for name, value in zip(names, values, strict=True)}


def chips(page: Page) -> tuple[set[str], set[str]]:
    """Return the flags that a relay holds, and those that it is said to lack."""
    strip = card(page, "flags")
    assert strip is not None
    held = {words(one) for one in strip.iter("a") if "/flag/" in one.attrib["href"]}
    lacking = [one for one in strip.iter("a") if one.get("class") == "lacks"]
    assert {one.attrib["href"] for one in lacking} <= {"#missing"}
    return held, {words(one).removeprefix("Does not have ") for one in lacking}


GLUED = re.compile(r"[\w%](?:</?(?:a|b|bdi|small|span|time|i)\b[^>]*>)+\(?\w")
"""Words with nothing but tags of inline elements between them."""


def test_words_are_apart_without_a_style_sheet(site: Site) -> None:
    glued = {page.path: GLUED.findall(page.source) for page in site.pages.values()}
    assert {path: found[:3] for path, found in glued.items() if found} == {}


def test_every_flag_that_a_relay_lacks_has_a_row_of_what_it_needs(site: Site) -> None:
    for page in site.of("relay"):
        held, lacking = chips(page)
        choice = {"Exit"} if "Not an exit, by choice" in page.source else set()
        assert lacking == WANTED - held - choice, page.path
        table = card(page, "missing")
        rows = [] if table is None else [row for row in table.iter("tr") if row[-1].tag == "td"]
        assert {words(row[0]) for row in rows} == lacking, page.path
        for row in rows:
            found = [words(one) for one in row.iter("b")]
            assert found, page.path
            assert set(found) <= VERDICTS, page.path


def test_the_first_sentence_of_a_relay_is_that_of_its_worst_finding(site: Site) -> None:
    for page in site.of("relay"):
        [lead] = [words(one) for one in page.all("p") if "verdict" in one.get("class", "")]
        findings = card(page, "findings")
        spans = () if findings is None else findings.iter("span")
        found = Counter(words(one) for one in spans if one.get("class") == "sev")
        lead = re.sub(", marked (BadExit|MiddleOnly|BadExit and MiddleOnly)(?=, with)", "", lead)
        if lead.startswith("Down since"):
            assert found["Critical:"], page.path
            others = found["Critical:"] + found["Warning:"] - 1
            assert (f"{others} more problem" in lead) == (others > 0), page.path
        elif found["Critical:"]:
            assert f"{found['Critical:']} critical problem" in lead, page.path
        elif found["Warning:"]:
            assert lead.startswith(f"Running, with {found['Warning:']} warning"), page.path
        elif found["Notice:"]:
            assert lead.startswith(f"Running, with {found['Notice:']} notice"), page.path
        else:
            assert lead == "Running. Nothing needs attention.", page.path


def test_flags_of_a_relay_that_is_down_are_those_when_it_was_last_seen(site: Site) -> None:
    for page in site.of("relay"):
        [state, *_] = [one for one in page.all("span") if "badge" in one.get("class", "")]
        down = words(state) in {"Down", "Hibernating"}
        [heading] = [words(one) for one in page.all("h2") if one.get("id") == "flags"]
        [strip] = [one for one in page.all("ul") if "flags" in one.get("class", "").split()]
        assert heading == ("Flags when last seen" if down else "Flags"), page.path
        assert ("past" in strip.attrib["class"]) is down, page.path


def test_every_finding_has_a_statement_and_what_to_do_or_what_shows_it(site: Site) -> None:
    for page in site.of("relay", "contact"):
        for card in page.all("li"):
            if card.attrib.get("class") == "card":
                assert len([one for one in card if one.tag == "p"]) >= 3, page.path


def test_the_statuses_of_an_operators_relays_add_up(site: Site) -> None:
    known = {status.capitalize() for status in STATUS_WORDS.values()}
    for page in site.of("contact"):
        twin = json.loads((site.project.site / page.path).with_suffix(".json").read_bytes())
        if twin["display"]["figures"]["aroi_domain"] is None:
            continue
        counts = [
            re.fullmatch(r"(\d+) of (\d+) relays?", words(value))
            for name, value in zip(page.all("dt"), page.all("dd"), strict=True)
            if words(name) in known
        ]
        assert counts, page.path
        totals = {int(count[2]) for count in counts if count}
        assert totals == {sum(int(count[1]) for count in counts if count)}, page.path


def test_every_relay_is_in_the_tables_of_one_operator_and_of_no_other(site: Site) -> None:
    seen: list[str] = []
    for page in site.of("contact", "contact_rows"):
        heads = ((table, table.find("thead")) for table in page.all("table"))
        tables = [one for one, head in heads if head is not None and "Relay" in words(head)[:6]]
        for table in tables:
            body = table.find("tbody")
            assert body is not None
            if any(words(cell) == "First seen" for cell in table.iter("th")):
                seen += [link.attrib["href"] for row in body for link in row[0].iter("a")]
    names = sorted(re.findall(r"relay/([0-9A-F]{40})/", " ".join(seen)))
    assert names == sorted(page.id for page in site.project.pages() if page.kind == "relay")


def relays_on(page: Page) -> list[str]:
    """Return the fingerprints in the table of relays of one page."""
    tables = [one for one in page.all("table") if one[0].attrib.get("id") in {"relays", "list"}]
    links = [row[0].find(".//a") for table in tables for row in table.iter("tr")]
    return [one.attrib["href"].split("/")[-2] for one in links if one is not None]


SORTS = ("misc/relays", "family", "as", "country", "platform", "version", "first_seen")


@pytest.mark.parametrize("root", SORTS)
def test_a_relay_is_in_one_group_of_a_sort_or_in_none_and_listed_once(
    site: Site, root: str
) -> None:
    found = {name: page for name, page in site.pages.items() if name.startswith(f"{root}/")}
    pages = [page for name, page in found.items() if "/by-" not in name]
    seen = Counter(name for page in pages for name in relays_on(page))
    relays = {page.id for page in site.project.pages() if page.kind == "relay"}
    assert set(seen.values()) <= {1}
    assert seen or (root == "family" and site.project.origin is None)
    everybody = root in {"misc/relays", "first_seen"}
    assert set(seen) == relays if everybody else set(seen) <= relays


def test_the_roles_of_the_relays_of_a_group_add_up_to_those_that_run(site: Site) -> None:
    for page in site.of("as", "country", "platform", "version", "flag"):
        said = facts(page)
        running = re.match(r"([\d\u202f]+) of ", said["Relays running"])
        assert running is not None
        roles = re.findall(
            r"([\d\u202f]+)\s(?:non-exit\s)?(?:guard|middle|exit)s?,", " ".join(said.values())
        )
        assert sum(map(number, roles)) == number(running[1]), page.path


def number(printed: str) -> int:
    return int(printed.replace("\u202f", ""))


def test_the_rank_on_a_board_is_the_one_on_the_operators_page(site: Site) -> None:
    told = {
        (page.path, page.resolved(row[1].find(".//a").attrib["href"])[0]): words(row[0])
        for page in site.of("contact", "vanity")
        for table in page.all("table")
        if words(table[0]).startswith("Places among")
        for row in table.find("tbody")
    }
    boards = {
        (page.resolved(link.attrib["href"])[0], page.path): words(row[0])
        for page in site.of("leaderboard")
        for body in page.all("tbody")[:1]
        for row in body
        for link in row[1].iter("a")
    }
    assert boards.items() <= told.items()
    assert boards
