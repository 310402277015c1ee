"""Closed buckets of a history, against the same worked out with dates and fractions."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from allium import formatting
from allium.model.buckets import SPANS, Span, bucket, first_day
from allium.model.history import LARGEST, PERIODS, UNKNOWN, Buckets, ByPeriod, Period
from allium.sources.onionoo import history_record
from tests.support.histories import graph

EPOCH = date(1970, 1, 1)
MOST = {"day": 45, "week": 26, "month": 12, "quarter": 20}
SOURCES = {"day": "6_months", "week": "6_months", "month": "1_year", "quarter": "5_years"}
INTERVALS = {"6_months": (43_200, 86_400), "1_year": (172_800,), "5_years": (864_000,)}


def beginning(day: date, span: Span) -> date:
    """Return the first day of the bucket of a day."""
    if span == "day":
        return day
    if span == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1, month=day.month if span == "month" else (day.month - 1) // 3 * 3 + 1)


def expected(document: dict[str, Any], span: Span, unit: int = 1) -> dict[date, int | None]:
    """Return the means of the closed buckets of a history, by their first days."""
    middle = datetime.fromisoformat(document["first"]).replace(tzinfo=UTC)
    found: dict[date, list[int | None]] = defaultdict(list)
    for at, value in enumerate(document["values"]):
        moment = middle + timedelta(seconds=at * document["interval"])
        found[beginning(moment.date(), span)].append(value)
    closed = sorted(found)[1:-1][-MOST[span] :]
    factor = Fraction(json.dumps(document["factor"])) * unit
    means = {}
    for day in closed:
        known = [value for value in found[day] if value is not None]
        mean = Fraction(sum(known), len(known)) * factor if known else None
        means[day] = None if mean is None else min(floor(mean + Fraction(1, 2)), LARGEST)
    while means and next(iter(means.values())) is None:
        del means[next(iter(means))]
    return means


def dated(buckets: Buckets | None, span: Span) -> dict[date, int | None]:
    if buckets is None:
        return {}
    return {
        EPOCH + timedelta(days=first_day(number, span)): None if value == UNKNOWN else value
        for number, value in enumerate(buckets.values, start=buckets.first)
    }


def read(graphs: dict[str, Any]) -> ByPeriod:
    record = json.dumps({"read_history": graphs, "write_history": graphs}).encode()
    found, written = history_record.bandwidth(Raw(record)).directions
    assert found == written
    return found


def ran(graphs: dict[str, Any]) -> ByPeriod:
    return history_record.uptime(Raw(json.dumps({"uptime": graphs}).encode())).buckets


values = st.lists(st.one_of(st.integers(0, 999), st.none()), min_size=1, max_size=400)
moments = st.integers(430_000, 490_000).map(lambda hour: formatting.time_of(hour * 3600))


@given(st.sampled_from(PERIODS), values, moments, st.integers(0, 10**12), st.integers(0, 9))
@example("1_month", [0, 0, 638, 0], "2019-01-20 16:00:00", 882_366_698_153, 0)
def test_a_bucket_is_the_mean_of_its_known_values_times_the_factor(
    period: Period, numbers: list[int | None], first: str, factor: int, decimals: int
) -> None:
    span = SPANS[period]
    source = SOURCES[span]
    interval = INTERVALS[source][0]
    document = graph(numbers, repr(factor / 10**decimals), first, interval)
    found = read({source: document})[PERIODS.index(period)]
    assert dated(found, span) == expected(document, span)


@given(st.sampled_from(PERIODS), values, moments)
def test_an_uptime_is_in_thousandths_of_the_time(
    period: Period, numbers: list[int | None], first: str
) -> None:
    span = SPANS[period]
    document = graph(numbers, first=first, interval=INTERVALS[SOURCES[span]][0])
    found = ran({SOURCES[span]: document})[PERIODS.index(period)]
    assert dated(found, span) == expected(document, span, 1000)


@given(st.sampled_from(PERIODS), values, moments, st.one_of(st.integers(0, 999), st.none()))
@settings(max_examples=300)
def test_a_closed_bucket_stays_as_it_is_when_an_interval_is_added(
    period: Period, numbers: list[int | None], first: str, new: int | None
) -> None:
    span = SPANS[period]
    source, interval = SOURCES[span], INTERVALS[SOURCES[span]][-1]
    later = (datetime.fromisoformat(first) + timedelta(seconds=interval)).isoformat(" ")
    place = PERIODS.index(period)
    before = dated(read({source: graph(numbers, "1", first, interval)})[place], span)
    for after in (
        read({source: graph([*numbers, new], "1", first, interval)}),
        read({source: graph([*numbers[1:], new], "1", later, interval)}),
    ):
        shown = dated(after[place], span)
        assert {day: shown[day] for day in shown.keys() & before.keys()} == {
            day: before[day] for day in shown.keys() & before.keys()
        }
        assert not before or not shown or max(shown) >= max(before)


def test_days_come_from_six_months_and_else_from_one_month() -> None:
    long, short = graph([7] * 20, "1"), graph([9] * 20, "1")
    for graphs, value in (
        ({"6_months": long, "1_month": short}, 7),
        ({"1_month": short}, 9),
        ({"6_months": graph([7] * 20, "1", interval=172_800), "1_month": short}, 9),
    ):
        days = read(graphs)[0]
        assert days is not None
        assert set(days.values) == {value}
    assert read({"1_year": long, "5_years": long})[:2] == (None, None)


def test_a_history_within_two_buckets_has_no_closed_one() -> None:
    assert read({"6_months": graph([1, 2], "1")}) == (None,) * 4
    assert read({"6_months": graph([1, 2, 3], "1")})[1] is None
    assert read({"6_months": graph([None] * 90, "1")}) == (None,) * 4


def test_an_impossible_rate_is_the_largest_there_is() -> None:
    days = read({"6_months": graph([999] * 9, "1e25")})[0]
    assert days is not None
    assert set(days.values) == {LARGEST}


def test_an_uptime_is_never_above_all_the_time() -> None:
    days = ran({"6_months": graph([999] * 9, "0.5")})[0]
    assert days is not None
    assert set(days.values) == {1000}


@given(st.integers(0, 40_000), st.sampled_from(sorted(SPANS.values())))
def test_buckets_follow_one_another_as_the_calendar_has_them(day: int, span: Span) -> None:
    number = bucket(day, span)
    assert EPOCH + timedelta(first_day(number, span)) == beginning(EPOCH + timedelta(day), span)
    assert bucket(first_day(number + 1, span), span) == number + 1
    assert bucket(first_day(number + 1, span) - 1, span) == number


@given(st.integers(0, 10**5), st.lists(st.integers(-1, 2**63 - 1)), st.integers(), st.integers())
def test_a_part_of_buckets_has_the_values_that_are_known(
    first: int, numbers: list[int], start: int, size: int
) -> None:
    buckets = Buckets(first, tuple(numbers))
    begin, count = first + start % 40 - 20, size % 40
    known = dict(enumerate(numbers, start=first))
    wanted = [known.get(number, UNKNOWN) for number in range(begin, begin + count)]
    assert buckets.between(begin, begin + count) == wanted
