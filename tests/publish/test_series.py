"""The figures of the network over time, from hours that were published."""

from allium.pages import network_history
from allium.pages.parts.chart_views import ChartView
from allium.publish.series import DAY, DAYS, HOUR_DAYS, Series, StatusFigures, figures

START = 20_500 * DAY
"""2026-02-16, a Monday."""


def published(hours: range, value: int = 100) -> Series:
    series = Series()
    for hour in hours:
        series = series.with_hour(START + 3600 * hour, {"running": value + hour})
    return series


def shown(series: Series) -> list[ChartView]:
    hours = [(hour.moment, hour.values) for hour in series.hours]
    days = [(day.day, day.means) for day in series.days]
    chart = network_history.build(hours, days, "bits").charts[0]
    return list(chart.views)


def test_a_day_is_the_mean_of_its_hours() -> None:
    series = published(range(48))
    assert [(day.day, day.means["running"]) for day in series.days] == [
        (20_500, 112),
        (20_501, 136),
    ]


def test_hours_are_forgotten_after_a_week_and_their_days_stay_as_they_were() -> None:
    series = published(range(24 * 20))
    assert len(series.hours) <= 24 * (HOUR_DAYS + 1)
    assert series.days[0].counts == {"running": 24}
    assert [day.means["running"] for day in series.days] == [112 + 24 * day for day in range(20)]


def test_days_are_forgotten_after_two_years() -> None:
    series = Series()
    for day in range(DAYS + 50):
        series = series.with_hour(START + DAY * day, {"running": 1})
    assert len(series.days) <= DAYS + 1


def test_a_time_that_is_published_again_counts_once() -> None:
    once = published(range(30))
    again = once.with_hour(START + 3600 * 29, {"running": 129})
    assert again == once


def test_a_time_that_was_later_goes_when_data_goes_back() -> None:
    series = published(range(30)).with_hour(START + 3600 * 10, {"running": 5})
    assert [hour.values["running"] for hour in series.hours][-2:] == [109, 5]


def test_the_last_bucket_is_not_over_and_not_shown() -> None:
    week, quarter, years = shown(published(range(24 * 2 + 1)))
    assert week.labels[0] == "2026-02-16 00:00"
    assert [value for value in week.columns[0].values if value] == [
        str(100 + round(2.5 + 6 * place + 0.01)) for place in range(8)
    ]
    assert quarter.labels == years.labels == ()


def test_shares_are_of_what_runs_and_of_all_weight() -> None:
    status = StatusFigures(
        counts={"running": 3},
        totals={
            "recommended": 1,
            "consensus_weight": 8,
            "largest_network_weight": 1,
            "exits": 2,
            "ipv6": 2,
            "joined": 4,
            "left": 5,
            "guard_bandwidth": 6,
            "exit_bandwidth": 7,
            "hsdir": 8,
            "series_0.4.9": 9,
        },
    )
    assert figures(status) == {
        "ipv6": 6667,
        "joined": 4,
        "left": 5,
        "guard_bandwidth": 6,
        "exit_bandwidth": 7,
        "hsdir": 8,
        "series_0.4.9": 9,
        "recommended": 3333,
        "largest_network": 1250,
        "exits": 2,
        "running": 3,
    }


def test_the_two_series_of_most_relays_at_last_have_a_chart() -> None:
    values = {"running": 9, "series_0.4.7": 1, "series_0.4.8": 5, "series_0.4.9": 3}
    hours = [(START + 3600 * hour, values) for hour in range(48)]
    page = network_history.build(hours, [], "bits")
    chart = next(one for one in page.charts if one.id == "series")
    assert chart.series == ("Tor 0.4.8", "Tor 0.4.9")
    assert {one.values[-1] for one in chart.views[0].columns} == {"5", "3"}
    alone = [(moment, {"running": 9, "series_0.4.8": 5}) for moment, _ in hours]
    assert all(one.id != "series" for one in network_history.build(alone, [], "bits").charts)


def test_a_month_that_is_over_has_the_averages_of_its_days() -> None:
    begun = {"running": 1_000, "bandwidth": 125_000}
    days = [(20_454 + day, {"running": 100 + day, "recommended": 9_950}) for day in range(31)]
    page = network_history.build([], [*days, (20_485, begun)], "bits")
    # January 2026 has 31 days: the mean of 100 to 130 is 115; February is not over.
    assert [(row.month, row.values) for row in page.months] == [
        ("2026-01", ("115", None, None, None, None, None, "99.50%"))
    ]
    page = network_history.build([], [(20_454, begun), (20_485, begun)], "bytes")
    assert page.months[0].values[:4] == ("1\u202f000", None, None, "125\u00a0kB/s")
