"""What the two scripts add, and how a page does without them."""

import json
from collections.abc import Callable
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
    page = opened("index.html")
    head = page.locator("main table").first.locator("thead th").nth(1)
    head.locator("button").click()
    counts = [int(text) for text in first_cells(page, 1)]
    assert counts == sorted(counts, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").click()
    assert [int(text) for text in first_cells(page, 1)] == sorted(counts)
    name = page.locator("main table").first.locator("thead th").nth(0)
    name.locator("button").click()
    names = [text.lower() for text in first_cells(page, 0)]
    assert names[0] <= names[-1]
    assert head.get_attribute("aria-sort") is None


@pytest.fixture
def relays(site: Site, opened: Open) -> Any:
    """The largest table of relays by weight, alone on its page."""
    page = opened(site.largest("contact"))
    page.evaluate(
        """() => document.querySelectorAll("main table").forEach((one) => {
            if (!one.caption.textContent.includes("by weight")) one.remove(); })"""
    )
    return page


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
        """() => { document.querySelector("main table").tBodies[0].rows[7].cells[2].textContent =
            "not in consensus"; }"""
    )
    for _ in range(clicks):
        column = click(relays, "Weight")
    shown = [text.endswith("%") for text in first_cells(relays, column)]
    assert shown == sorted(shown, reverse=True)
    assert shown.count(False) == 1


def test_the_head_of_a_long_table_stays_in_sight(site: Site, opened: Open) -> None:
    page = opened(site.largest("contact"))
    page.locator("main section#relays thead button").first.click()
    page.locator("main section#relays tbody tr").nth(100).scroll_into_view_if_needed()
    top = page.evaluate("document.querySelector('#relays thead th').getBoundingClientRect().top")
    assert 0 <= top < 5


def test_a_wide_table_scrolls_by_the_keyboard_inside_itself(site: Site, opened: Open) -> None:
    page = opened(site.largest("contact"), width=390)
    region = page.locator("#relays .scroll").first
    assert page.locator("#relays table caption").first.inner_text()
    label = region.get_attribute("aria-labelledby")
    assert page.locator(f"[id='{label}']").count() == 1
    region.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert region.evaluate(SCROLLED) > 0
    head = page.locator("#relays tbody th").first.bounding_box()
    assert head is not None
    assert head["x"] < 40


def test_times_get_an_age_and_the_footer_the_time_of_the_data(site: Site, opened: Open) -> None:
    page = opened(site.rich("relay"))
    assert " ago)" in page.locator("#facts .age").first.inner_text()
    published = json.loads((site.folder / "status.json").read_text())["data"]["relays_published"]
    page.wait_for_selector("footer >> text=Data as of")
    footer = page.inner_text("footer")
    assert f"Data as of {published[:16].replace('T', ' ')} UTC (" in footer
    assert "ago, out of date)" in footer


def test_without_the_status_the_footer_keeps_its_link(site: Site, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/status.json", lambda route: route.abort())
    page.goto(site.address("about/index.html"), wait_until="networkidle")
    words = page.inner_text("footer")
    context.close()
    assert "Data freshness" in words


def test_an_address_without_page_shows_the_way_at_any_depth(site: Site, opened: Open) -> None:
    page = opened("relay/none/of/these/at/all/")
    assert page.inner_text("h1") == "Not found"
    page.get_by_role("link", name="Overview of the network").click()
    assert page.url == f"{site.url}/index.html"
