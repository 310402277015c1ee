"""Charts in a browser: a drawn table is still a table, and periods are chosen by the keyboard."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.browsing import Site

Open = Callable[..., Any]

ROLES = ("table", "row", "columnheader", "rowheader", "cell")


def tables(page: Any) -> dict[str, Counter[str]]:
    """Return how many of each role the accessibility tree has in each table, by its name."""
    session = page.context.new_cdp_session(page)
    found = session.send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in found}

    def roles(name: str) -> Counter[str]:
        node = nodes[name]
        counts = Counter([] if node.get("ignored") else [node["role"]["value"]])
        for child in node.get("childIds", []):
            if child in nodes:
                counts += roles(child)
        return counts

    return {
        node["name"]["value"]: roles(name)
        for name, node in nodes.items()
        if not node.get("ignored") and node["role"]["value"] == "table"
    }


@pytest.mark.parametrize("kind", ["relay", "contact"])
@pytest.mark.parametrize("form", ["drawn", "table"])
def test_a_chart_is_a_table_in_the_accessibility_tree(
    site: Site, opened: Open, kind: str, form: str
) -> None:
    page = opened(site.rich(kind))
    if form == "table":
        for label in page.locator(".views > .tab + label").all():
            label.click()
    found = tables(page)
    assert {"Weekly average", "Share of each week"} <= found.keys()
    for name, columns in (("Weekly average", 2), ("Share of each week", 1)):
        rows = page.locator(".view:visible .plot", has_text=name).locator("tbody tr").count()
        assert rows >= 3
        counts = (1, rows + 1, columns + 1, rows, rows * columns)
        assert {role: found[name][role] for role in ROLES} == dict(zip(ROLES, counts, strict=True))


def test_an_arrow_key_chooses_the_period(site: Site, opened: Open) -> None:
    page = opened(site.rich("relay"))
    chart = page.locator(".views.two").first
    chart.locator("input:checked").first.focus()
    before = chart.locator(".view:visible caption").text_content()
    page.keyboard.press("ArrowRight")
    after = chart.locator(".view:visible caption")
    assert after.count() == 1
    assert (before, after.text_content()) == ("Weekly average", "Monthly average")


def test_bars_and_marks_end_at_their_values(site: Site, opened: Open) -> None:
    page = opened(site.rich("relay"))
    drawn = page.evaluate(
        """() => [...document.querySelectorAll(".two .plot tbody tr")]
            .filter((row) => row.checkVisibility() && !row.matches(".none"))
            .flatMap((row) => [["l", "::before"], ["m", "::after"]].map(([letter, part]) => {
                const style = getComputedStyle(row, part);
                const edge = style.boxSizing === "border-box" ? 0 : parseFloat(style.borderTopWidth);
                const level = row.className.match(new RegExp(`\\\\b${letter}(\\\\d+)`))?.[1];
                return [level * row.clientHeight / 50, parseFloat(style.height) + edge];
            }))"""
    )
    assert len(drawn) > 6
    apart = [pair for pair in drawn if abs(pair[0] - pair[1]) > 0.6 and pair[0] > 3]
    assert apart == []
