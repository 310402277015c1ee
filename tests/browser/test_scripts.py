"""What the two scripts add, and how a page does without them."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.browsing import Site

Open = Callable[..., Any]

# How far a box has scrolled once it has begun to, or after two hundred frames. A condition given
# to the browser as text would not do: the site's policy lets it be evaluated but once.
SCROLLED = """(box) => new Promise((resolve) => {
  let frames = 200;
  const look = () =>
    box.scrollLeft > 0 || --frames === 0 ? resolve(box.scrollLeft) : requestAnimationFrame(look);
  look();
})"""


def first_cells(page: Any, column: int) -> list[str]:
    found: list[str] = page.evaluate(
        """(column) => [...document.querySelector("main table").tBodies[0].rows]
            .map((row) => row.cells[column].textContent.trim())""",
        column,
    )
    return found


def test_a_click_on_a_head_sorts_the_rows_and_a_second_one_turns_them(
    site: Site, opened: Open
) -> None:
    page = opened("misc/countries/index.html")
    heads = page.locator("main thead th").all_inner_texts()
    column = heads.index("Relays")
    head = page.locator("main thead th").nth(column)
    head.locator("button").click()
    counts = [number(text) for text in first_cells(page, column)]
    assert counts == sorted(counts, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").click()
    assert [number(text) for text in first_cells(page, column)] == sorted(counts)
    assert page.locator("main thead [aria-sort]").count() == 1


def number(printed: str) -> int:
    return int(printed.replace("\u202f", ""))


@pytest.fixture
def relays(opened: Open) -> Any:
    """The first page of the list of relays."""
    return opened("misc/relays/index.html")


def click(page: Any, title: str) -> int:
    """Click on the head of a column and return its number."""
    heads = page.locator("main table").first.locator("thead th button")
    titles = [text.strip() for text in heads.all_inner_texts()]
    column = titles.index(title)
    heads.nth(column).click()
    return column


def test_rates_sort_by_size_whatever_their_unit(relays: Any) -> None:
    column = click(relays, "Bandwidth")
    factor = {"bit/s": 1, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9}
    rates = [text.split("\u00a0") for text in first_cells(relays, column)]
    sizes = [float(rate[0]) * factor[rate[1]] for rate in rates if len(rate) == 2]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) > 50


@pytest.mark.parametrize("clicks", [1, 2], ids=["descending", "ascending"])
def test_words_stay_below_numbers_whichever_way_they_are_sorted(relays: Any, clicks: int) -> None:
    relays.evaluate(
        """() => { document.querySelector("main table").tBodies[0].rows[7].cells[1].textContent =
            "Not in the consensus"; }"""
    )
    for _ in range(clicks):
        column = click(relays, "Weight")
    shown = [text.endswith("%") for text in first_cells(relays, column)]
    assert shown == sorted(shown, reverse=True)
    assert shown.count(False) == 1


def test_the_head_of_a_long_table_stays_in_sight(site: Site, opened: Open) -> None:
    page = opened(site.largest("contact"))
    table = page.locator("main .list table", has=page.locator("tbody tr:nth-child(51)"))
    table.locator("thead button").first.click()
    table.locator("tbody tr").nth(50).scroll_into_view_if_needed()
    top = table.locator("thead th").first.evaluate("(head) => head.getBoundingClientRect().top")
    assert 0 <= top < 5


def test_a_wide_table_scrolls_by_the_keyboard_inside_itself(site: Site, opened: Open) -> None:
    page = opened(site.largest("contact"), width=390)
    region = page.locator("main .list").first
    assert region.locator("caption").inner_text()
    label = region.get_attribute("aria-labelledby")
    assert page.locator(f"[id='{label}']").count() == 1
    region.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert region.evaluate(SCROLLED) > 0
    head = region.locator("tbody th").first.bounding_box()
    assert head is not None
    assert head["x"] < 40


def test_times_get_an_age_and_the_footer_the_time_of_the_data(site: Site, opened: Open) -> None:
    page = opened(site.rich("relay"))
    assert " ago)" in page.locator("main .age").first.inner_text()
    page.wait_for_selector("footer >> text=Data as of")
    assert f"{data_as_of(published(site))} (" in page.inner_text("footer")


def published(site: Site) -> datetime:
    status = json.loads((site.folder / "status.json").read_text())
    return datetime.fromisoformat(status["data"]["relays_published"])


def data_as_of(moment: datetime) -> str:
    return f"Data as of {moment:%Y-%m-%d %H:%M} UTC"


@pytest.mark.parametrize("file", ["index.html", "about/index.html"])
def test_a_page_says_first_that_its_data_is_out_of_date(
    site: Site, browser: Any, file: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    for minutes, late in ((179, False), (181, True)):
        page.clock.set_fixed_time(published(site) + timedelta(minutes=minutes))
        page.goto(site.address(file))
        page.wait_for_selector("footer >> text=Data as of")
        words = page.inner_text("header")
        assert (f"Out of date: {data_as_of(published(site))} (3 hours ago)" in words) is late
        assert ("Out of date" in words) is late
    context.close()


def test_paper_says_from_when_the_data_is_and_where_it_stands(site: Site, opened: Open) -> None:
    page = opened(site.rich("relay"))
    page.wait_for_selector("footer >> text=Data as of")
    line = page.locator(".paper")
    assert not line.is_visible()
    page.emulate_media(media="print")
    assert line.inner_text() == f"{data_as_of(published(site))}. {page.url}"


def test_the_front_page_needs_no_script_to_say_from_when_its_data_is(
    site: Site, opened: Open
) -> None:
    page = opened("index.html", java_script_enabled=False)
    assert f"{data_as_of(published(site))}." in page.inner_text(".hero")


def test_without_the_status_the_footer_keeps_its_link(site: Site, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/status.json", lambda route: route.abort())
    page.goto(site.address("about/index.html"), wait_until="networkidle")
    words = page.inner_text("footer")
    context.close()
    assert "How fresh is the data?" in words


def test_an_address_without_page_shows_the_way_at_any_depth(site: Site, opened: Open) -> None:
    page = opened("relay/none/of/these/at/all/")
    assert page.inner_text("h1") == "Not found"
    page.get_by_role("link", name="Overview of the network").click()
    assert page.url == f"{site.url}/index.html"


def test_a_heading_with_a_name_is_a_link_to_itself_and_keeps_its_words(opened: Open) -> None:
    page = opened("about/index.html")
    heading = page.get_by_role("heading", name="Flags", exact=True)
    heading.get_by_role("link").click()
    assert page.url.endswith("about/#flags")


def test_a_charts_table_is_not_sorted_and_a_ranked_one_keeps_its_rest_last(
    site: Site, opened: Open
) -> None:
    page = opened(site.rich("relay"))
    assert page.locator(".plot table").count() > 0
    assert page.locator(".plot button").count() == 0
    page = opened("network-health/index.html")
    assert page.locator(".rank button").count() == 0


def test_a_fingerprint_is_copied_by_a_button(site: Site, browser: Any) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    address = site.rich("relay")
    page.goto(site.address(address))
    button = page.get_by_role("button", name="Copy")
    button.click()
    page.wait_for_selector("button >> text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == address.split("/")[1]
    context.close()
