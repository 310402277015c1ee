"""Whatever a view holds, filters escape it; markup is theirs alone."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from msgspec.structs import replace

from allium.pages.parts.chart_views import Chart, ChartColumn, ChartView, LabelGroup
from allium.pages.parts.page_base import (
    FindingText,
    Link,
    RelayRow,
    RelayTable,
    Share,
    SourcePlace,
    When,
)
from allium.pages.parts.tables import (
    EntryTable,
    FlagRow,
    Found,
    Heading,
    PeriodRow,
    Requirement,
    Row,
)
from allium.render import charts, filters, rows
from allium.render.filters import Isolated, Safe, html

BAD = "\"'><script>&amp;<b"
TO = Link(text=BAD, path=BAD)
BARE = Link(text=BAD)
TIME = When(text=BAD, machine=BAD)
RELAY = {
    "relay": TO,
    "operator": BARE,
    "down_since": TIME,
    "weight": BAD,
    "bandwidth": BAD,
    "flags": BAD,
    "country": TO,
    "network": TO,
    "as_name": BAD,
    "version": BARE,
    "version_note": BAD,
    "first_seen": TO,
    "aroi": BAD,
    "uptime": BAD,
}
NONE = dict.fromkeys(("operator", "down_since", "weight", "bandwidth", "as_name", "version_note"))
RELAYS = (RelayRow(**RELAY), RelayRow(**(RELAY | NONE)))  # type: ignore[arg-type]
PLACES = (SourcePlace(rank=BAD, value=BAD), SourcePlace(rank=BAD, value=TIME))
CHART_VIEW = ChartView(
    period=BAD,
    measure=BAD,
    unit=BAD,
    head=BAD,
    labels=(BAD, BAD),
    columns=(ChartColumn(head=BAD, values=(BAD, None), levels=(3, None)),) * 2,
    ticks=(BAD, BAD),
    groups=(LabelGroup(label=BAD, rows=2),),
)
CHART = Chart(
    id=BAD, name=BAD, look="two", words=BAD, series=(BAD, BAD), views=(CHART_VIEW,) * 2, chosen=1
)
FINDING = FindingText(
    severity=BAD,
    colour=BAD,
    statement=BAD,
    evidence=(BAD, BAD),
    advice=BAD,
    about=BAD,
    relays=(TO, BARE),
    more=BAD,
)
FLAG = FlagRow(
    flag=BAD,
    needs=BAD,
    requirements=(Requirement(text=BAD, verdict="Met"),) * 2,
)


def relays(**shape: Any) -> RelayTable:
    return RelayTable(id="i", caption="c", rows=RELAYS, **shape)


ENTRIES = EntryTable(
    caption="c",
    columns=(Heading(label=BAD, number=True), Heading(label=BAD, number=False)),
    rows=(Row(name=TO, cells=(BAD, TO)), Row(name=BARE, cells=(BARE, BAD))),
    places=PLACES,
    ranked="r",
)
MADE = {
    "link": filters.link(TO, BAD),
    "link: words": filters.link(BARE, BAD),
    "known": filters.known(TO, BAD),
    "links": filters.links((TO, BARE, TO), BAD),
    "when": filters.when(TIME),
    "how": filters.how(BAD, BAD, BAD),
    "said": escape(filters.said(BAD)),
    "listed": filters.listed((BAD, BAD)),
    "chart": charts.chart(CHART),
    "chart: uptime": charts.chart(replace(CHART, look="up")),
    "findings": filters.findings((FINDING, FINDING), BAD),
    "facts": filters.facts(
        [(BAD, BAD), (BAD, Isolated(BAD)), (BAD, TO), (BAD, TIME), (BAD, (BAD, BAD)), (BAD, 1)], BAD
    ),
    "relay_rows: all": rows.relay_rows(relays(uptime=True, operator=True), BAD),
    "relay_rows: ranked": rows.relay_rows(relays(aroi=True, places=PLACES, ranked="r"), BAD),
    "relay_rows: placed": rows.relay_rows(relays(places=PLACES, without="as"), BAD),
    "entry_rows": rows.entry_rows(ENTRIES, BAD),
    "found_rows": rows.found_rows((Found(key=BAD, link=TO), Found(key=BAD, link=BARE)), BAD),
    "share_rows": rows.share_rows((Share(name=TO, count=BAD, share=BAD, level=3),) * 2, BAD),
    "period_rows": rows.period_rows(
        (PeriodRow(flag=BAD, values=(BAD, None), standing=BAD),) * 2,  # type: ignore[arg-type]
    ),
    "flag_rows": rows.flag_rows((FLAG, FLAG)),
}


class Read(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert {name for name, _ in attrs} <= {"href", "class", "scope", "datetime", "aria-hidden"}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_hostile_text_is_printed_and_never_becomes_markup(name: str) -> None:
    read = Read(str(MADE[name]))
    assert not {"script", "b"} - {"b" if name.startswith("relay_rows") else ""} & set(read.tags)
    assert BAD in "".join(read.words)
    assert not re.search(r"<script|&amp;lt;|&lt;/?(?:td|tr|a|li|dd|p|bdi)\b", str(MADE[name]))


def test_every_filter_that_makes_markup_is_here() -> None:
    assert {name.split(":")[0] for name in MADE} == {*filters.FILTERS, *rows.FILTERS} - {"answer"}


@given(st.lists(st.text(alphabet="&<>\"'a\x00")))
def test_texts_are_escaped_each_by_itself(texts: list[str]) -> None:
    parts = [part for text in texts for part in ("<i>", text)]
    assert html(parts) == "".join(f"<i>{escape(text)}" for text in texts)


def test_what_is_safe_is_printed_as_it_is() -> None:
    assert escape(Safe("<i>")) == "<i>"
    assert filters.facts([("a", Safe("<i>"))], "") == "<dt>a</dt><dd><i></dd>\n"
