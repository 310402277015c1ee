"""Charts over closed buckets: numbers as printed, axes, levels and words, worked out by hand."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium import formatting
from allium.model.buckets import SPANS, Span, bucket
from allium.model.history import NO_BUCKETS, PERIODS, UNKNOWN, Buckets, ByPeriod, Period
from allium.pages.parts import chart_axes
from allium.pages.parts.chart_views import Chart, ChartView
from allium.pages.parts.history_charts import (
    traffic_chart,
    traffic_figures,
    uptime_chart,
    uptime_figures,
    weight_chart,
    weight_figures,
)

MBIT = 125_000
"""Bytes per second of one Mbit/s."""


def buckets(period: Period, day: str, values: list[int]) -> ByPeriod:
    """Return the buckets of one period, the first one of which holds a day."""
    year, month, date = map(int, day.split("-"))
    first = bucket(formatting.days(year, month, date), SPANS[period])
    return tuple(Buckets(first, tuple(values)) if name == period else None for name in PERIODS)


def traffic(period: Period, read: list[int], written: list[int], day: str = "2025-11-03") -> Chart:
    directions = buckets(period, day, read), buckets(period, day, written)
    found = traffic_chart(traffic_figures(directions, "bits"), "bits", "the relay")
    assert found is not None
    return found


def uptime(period: Period, values: list[int], day: str = "2025-11-03") -> Chart:
    found = uptime_chart(uptime_figures(buckets(period, day, values), None))
    assert found is not None
    return found


def shown(chart: Chart) -> ChartView:
    return chart.views[chart.chosen]


def cells(view: ChartView) -> list[tuple[str | None, ...]]:
    return list(zip(*(column.values for column in view.columns), strict=True))


def heights(view: ChartView) -> list[tuple[int | None, ...]]:
    return list(zip(*(column.levels for column in view.columns), strict=True))


def test_traffic_is_printed_with_three_digits_in_one_unit() -> None:
    chart = traffic("6_months", [240 * MBIT, 9_995 * MBIT // 1000, 0, 100], [252 * MBIT, 1, 0, 7])
    view = shown(chart)
    assert (view.period, view.unit, view.measure) == ("6 months", "Mbit/s", "weekly average")
    assert view.head == "Week from"
    assert [column.head for column in view.columns] == ["Read, Mbit/s", "Written, Mbit/s"]
    assert cells(view) == [
        ("240", "252"),
        ("10.0", "<0.01"),
        ("0", "0"),
        ("<0.01", "<0.01"),
    ]
    assert view.ticks == ("300", "200", "100", "0")
    assert heights(view) == [(40, 42), (2, 1), (0, 0), (1, 1)]
    assert view.labels[:2] == ("2025-11-03", "2025-11-10")


@pytest.mark.parametrize(
    ("highest", "unit", "ticks"),
    [
        (0, "bit/s", "1 0.8 0.6 0.4 0.2 0"),
        (1, "bit/s", "8 6 4 2 0"),
        (125, "kbit/s", "1 0.8 0.6 0.4 0.2 0"),
        (124_937, "kbit/s", "1000 800 600 400 200 0"),
        (124_938, "Mbit/s", "1 0.8 0.6 0.4 0.2 0"),
        (12 * MBIT, "Mbit/s", "12.5 10 7.5 5 2.5 0"),
        (10**9, "Gbit/s", "8 6 4 2 0"),
    ],
)
def test_an_axis_has_the_unit_of_its_highest_value(highest: int, unit: str, ticks: str) -> None:
    view = shown(traffic("1_year", [0, 0, highest], [0, 0, 0]))
    assert (view.unit, " ".join(view.ticks)) == (unit, ticks)


@given(st.integers(1, 10**12))
def test_a_step_is_the_smallest_of_its_kind_that_reaches_the_top_in_five(highest: int) -> None:
    step = chart_axes.step_of(highest)
    kinds = [
        kind * 10**power for power in range(14) for kind in map(Fraction, ("1", "2", "2.5", "5"))
    ]
    whole = sorted(kind for kind in kinds if kind.denominator == 1)
    assert step == next(kind for kind in whole if -(-highest // kind) <= 5)
    assert 2 <= chart_axes.steps_of(highest, step) <= 5
    assert step * chart_axes.steps_of(highest, step) >= highest


@given(st.lists(st.integers(0, 10**13), min_size=3, max_size=12))
def test_a_rate_is_rounded_once(values: list[int]) -> None:
    view = shown(traffic("1_year", values, values))
    assert view.unit is not None
    size = 1000 ** formatting.BIT_RATES.index(view.unit)
    for text, value in zip(view.columns[0].values, values, strict=True):
        assert text is not None
        rate = Fraction(8 * value, size)
        if text == "<0.01":
            assert 0 < rate < Fraction(1, 200)
        else:
            decimals = len(text.partition(".")[2])
            assert Fraction(text) == Fraction(
                floor(rate * 10**decimals + Fraction(1, 2)), 10**decimals
            )
            assert (
                size == 1
                or not value
                or len(text.replace(".", "").lstrip("0")) >= 3
                or (decimals == 2 and rate < 1)
            )


def test_traffic_in_words_names_the_extremes_and_when_they_were() -> None:
    read = [200 * MBIT, 94 * MBIT, UNKNOWN, 296 * MBIT, 121 * MBIT]
    chart = traffic("6_months", read, read, "2025-12-29")
    assert chart.words == (
        "Over the last 5 weeks the relay read between 94.0\u00a0Mbit/s (week of 2026-01-05) and"
        " 296\u00a0Mbit/s (week of 2026-01-19) on average; in the latest week 121\u00a0Mbit/s."
    )
    assert cells(shown(chart))[2] == (None, None)
    even = traffic("5_years", [MBIT] * 3, [MBIT] * 3)
    assert even.words == (
        "Over the last 3 quarters the relay read 1.00\u00a0Mbit/s on average in each quarter."
    )
    wrote = traffic("1_year", [UNKNOWN] * 3, [1, 2, 3])
    assert wrote.words.startswith(
        "Over the last 3 months the relay wrote between 8\u00a0bit/s (Nov 2025)"
    )


@pytest.mark.parametrize(
    ("lowest", "floor_", "ticks", "level"),
    [
        (999, 90, "100% 97.5% 95% 92.5% 90%", 49),
        (910, 90, "100% 97.5% 95% 92.5% 90%", 5),
        (909, 80, "100% 95% 90% 85% 80%", 27),
        (820, 80, "100% 95% 90% 85% 80%", 5),
        (819, 50, "100% 90% 80% 70% 60% 50%", 32),
        (550, 50, "100% 90% 80% 70% 60% 50%", 5),
        (549, 0, "100% 75% 50% 25% 0%", 27),
        (0, 0, "100% 75% 50% 25% 0%", 0),
    ],
)
def test_an_axis_of_uptimes_starts_where_the_lowest_has_a_tenth(
    lowest: int, floor_: int, ticks: str, level: int
) -> None:
    view = shown(uptime("6_months", [1000, lowest, 1000]))
    assert (view.floor, " ".join(view.ticks)) == (floor_, ticks)
    assert heights(view) == [(50,), (level,), (50,)]
    assert cells(view)[1] == (f"{lowest / 10:.1f}%",)


def test_uptime_in_words_names_the_lowest() -> None:
    assert uptime("6_months", [1000, 988, 1000]).words == "Lowest week: 98.8% (week of 2025-11-10)."
    assert uptime("1_year", [1000, 988, 997]).words == "Lowest month: 98.8% (Dec 2025)."
    assert uptime("5_years", [1000, 988, 0]).words == "Lowest quarter: 0.0% (2026\u00a0Q2)."
    assert uptime("1_month", [1000, 988, 988]).words == "Lowest day: 98.8% (2025-11-05)."
    assert uptime("1_year", [1000] * 3).words == "100.0% in each month."


def test_a_relay_that_stopped_after_all_buckets_is_said_to_have_stopped() -> None:
    weeks = uptime_figures(buckets("6_months", "2025-11-03", [1000] * 3), None)
    sunday = formatting.days(2025, 11, 23)
    for down_from, more in (
        (None, ""),
        (sunday, ""),
        (sunday + 1, " The relay stopped after the last of these weeks."),
    ):
        chart = uptime_chart(weeks, down_from)
        assert chart is not None
        assert chart.words == f"100.0% in each week.{more}"


def test_too_little_is_no_picture() -> None:
    few = buckets("6_months", "2025-11-03", [1, UNKNOWN, 2])
    assert traffic_chart(traffic_figures((few, NO_BUCKETS), "bits"), "bits", "it") is None
    assert uptime_chart(uptime_figures(few, None)) is None
    chart = traffic("1_year", [1, 2, 3], [1, 2, 3])
    assert [bool(view.labels) for view in chart.views] == [False, False, True, False]
    assert chart.chosen == 2


def test_a_direction_that_is_not_known_does_not_hide_the_other() -> None:
    short, long = ([1, 2, 3], "2025-12-01"), ([4] * 6, "2025-11-03")
    directions = [buckets("6_months", day, values) for values, day in (short, long)]
    found = traffic_chart(traffic_figures(directions, "bytes"), "bytes", "it")
    assert found is not None
    assert cells(shown(found)) == [(None, "4")] * 4 + [("1", "4"), ("2", "4"), ("3", None)]
    assert shown(found).unit == "B/s"


@pytest.mark.parametrize(
    ("span", "day", "count", "groups"),
    [
        ("day", "2026-01-15", 31, "15 Jan:4 19 Jan:7 26 Jan:7 2 Feb:7 9 Feb:6"),
        ("day", "2026-01-17", 29, ":2 19 Jan:7 26 Jan:7 2 Feb:7 9 Feb:6"),
        ("week", "2025-08-25", 24, ":1 Sep:5 Oct:4 Nov:4 Dec:5 2026:4 :1"),
        ("month", "2025-11-01", 4, "Nov:1 Dec:1 2026:1 Feb:1"),
        ("quarter", "2021-04-01", 9, "2021:3 2022:4 2023:2"),
    ],
)
def test_buckets_have_groups_below_the_axis(span: Span, day: str, count: int, groups: str) -> None:
    year, month, date = map(int, day.split("-"))
    found = chart_axes.groups(bucket(formatting.days(year, month, date), span), count, span)
    words = " ".join(f"{one.label}:{one.rows}" for one in found)
    assert words.replace(formatting.NO_BREAK, " ") == groups


def test_days_of_an_uptime_end_before_a_given_day() -> None:
    days = buckets("1_month", "2025-11-03", list(range(950, 990)))
    end = formatting.days(2025, 12, 10)
    chart = uptime_chart(uptime_figures(days, end))
    assert chart is not None
    labels = shown(chart).labels
    assert (labels[0], labels[-1], len(labels)) == ("2025-11-09", "2025-12-09", 31)


def test_a_weight_is_printed_with_three_digits_in_each_period_that_is_known() -> None:
    first = bucket(formatting.days(2025, 11, 3), "week")
    weeks = Buckets(first, (12_345, UNKNOWN, 12_350, 9_994, 0))
    chart = weight_chart(weight_figures((weeks, Buckets(8_100, (7, 7)))))
    assert chart is not None
    [view] = chart.views
    assert (view.period, view.measure, view.head) == ("6 months", "weight by week", "Week from")
    assert cells(view) == [("12\u202f300",), (None,), ("12\u202f400",), ("9\u202f990",), ("0",)]
    assert view.ticks[0] == "12\u202f500"
    assert view.ticks[-2:] == ("2\u202f500", "0")
    assert heights(view) == [(49,), (None,), (50,), (40,), (0,)]
    assert chart.words == (
        "Over the last 5 weeks it was between 0 (week of 2025-12-01) and 12\u202f400"
        " (week of 2025-11-17) on average; in the latest week 0."
    )


def test_a_weight_of_quarters_alone_is_shown_by_itself() -> None:
    chart = weight_chart(weight_figures((None, Buckets(8_100, (7, 7, 7)))))
    assert chart is not None
    assert [view.labels[0] for view in chart.views] == ["2025\u00a0Q1"]
    assert chart.words == "Over the last 3 quarters it was 7 on average in each quarter."
    assert weight_chart(weight_figures((Buckets(2_923, (1, 2)), None))) is None


def test_weights_of_six_digits_are_thousands_beside_the_chart() -> None:
    chart = weight_chart(weight_figures((Buckets(2_923, (7, 123_456, 90_000)), None)))
    assert chart is not None
    assert chart.views[0].ticks == ("125k", "100k", "75k", "50k", "25k", "0")
    assert chart.views[0].columns[0].values[1] == "123\u202f000"
