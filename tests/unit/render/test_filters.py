"""Whatever a view holds, filters escape it; markup is theirs alone."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from msgspec.structs import replace

from allium.pages.parts.chart_views import (
    Chart,
    ChartColumn,
    ChartView,
    Histogram,
    HistogramBar,
    LabelGroup,
)
from allium.pages.parts.page_base import (
    Badge,
    FindingText,
    Link,
    RelayRow,
    RelayTable,
    Share,
    Slice,
    SourcePlace,
    Tile,
    Verdict,
    When,
)
from allium.pages.parts.tables import (
    Chip,
    EntryTable,
    FlagRow,
    FlagStrip,
    Found,
    Heading,
    PeriodRow,
    Requirement,
    Row,
)
from allium.render import cards, charts, filters, rows
from allium.render.filters import Isolated, Safe, html

BAD = "\"'><script>&amp;<b"
TO = Link(text=BAD, path=BAD)
BARE = Link(text=BAD)
TIME = When(text=BAD, machine=BAD)
STATE = Badge(text=BAD, colour="off")
RELAY = {
    "relay": TO,
    "operator": BARE,
    "down_since": TIME,
    "weight": BAD,
    "bandwidth": BAD,
    "harms": (BAD,),
    "flags": BAD,
    "country": TO,
    "network": TO,
    "as_name": BAD,
    "version": BARE,
    "version_note": STATE,
    "first_seen": TO,
    "aroi": STATE,
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
HISTOGRAM = Histogram(id=BAD, title=BAD, bars=(HistogramBar(label=BAD, value=BAD, level=3),) * 2)
FINDING = FindingText(
    severity=BAD,
    colour="crit",
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
    "how": cards.how("overload", "../", BAD, BAD),
    "bar": cards.bar(BAD, "overload", "overload", "../"),
    "badge": filters.badge(STATE),
    "tiles": cards.tiles((Tile(label=BAD, value=BAD, remark=BAD, level=3),) * 2, BAD),
    "chips": cards.chips(
        FlagStrip(held_now=True, held=(Chip(flag=TO, harm=True),), lacking=(BAD,), remark=BAD),
        BAD,
    ),
    "codes": filters.facts([(BAD, filters.codes((BAD, BAD)))], BAD),
    "verdict": cards.verdict(Verdict(text=BAD, colour="good")),
    "stack": cards.stack((Slice(name=TO, value=BAD, colour="k1", level=50),), BAD),
    "hist": cards.hist(HISTOGRAM, BAD, BAD),
    "said": escape(filters.said(BAD)),
    "listed": filters.listed((BAD, BAD)),
    "chart": charts.chart(CHART),
    "chart: uptime": charts.chart(replace(CHART, look="up")),
    "findings": cards.findings((FINDING, FINDING), BAD),
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


WITHOUT_MARKUP = {"answer", "remarked", "badged"}
"""Filters of values, which others print."""
ATTRIBUTES = {
    *("href", "class", "scope", "datetime", "title", "id", "role", "aria-hidden", "aria-label"),
    *("type", "name", "for", "checked"),
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
        assert {name for name, _ in attrs} <= ATTRIBUTES
        self.words += [value or "" for name, value in attrs if name == "aria-label"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_hostile_text_is_printed_and_never_becomes_markup(name: str) -> None:
    read = Read(str(MADE[name]))
    made_of_bold = name.startswith(("relay_rows", "stack", "flag_rows"))
    assert not {"script", "b"} - {"b" if made_of_bold else ""} & set(read.tags)
    assert BAD in "".join(read.words)
    assert not re.search(r"<script|&amp;lt;|&lt;/?(?:td|tr|a|li|dd|p|bdi)\b", str(MADE[name]))


def test_every_filter_that_makes_markup_is_here() -> None:
    known = {name for module in (cards, charts, filters, rows) for name in module.FILTERS}
    assert {name.split(":")[0] for name in MADE} == known - WITHOUT_MARKUP


@given(st.lists(st.text(alphabet="&<>\"'a\x00")))
def test_texts_are_escaped_each_by_itself(texts: list[str]) -> None:
    parts = [part for text in texts for part in ("<i>", text)]
    assert html(parts) == "".join(f"<i>{escape(text)}" for text in texts)


def test_what_is_safe_is_printed_as_it_is() -> None:
    assert escape(Safe("<i>")) == "<i>"
    assert filters.facts([("a", Safe("<i>"))], "") == "<div><dt>a<dd><i></div>\n"


def test_a_bar_shows_each_share_relative_to_that_of_the_first_row() -> None:
    shares = ("8.00%", "2.00%", "<0.01%", "0%", "None")
    table = EntryTable(
        caption="c",
        columns=(Heading(label="Weight", number=True, metered=True),),
        rows=tuple(Row(name=BARE, cells=(share,)) for share in shares),
    )
    assert re.findall(r"meter l(\d+)", rows.entry_rows(table, "")) == ["50", "13", "1", "0", "0"]
    small = replace(table, rows=table.rows[2:])
    assert re.findall(r"meter l(\d+)", rows.entry_rows(small, "")) == ["1", "0", "0"]
