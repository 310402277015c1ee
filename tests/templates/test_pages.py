"""Every page of two sites, one by strangers and one by the sample, keeps what pages promise."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import floor
from pathlib import Path
from typing import Any

from allium.analysis.aroi.validation import ROOT_NAMES
from allium.render.site_info import POLICY
from tests.support.html import VOID, Page, words
from tests.support.network import network
from tests.support.project import Project
from tests.support.site import Site

FIXED = {"index.html", "404.html"}


def test_every_page_is_valid_html(site: Site) -> None:
    for name, page in site.pages.items():
        assert page.errors == [], name
        assert len(page.ids) == len(set(page.ids)), name


def test_nothing_that_a_stranger_wrote_becomes_markup(site: Site) -> None:
    for name, page in site.pages.items():
        assert not re.search(r"<img|5332114|javascript:", page.source), name
        assert "&amp;amp;amp;" not in page.source, name
        assert all(one.text is None and "src" in one.attrib for one in page.all("script")), name


def test_no_page_asks_for_what_the_policy_forbids(site: Site) -> None:
    for name, page in site.pages.items():
        assert {one.tag for one in page.elements} & VOID == set(), name
        attributes = {attribute for one in page.elements for attribute in one.attrib}
        assert not {one for one in attributes if one == "style" or one.startswith("on")}, name
        assert not [link for link in page.attributes("href", "src") if link.startswith("data:")]


def test_every_page_has_the_frame(site: Site) -> None:
    for name, page in site.pages.items():
        assert page.meta("Content-Security-Policy") == POLICY, name
        assert page.meta("referrer") == "no-referrer", name
        assert page.meta("viewport") == "width=device-width, initial-scale=1", name
        assert page.root.attrib["lang"] == "en", name
        first = next(one for one in page.body if isinstance(one.tag, str))
        assert (first.attrib["class"], first.attrib["href"]) == ("skip", "#main"), name
        tags = [one.tag for one in page.body if one.tag in {"header", "main", "footer"}]
        assert tags == ["header", "main", "footer"], name
        labels = [one.attrib["aria-label"] for one in page.all("nav")]
        assert labels[0] == "Main", name
        assert ("Breadcrumb" in labels) == (name not in FIXED), name
        assert (page.main.attrib["id"], page.main.attrib["tabindex"]) == ("main", "-1"), name


def test_headings_begin_with_one_title_and_skip_no_level(site: Site) -> None:
    for name, page in site.pages.items():
        levels = [int(one.tag[1]) for one in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1, name
        assert levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_at_most_one_entry_of_the_navigation_is_the_present_one(site: Site) -> None:
    for name, page in site.pages.items():
        menu = next(one for one in page.all("nav") if one.attrib["aria-label"] == "Main")
        assert sum("aria-current" in one.attrib for one in menu.iter()) <= 1, name


def test_every_link_leads_to_a_file_and_to_a_place_in_it(site: Site) -> None:
    for name, page in site.pages.items():
        for file, fragment in page.links:
            assert file in site.files, (name, file)
            assert not fragment or fragment in site.pages[file].ids, (name, file, fragment)


def test_every_page_is_reached_from_the_front_page(site: Site) -> None:
    reached, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in site.pages and name not in reached:
            reached.add(name)
            waiting.extend(file for file, _ in site.pages[name].links)
    assert set(site.pages) - reached == {"404.html"}


def test_a_table_has_a_caption_heads_and_no_empty_cell(site: Site) -> None:
    for name, page in site.pages.items():
        parents = parents_of(page)
        for table in page.all("table"):
            caption, head, body = table.find("caption"), table.find("thead"), table.find("tbody")
            assert caption is not None, name
            assert head is not None, name
            assert body is not None, name
            assert words(caption), name
            assert all("scope" in cell.attrib for cell in head.iter("th")), name
            # A chart's rows leave the scope out: there are two hundred on a relay's page.
            drawn = parents[table].attrib.get("class", "").startswith("plot")
            assert drawn or all("scope" in cell.attrib for cell in body.iter("th")), name
            rows = table.iter("tr")
            widths = {sum(int(cell.get("colspan", "1")) for cell in row) for row in rows}
            assert len(widths) == 1, (name, words(caption))
            assert all(words(cell) for row in table.iter("tr") for cell in row), name
            limit = 500 if site.kinds[name] == "search_part" else 250
            assert len(body) <= limit, name


def test_no_page_prints_a_value_that_python_forgot(site: Site) -> None:
    """ "None" is one of the words for what there is not, so that it cannot be told from Python's."""
    forgotten = {"", "N/A", "nan", "null", "undefined", "-", "?"}
    for name, page in site.pages.items():
        parents = parents_of(page)
        for one in page.all("td", "th", "dd", "dt", "p", "li"):
            if one.find(".//bdi") is None and not is_drawn(parents[one]):
                assert words(one) not in forgotten, name


def parents_of(page: Page) -> dict[Any, Any]:
    return {child: parent for parent in page.root.iter() for child in parent}


def is_drawn(parent: Any) -> bool:
    """Tell whether an element with this parent is a tick, a group below an axis or a tile."""
    return parent.attrib.get("class") == "map" or parent.attrib.get("aria-hidden") == "true"


def test_no_page_prints_an_age_and_every_time_is_the_one_that_programs_read(site: Site) -> None:
    for name, page in site.pages.items():
        if page.path == "about/index.html":
            continue
        assert not re.search(r"\bago\b|yesterday|\bUP \d", words(page.main, strangers=False)), name
        for time in page.all("time"):
            machine, shown = time.attrib["datetime"], words(time)
            if len(shown) == 10:
                assert machine == shown, name
            else:
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", machine), name
                assert machine[:16].replace("T", " ") == shown, name


def test_a_number_with_a_unit_is_printed_as_agreed(site: Site) -> None:
    for name, page in site.pages.items():
        for cell in page.all("td", "dd"):
            text = words(cell, strangers=False)
            if re.fullmatch(r"[<\d][\d.\u202f]*%", text):
                assert re.fullmatch(r"<0\.01?%|0%|\d{1,3}(\.\d{1,2})?%", text), (name, text)
            if text.endswith(("bit/s", "B/s")) and text[0].isdigit():
                number = r"(\d\.\d\d|\d\d\.\d|\d{1,3})\u00a0(?:[kMGTP]?bit|[kMGTP]?B)/s"
                assert re.search(rf"(^|\s){number}$", text), (name, text)
            for ordinal in re.findall(r"\b(\d+)(?:st|nd|rd|th)\b(?= percentile)", text):
                assert int(ordinal) % 5 == 0, (name, text)
                assert int(ordinal) < 100, (name, text)


LIMITS = {"relay": 30_000, "index": 150_000}
WEIGHTS = re.compile(r'<section class="card" aria-labelledby="weights">.*?</section>', re.DOTALL)


def test_a_page_is_small(site: Site) -> None:
    for name, page in site.pages.items():
        limit = LIMITS.get(site.kinds[name], 150_000)
        usual = WEIGHTS.sub("", page.source)
        assert len(usual.encode()) < limit, name
        assert len(page.source.encode()) - len(usual.encode()) < 3_800, name
        assert len(page.elements) <= 5_000, name


def number(printed: str) -> Fraction:
    """Return the number of a printed share, count or rate; its unit is in the head of its column."""
    return Fraction(printed.strip("<%").replace("\u202f", ""))


def level(value: Fraction, top: Fraction) -> int:
    """Return a length in fiftieths: half up, and at least one of what is not nothing."""
    return min(50, max(1, floor(50 * value / top + Fraction(1, 2)))) if value > 0 else 0


def check_row(row: Any, low: Fraction, top: Fraction) -> None:
    """Hold the lengths of a row's bar and line to the numbers in its cells."""
    levels = {one[0]: int(one[1:]) for one in row.attrib["class"].split() if one != "none"}
    for series, cell in zip("lm", row.findall("td"), strict=False):
        printed = words(cell)
        if printed == "unknown":
            assert series not in levels
        elif printed.endswith("%") and number(printed) == 100:
            assert levels[series] == 50
        else:
            # The numbers are rounded to three digits, which may move a length by one step.
            assert abs(levels[series] - level(number(printed) - low, top - low)) <= 1


def test_a_chart_and_its_table_say_the_same(site: Site) -> None:
    """Ticks and lengths are recomputed from the rows of the table that a chart is."""
    seen = 0
    for name, page in site.pages.items():
        for plot in page.all("div"):
            if not plot.attrib.get("class", "").startswith("plot"):
                continue
            y_axis, x_axis = plot.findall("ol")
            ticks = [number(words(tick)) for tick in y_axis]
            assert ticks == sorted(ticks, reverse=True), name
            assert len({one - other for one, other in pairwise(ticks)}) == 1, name
            rows = plot.findall(".//tbody/tr")
            assert 3 <= len(rows) <= 31, name
            known = [
                number(words(cell))
                for row in rows
                for cell in row.findall("td")
                if words(cell) != "unknown"
            ]
            assert ticks[-1] <= min(known), name
            assert max(known) <= ticks[0], name
            assert 3 <= len(ticks) <= 6, name
            for row in rows:
                check_row(row, ticks[-1], ticks[0])
            groups = (int(one.attrib.get("class", "f1")[1:]) for one in x_axis)
            assert sum(groups) == len(rows), name
            seen += 1
    assert seen or site.project.origin is None


def test_a_twin_has_the_words_of_its_page(site: Site) -> None:
    seen = set()
    for page in site.project.pages():
        if page.kind.startswith("search") or len(page.files) < 2:
            continue
        twin, html = site.data(page.files[1]), site.pages[page.files[0]]
        assert twin["id"] == page.id
        assert twin["schema"] == 1
        assert set(twin) == {"schema", "kind", "id", "display", "raw", "links"}
        assert site.files[page.files[1]].endswith(b"}\n")
        assert not _keys(twin["raw"]) & {"rank", "build_time", "guard_probability"}
        if twin["raw"].get("running") is True:
            assert twin["raw"]["last_seen"] is None
        for link in twin["links"].values():
            assert link.endswith(".html")
        shown = " ".join(words(html.body).split())
        for name in ("nickname", "fingerprint", "title"):
            if name in twin["display"]:
                assert " ".join(twin["display"][name].split()) in shown, page.id
        seen.add(page.kind)
    assert seen | {"family"} == TWINS


TWINS = set(
    "relay contact family as country platform version flag first_seen list top leaderboards"
    " leaderboard health".split()
)


def test_each_string_of_a_twin_of_a_group_a_list_or_a_board_is_on_its_page(site: Site) -> None:
    for page in site.project.pages():
        if page.kind in TWINS - {"relay", "contact", "family"}:
            twin, html = site.data(page.files[1]), site.pages[page.files[0]]
            shown = " ".join(words(html.root).split())
            for one in _strings(twin["display"]):
                # A page begins a sentence of evidence with a capital.
                assert " ".join(one.split()).casefold() in shown.casefold(), (page.id, one)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def test_the_rows_of_a_list_and_the_ids_of_its_twin_are_the_same(site: Site) -> None:
    for page in site.project.pages():
        if page.kind in {"list", "top"}:
            twin, html = site.data(page.files[1]), site.pages[page.files[0]]
            rows = [one for one in html.all("th") if one.attrib["scope"] == "row"]
            assert len(twin["raw"]["ids"]) == len(rows), page.id
            leads = [one[0].attrib["href"] for one in rows if len(one) and one[0].tag == "a"]
            if page.id.startswith("relays"):
                assert [lead.split("/")[-2] for lead in leads] == twin["raw"]["ids"]
            for places in (twin["display"]["places"], twin["display"]["rows"]):
                assert len(places) in (0, len(rows))


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in _keys(inner)}
    return set()


def test_titles_and_descriptions_tell_pages_apart(site: Site) -> None:
    for what in ("title", "description"):
        seen = Counter(
            (site.kinds[name], words(page.all("title")[0]) if what == "title" else page.meta(what))
            for name, page in site.pages.items()
            if site.kinds[name] not in {"relay", "contact", "vanity"}
        )
        assert [one for one, count in seen.items() if count > 1] == []


def test_the_error_page_works_at_any_depth(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.given(network(1))
    project.build("base_path=/tor/")
    page = Page("404.html", (project.site / "404.html").read_text())
    assert all(link.startswith(("/tor/", "#")) for link in page.attributes("href", "src", "action"))
    assert page.meta("robots") == "noindex"
    assert not [one for one in page.all("link") if one.attrib["rel"] == "canonical"]


def test_addresses_of_the_site_appear_only_when_they_are_known(site: Site, tmp_path: Path) -> None:
    for page in site.pages.values():
        assert page.meta("onion-location") is None
        assert not [one for one in page.all("link") if one.attrib["rel"] == "canonical"]
    project = Project(tmp_path)
    project.given(network(1))
    project.build("base_url=https://tor.example.net", "onion_url=http://abc.onion")
    text = (project.site / "relay" / ("0" * 40) / "index.html").read_text()
    path = f"relay/{'0' * 40}/"
    assert f'<link rel="canonical" href="https://tor.example.net/{path}">' in text
    assert f'<meta http-equiv="onion-location" content="http://abc.onion/{path}">' in text


def test_no_operators_domain_can_take_a_name_in_the_root_of_the_site(site: Site) -> None:
    names = {path.name for path in site.project.site.iterdir()}
    domains = {page.id for page in site.project.pages() if page.kind == "vanity"}
    assert names - domains <= ROOT_NAMES


NAMES = """
aroi_domain as_rarity bandwidth_band bandwidth_percentile capacity_utilisation consensus_weight
contact_rankings contact_validation_status country_rarity cw_bw_ratio downtime_alerts
family_support flag_requirements flag_uptime geographic_diversity gini hhi
infrastructure_diversity is_validated_aroi leaderboard lifecycle_phase measured network_diversity
network_position observed_bandwidth operator_reliability overload_state relay_aroi_status role
total_data underutilised uptime_average version_compliance version_status weight_band weight_share
flags weight lifecycle aroi family data differences
""".split()


def test_every_name_of_a_number_is_explained(site: Site) -> None:
    assert set(NAMES) <= set(site.pages["about/index.html"].ids)


def test_every_section_of_a_relay_and_of_an_operator_is_explained(site: Site) -> None:
    for page in site.of("relay", "contact", "vanity"):
        for section in page.main.iter("section"):
            linked = [one.attrib["href"] for one in section.iter("a")]
            assert any("about/index.html#" in link for link in linked), (page.path, section.attrib)
