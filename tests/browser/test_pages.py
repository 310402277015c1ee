"""Every kind of page in a browser: nothing is cut, hidden, loaded from elsewhere or lost."""

from collections.abc import Callable
from typing import Any

import pytest

from allium.build.stages import KINDS
from allium.pages.lists.list_columns import COLUMNS
from tests.support.browsing import Site
from tests.support.html import Page, words

Open = Callable[..., Any]
KIND = pytest.mark.parametrize(
    "kind", [name for name, kind in KINDS.items() if kind.template is not None]
)
"""Every kind that has pages to read."""
TEMPLATE = pytest.mark.parametrize(
    "kind", {kind.template: name for name, kind in KINDS.items() if kind.template}.values()
)
"""One kind of each template, for what only markup and style decide."""
PAPER = 718
"""The width of A4 between usual margins, in CSS pixels."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""Rules whose verdict depends on colours and widths; the others see the same markup at any of them."""
ALIKE = """() => {
    const shape = (one) => one.nodeType === 3 ? one.data.trim() && "words"
        : one.nodeType !== 1 ? ""
        : `${one.nodeName}.${one.className} ${one.getAttributeNames()}(${[...one.childNodes].map(shape)})`;
    const seen = new Map();
    for (const one of document.querySelectorAll("tr, li, dt, dd, p")) {
        const own = shape(one), before = seen.get(own) ?? 0;
        seen.set(own, before + 1);
        if (before > 1) one.remove();
    }
}"""
"""Removes rows and lines of which two others have the same elements, classes and attributes."""
TOO_WIDE = """() => [...document.querySelectorAll("main *")].filter((one) =>
    one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
    && !one.closest(".scroll, .unseen") && getComputedStyle(one).overflowX !== "visible"
    && !one.closest(".rank tbody th")?.querySelector("a[href], [title]")
).map((one) => one.outerHTML.slice(0, 100))"""
"""What is cut. A name in a ranked table ends in an ellipsis, and a link or a title has it whole."""


def axe(page: Any, rules: list[str]) -> list[str]:
    """Return all that axe-core finds, however little it minds."""
    runner = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    if not page.evaluate("'axe' in window"):
        page.evaluate(runner.axe_script)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def width_of(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@KIND
def test_no_page_scrolls_sideways_as_a_whole(site: Site, opened: Open, kind: str) -> None:
    for file in {*site.pages(kind), site.largest(kind)}:
        page = opened(file)
        for width in (1280, 1100, 768, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert width_of(page) <= width, (file, width)


@KIND
def test_axe_finds_nothing_by_day_or_by_night(site: Site, opened: Open, kind: str) -> None:
    page = opened(site.rich(kind))
    page.evaluate(ALIKE)
    assert axe(page, RULES) == []
    for colours, width, rules in (
        ("dark", 1280, ["color-contrast"]),
        ("dark", 390, ["color-contrast"]),
        ("light", 390, LOOKS),
    ):
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page, rules) == [], (colours, width)


@KIND
def test_a_page_has_the_same_words_with_and_without_scripts(
    site: Site, opened: Open, kind: str
) -> None:
    file = site.rich(kind)
    written = "".join(words(Page(file, site.source(file)).main).split())
    plain = opened(file, java_script_enabled=False)
    assert "".join(plain.text_content("main").split()) == written
    if kind == "search":
        return  # its script shows what can be searched for, in place of what is needed without it
    scripted = opened(file)
    # What only a script can do it adds: ages, and a button that copies.
    scripted.evaluate("for (const one of document.querySelectorAll('.age, .copy')) one.remove()")
    assert "".join(scripted.text_content("main").split()) == written


@KIND
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_page_asks_this_site_only_and_breaks_no_rule(
    site: Site, tabs: Open, kind: str, *, scripts: bool
) -> None:
    page = tabs(java_script_enabled=scripts)
    asked: list[str] = []
    said: list[str] = []
    heard = {
        "request": lambda request: asked.append(request.url),
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
    }
    page.goto("about:blank")  # what the page before asks for late is not of this one
    for event, listen in heard.items():
        page.on(event, listen)
    page.goto(site.address(site.rich(kind)))
    if scripts:
        page.wait_for_selector("footer >> text=Data as of")
    for event, listen in heard.items():
        page.remove_listener(event, listen)
    assert said == []
    assert [url for url in asked if not url.startswith(site.url)] == []
    assert 1 < len(asked) <= (6 if scripts else 3)


FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    // The buttons of a chart are their labels; of a group of them the chosen one is a stop.
    const shown = one.matches(".views > input") ? one.labels[0] : one;
    const box = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
    const middle = (low, high, end) => (Math.max(low, 0) + Math.min(high, end)) / 2;
    const at = document.elementFromPoint(
        middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
    const style = getComputedStyle(shown);
    const all = [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
        .filter((one) => one.checkVisibility() && (one.type !== "radio" || one.checked));
    return {
        place: all.indexOf(one),
        seen: at !== null && (shown.contains(at) || at.contains(shown)),
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        html: one.outerHTML.slice(0, 100),
    };
}"""


@TEMPLATE
def test_a_keyboard_reaches_everything_in_order_and_sees_where_it_is(
    site: Site, opened: Open, kind: str
) -> None:
    page = opened(site.rich(kind), width=390)
    places = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        assert focus["ring"], focus
        assert focus["seen"], focus
        places.append(focus["place"])
    assert places == list(range(len(places)))
    assert len(places) > 8


def test_the_skip_link_leads_to_the_content(site: Site, opened: Open) -> None:
    page = opened("about/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@TEMPLATE
def test_large_text_and_wide_spacing_cut_nothing(site: Site, opened: Open, kind: str) -> None:
    page = opened(site.rich(kind), width=1000, bypass_csp=True)
    page.add_style_tag(
        content="html { font-size: 200% } * { line-height: 1.5 !important;"
        " letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    )
    assert page.evaluate(TOO_WIDE) == []
    assert width_of(page) <= 1000


UNDRAWN = """() => {
    const told = [
        [".stack i"], [".map li"], [".tiles i"], [".meter"], [".badge", "::before"],
        [".legend li", "::before"], [".key span[class]", "::before"],
        [".plot tbody tr", "::before"], [".two .plot tbody tr:not(.none)", "::after"],
        [".up .plot tbody tr:not(.none, .l50)", "::after"], [".hist tbody tr", "::before"],
    ];
    const painted = (style) => style.backgroundImage !== "none" || parseFloat(style.borderTopWidth) > 0
        || !/^rgba\\(.*, 0\\)$/.test(style.backgroundColor);
    const undrawn = told.flatMap(([selector, part]) => [...document.querySelectorAll(selector)]
        .filter((one) => one.checkVisibility())
        .filter((one) => {
            const style = getComputedStyle(one, part);
            return style.forcedColorAdjust !== "none" || !painted(style);
        }).map((one) => `${selector} ${one.className}`));
    const bars = [...document.querySelectorAll(".rank i")]
        .filter((one) => parseFloat(getComputedStyle(one).borderTopWidth) === 0);
    return undrawn.concat(bars.map((one) => `.rank ${one.className}`));
}"""
"""Lengths and marks that are lost when a reader's own colours replace those of the page."""


@TEMPLATE
def test_colour_alone_says_nothing(site: Site, opened: Open, kind: str) -> None:
    page = opened(site.rich(kind), forced_colors="active")
    badges = page.evaluate(
        """() => [...document.querySelectorAll(".badge")].map((one) =>
            [one.textContent.trim().length > 2, getComputedStyle(one).borderTopStyle])"""
    )
    assert all(badge == [True, "solid"] for badge in badges)
    assert page.evaluate(UNDRAWN) == []


@TEMPLATE
def test_a_printed_page_has_its_content_and_no_navigation(
    site: Site, opened: Open, kind: str
) -> None:
    page = opened(site.largest(kind), width=PAPER)
    page.emulate_media(media="print")
    shown = page.evaluate(
        """() => [...document.querySelectorAll("header, footer, nav, form")]
            .filter((one) => one.offsetHeight > 0).length"""
    )
    assert shown == 0
    assert page.is_visible("h1")
    cut = "() => [...document.querySelectorAll('dl')].filter((one) => one.scrollWidth > innerWidth)"
    assert page.evaluate(f"({cut})().length") == 0
    assert width_of(page) <= PAPER


DARK_GROUNDS = """() => {
    const parts = (one) => getComputedStyle(one).backgroundColor.match(/[0-9.]+/g).map(Number);
    const ground = (one) => {
        const own = parts(one);
        return own[3] === 0 && one.parentElement ? ground(one.parentElement) : own;
    };
    return [...document.querySelectorAll("main *")].filter((one) => one.checkVisibility()
        && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
        && Math.max(...ground(one).slice(0, 3)) < 160
    ).map((one) => one.outerHTML.slice(0, 100));
}"""
"""Elements with words on a ground on which black cannot be read."""


@TEMPLATE
def test_a_page_is_printed_in_black_on_white_by_night_too(
    site: Site, opened: Open, kind: str
) -> None:
    page = opened(site.rich(kind), color_scheme="dark")
    page.emulate_media(media="print")
    colours = page.evaluate(
        """() => [...new Set([...document.querySelectorAll("body, main *")]
            .filter((one) => one.checkVisibility()).map((one) => getComputedStyle(one).color))]"""
    )
    assert colours == ["rgb(0, 0, 0)"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(DARK_GROUNDS) == []


@TEMPLATE
def test_on_a_phone_name_status_and_weight_are_seen_at_once(
    site: Site, opened: Open, kind: str
) -> None:
    page = opened(site.rich(kind), width=390)
    ends = page.evaluate(
        """() => [...document.querySelectorAll(".scroll table")]
            .filter((one) => one.rows[0].cells.length > 5 && one.rows[0].cells[2].matches(".n"))
            .map((one) => one.rows[0].cells[2].getBoundingClientRect().right)"""
    )
    assert all(end <= 390 for end in ends), ends
    statuses = page.evaluate(
        """() => [...document.querySelectorAll(".list tbody th .badge")].map((one) =>
            one.getBoundingClientRect().right)"""
    )
    assert all(end <= 390 for end in statuses), statuses
    places = page.evaluate(
        """() => [...document.querySelectorAll(".place")].map((one) =>
            one.getBoundingClientRect().width)"""
    )
    assert all(place <= 64 for place in places), places
    ranked = page.evaluate(
        """() => [...document.querySelectorAll(".rank tbody tr")].map((one) => [
            one.querySelector("th").getBoundingClientRect().width,
            one.lastElementChild.getBoundingClientRect().right])"""
    )
    assert all(name >= 80 and end <= 390 for name, end in ranked), ranked
    overflown = page.evaluate(
        """() => [...document.querySelectorAll(".rank :is(td, thead th)")]
            .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"""
    )
    assert overflown == []


@pytest.mark.parametrize("name", ["relays", *COLUMNS])
def test_on_a_phone_what_a_list_is_ordered_by_is_seen_at_once(opened: Open, name: str) -> None:
    for file in (f"misc/{name}/index.html", f"misc/{name}/by-bandwidth/index.html"):
        page = opened(file, width=390)
        edges = page.evaluate(
            """() => [...document.querySelectorAll(".list tbody tr:first-child .meter")]
                .map((one) => one.parentElement.getBoundingClientRect())
                .map((box) => [box.left, box.right])"""
        )
        assert [0 < left < right <= 390 for left, right in edges] == [True], (file, edges)


@TEMPLATE
def test_on_a_phone_a_table_that_is_cut_says_that_it_scrolls(
    site: Site, opened: Open, kind: str
) -> None:
    page = opened(site.rich(kind), width=390)
    silent = page.evaluate(
        """() => {
            for (const one of document.querySelectorAll("details")) one.open = true;
            return [...document.querySelectorAll(".scroll")]
                .filter((one) => one.scrollWidth > one.clientWidth)
                .filter((one) => !one.querySelector(".sideways")
                    && !one.previousElementSibling?.matches(".sideways"))
                .map((one) => one.textContent.trim().slice(0, 60));
        }"""
    )
    assert silent == []


@TEMPLATE
def test_on_a_phone_a_share_stands_below_its_head(site: Site, opened: Open, kind: str) -> None:
    page = opened(site.rich(kind), width=390)
    apart = page.evaluate(
        """() => {
            const end = (cell) => {
                const words = document.createRange();
                words.selectNodeContents(cell);
                return Math.round(Math.max(
                    ...[...words.getClientRects()].filter((box) => box.width > 0)
                        .map((box) => box.right)));
            };
            return [...document.querySelectorAll(".shares")].map((one) =>
                Math.abs(end(one.tHead.rows[0].cells[2]) - end(one.tBodies[0].rows[0].cells[2])));
        }"""
    )
    assert all(gap <= 1 for gap in apart), apart


def test_on_a_phone_the_classes_below_bars_stand_apart(opened: Open) -> None:
    page = opened("network-health/index.html", width=390)
    gaps = page.evaluate(
        """() => [...document.querySelectorAll(".hist tbody")].flatMap((one) => {
            const boxes = [...one.querySelectorAll("th")].map((cell) => {
                const words = document.createRange();
                words.selectNodeContents(cell);
                return words.getBoundingClientRect();
            });
            return boxes.slice(1).map((box, place) => box.left - boxes[place].right);
        })"""
    )
    assert len(gaps) > 20
    assert min(gaps) >= 4, gaps


HOLE = 360
"""Pixels: little more than the height of one chart."""


def test_no_column_of_a_relay_ends_far_above_the_other(site: Site, opened: Open) -> None:
    files = site.files("relay")
    for file in files[:: len(files) // 12]:
        page = opened(file)
        page.set_viewport_size({"width": 1280, "height": 900})
        apart = page.evaluate(
            """() => [...document.querySelectorAll("main > .grid")]
                .map((one) => [...one.children].filter((column) => column.matches(".col")))
                .filter((columns) => columns.length === 2)
                .map((columns) => columns.map((column) =>
                    column.lastElementChild.getBoundingClientRect().bottom))
                .map(([left, right]) => Math.abs(left - right))"""
        )
        assert len(apart) == 2
        assert max(apart) <= HOLE, (file, apart)


def test_on_a_phone_the_links_of_one_list_stand_apart(opened: Open) -> None:
    page = opened("misc/index.html", width=390)
    gaps = page.evaluate(
        """() => [...document.querySelectorAll(".choices li + li")].map((one) =>
            [one.getBoundingClientRect(), one.previousElementSibling.getBoundingClientRect()])
            .map(([own, other]) => Math.max(own.top - other.bottom, own.left - other.right))"""
    )
    assert len(gaps) > 20
    assert min(gaps) >= 8, gaps


def test_on_a_phone_no_state_of_a_version_is_broken_in_its_middle(opened: Open) -> None:
    page = opened("misc/versions/index.html", width=390)
    states = page.evaluate(
        """() => [...document.querySelector("main table").tBodies[0].rows].map((row) => {
            const words = document.createRange();
            words.selectNodeContents(row.cells[2].querySelector(".badge") ?? row.cells[2]);
            const tops = [...words.getClientRects()].map((box) => Math.round(box.top));
            return [row.cells[2].textContent.trim(), new Set(tops).size];
        })"""
    )
    assert "Recommended" in [state for state, _ in states]
    assert [state for state, lines in states if lines > 1] == []


def test_on_a_phone_a_number_stays_on_one_line_with_its_unit(site: Site, opened: Open) -> None:
    page = opened(site.largest("contact"), width=390)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    lines = page.evaluate(
        """() => [...document.querySelectorAll(".small td.n")].map((one) => {
            const all = document.createRange();
            all.selectNodeContents(one);
            const tops = [...all.getClientRects()].map((box) => Math.round(box.top));
            return [one.textContent.trim(), new Set(tops).size];
        }).filter(([words]) => /^[0-9]/.test(words))"""
    )
    assert lines
    assert [words for words, count in lines if count > 1] == []
    left_over = page.evaluate(
        """() => {
            const region = document.getElementById("carried").closest(".scroll");
            return region.scrollWidth - region.clientWidth;
        }"""
    )
    assert left_over <= 0


@TEMPLATE
def test_a_page_without_its_style_sheet_reads_in_order(site: Site, browser: Any, kind: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*.css", lambda route: route.abort())
    page.route("**/*.png", lambda route: route.abort())
    page.goto(site.address(site.rich(kind)))
    tops = page.evaluate(
        """() => ["header", "main", "main h1", "footer"].map((one) =>
            document.querySelector(one).getBoundingClientRect().top)"""
    )
    visible = page.inner_text("main")
    context.close()
    assert tops == sorted(tops)
    assert len(visible) > 40
