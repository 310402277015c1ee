"""Charts of a built site: levels, ticks and labels are worked out anew from the rows of tables."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple
from xml.etree.ElementTree import Element

import pytest

from tests.support.html import Page
from tests.support.site import Site

FULL = 50
MANY = 10
"""Relays of the sample; the network of strangers has no histories."""
TRACE = "<0.01"
FLOORS = {90: "2.5", 80: "5", 50: "10", 0: "25"}
RADIO = {"1 month": 31, "6 months": 26, "1 year": 12, "5 years": 20}
UNITS = ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s")


class Drawn(NamedTuple):
    """One plot: the classes of its chart, its heads, labels, cells and classes of rows, labels."""

    kind: set[str]
    heads: list[str]
    rows: list[tuple[str, list[str], set[str]]]
    ticks: list[str]
    groups: list[tuple[int, str]]
    cutoff: bool
    key: str


def text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def having(parent: Element, name: str, tag: str = "*") -> list[Element]:
    found = (one for one in parent.iter() if isinstance(one.tag, str))
    return [
        one
        for one in found
        if name in one.attrib.get("class", "").split() and tag in {"*", one.tag}
    ]


def drawn(page: Page) -> Iterator[Drawn]:
    for chart in having(page.root, "views"):
        for view in having(chart, "view"):
            keys = [text(key) for key in having(view, "key")]
            for plot in having(view, "plot"):
                [ticks], [groups] = having(plot, "y"), having(plot, "x")
                rows = [
                    (
                        text(row[0]),
                        [text(cell) for cell in row[1:]],
                        set(row.attrib["class"].split()),
                    )
                    for body in plot.iter("tbody")
                    for row in body.iter("tr")
                ]
                yield Drawn(
                    set(chart.attrib["class"].split()),
                    [text(head) for part in plot.iter("thead") for head in part.iter("th")],
                    rows,
                    [text(tick) for tick in ticks],
                    [(size(group), text(group)) for group in groups],
                    "cutoff" in plot.attrib["class"].split(),
                    " ".join(keys),
                )


def size(group: Element) -> int:
    return int(group.attrib.get("class", "f1").removeprefix("f"))


def number(cell: str) -> Fraction | None:
    if cell == "unknown":
        return None
    return Fraction(cell.replace("\u202f", "").replace("k", "000").removesuffix("%"))


def height(value: Fraction, top: Fraction) -> int:
    return min(max(floor(FULL * value / top + Fraction(1, 2)), 1), FULL) if value > 0 else 0


def level(cell: str, top: Fraction) -> int | None:
    if cell == TRACE:
        return 1
    value = number(cell)
    return None if value is None else height(value, top)


def axis(plot: Drawn) -> tuple[Fraction, list[Fraction]]:
    """Return the step and the ticks that the highest cell asks for."""
    cells = [cell for _, row, _ in plot.rows for cell in row if cell != TRACE]
    highest = max(value for cell in cells if (value := number(cell)) is not None) or Fraction(1)
    kinds = [Fraction(kind) for kind in ("1", "2", "2.5", "5")]
    least = Fraction(1) if "single" in plot.kind else Fraction(1, 100)
    steps = sorted(kind * Fraction(10) ** power for kind in kinds for power in range(-3, 8))
    step = next(step for step in steps if ceil(highest / step) <= 5 and step % least == 0)
    count = max(2, ceil(highest / step))
    return step * count, [step * tick for tick in range(count, -1, -1)]


def expected(levels: list[int | None]) -> set[str]:
    names = {f"{series}{one}" for series, one in zip("lm", levels, strict=False) if one is not None}
    return names or {"none"}


@pytest.fixture
def plots(site: Site) -> list[Drawn]:
    return [plot for page in site.pages.values() for plot in drawn(page)]


def test_bars_and_ticks_of_a_chart_follow_from_its_rows(plots: list[Drawn]) -> None:
    for plot in plots:
        if "up" in plot.kind:
            continue
        top, ticks = axis(plot)
        assert [number(tick) for tick in plot.ticks] == ticks
        for _, cells, classes in plot.rows:
            assert classes == expected([level(cell, top) for cell in cells])


def test_bars_and_ticks_of_uptimes_follow_from_their_rows(plots: list[Drawn]) -> None:
    for plot in plots:
        if "up" not in plot.kind:
            continue
        values = [number(cell) for _, [cell], _ in plot.rows]
        lowest = min(value for value in values if value is not None)
        start, step = next(
            (start, Fraction(step))
            for start, step in FLOORS.items()
            if not start or lowest >= start + Fraction(100 - start, 10)
        )
        count = int((100 - start) / step)
        assert [number(tick) for tick in plot.ticks] == [100 - step * at for at in range(count + 1)]
        assert plot.cutoff == (start > 0) == (f"the axis starts at {start}%" in plot.key)
        for value, (_, _, classes) in zip(values, plot.rows, strict=True):
            if value is None:
                assert classes == {"none"}
                continue
            bar = height(value - start, Fraction(100 - start))
            assert classes == {f"l{bar if value == 100 else min(bar, FULL - 1)}"}


def months_later(label: str, months: int) -> str:
    count = int(label[:4]) * 12 + int(label[5:]) - 1 + months
    return f"{count // 12}-{count % 12 + 1:02}"


def following(head: str, label: str) -> str:
    if head in {"Day", "Week from"}:
        return str(date.fromisoformat(label) + timedelta(days=1 if head == "Day" else 7))
    if head == "Month":
        return months_later(label, 1)
    year, quarter = int(label[:4]), int(label[-1])
    return f"{year + quarter // 4}\u00a0Q{quarter % 4 + 1}"


def group(head: str, label: str, several_years: bool) -> str:
    """Return what a row belongs to below the axis, as a number of some kind."""
    if head == "Day":
        day = date.fromisoformat(label)
        return str(day - timedelta(days=day.weekday()))
    if head == "Week from":
        return label[:7]
    return label[:4] if head == "Quarter" or several_years else label


def test_rows_follow_one_another_and_have_their_groups_below(plots: list[Drawn]) -> None:
    for plot in plots:
        head, labels = plot.heads[0], [label for label, _, _ in plot.rows]
        assert labels[1:] == [following(head, label) for label in labels[:-1]]
        if head == "Week from":
            assert date.fromisoformat(labels[0]).weekday() == 0
        sizes = Counter(group(head, label, "one" in plot.kind) for label in labels)
        assert [rows for rows, _ in plot.groups] == list(sizes.values())


def test_the_unit_of_a_chart_is_that_of_its_heads_and_fits(plots: list[Drawn]) -> None:
    for plot in plots:
        if "two" not in plot.kind:
            continue
        [unit] = {head.partition(", ")[2] for head in plot.heads[1:]}
        assert f"{unit}, " in plot.key
        values = [number(cell) for _, row, _ in plot.rows for cell in row if cell != TRACE]
        highest = max(value for value in values if value is not None)
        assert unit in UNITS
        assert highest < 1000
        assert highest >= 1 or not highest


def test_a_chart_shows_a_period_of_which_it_knows(site: Site) -> None:
    found = 0
    for page in site.pages.values():
        for chart in having(page.root, "views"):
            buttons = [one for one in chart.iter("input") if one.attrib["type"] == "radio"]
            views = having(chart, "view")
            assert len(views) == max(len(buttons), 1)
            checked = [at for at, one in enumerate(buttons) if "checked" in one.attrib] or [0]
            [shown] = checked
            assert having(views[shown], "plot")
            for at, button in enumerate(buttons, start=1):
                assert button.attrib["class"] == f"v{at}"
            names = [text(label) for label in chart.iter("label")]
            for name, view in zip(names, views, strict=False):
                rows = sum(len(list(body.iter("tr"))) for body in view.iter("tbody"))
                assert 3 <= rows <= RADIO.get(name, 31) or having(view, "empty")
            found += 1
    assert found or len(site.of("relay")) < MANY


def test_bars_of_a_distribution_are_relative_to_the_largest(site: Site) -> None:
    for page in site.pages.values():
        for picture in having(page.root, "hist"):
            rows = [row for body in picture.iter("tbody") for row in body.iter("tr")]
            values = [number(text(row[1])) or Fraction(0) for row in rows]
            for row, value in zip(rows, values, strict=True):
                assert row.attrib["class"] == f"l{height(value, max(values))}"
