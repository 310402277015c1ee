"""One relay's history, reduced to sums; what is malformed is absent and counted."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from allium import formatting
from allium.analysis.history.throughput import Volume, relay_volume
from allium.analysis.history.uptime import percent, percentage
from allium.model.buckets import first_day
from allium.model.history import UNKNOWN, WHOLE, Bandwidth, Buckets, Mean, Uptime, Weights
from allium.sources.onionoo import history_record


def graph(**fields: Any) -> dict[str, Any]:
    known = {
        "first": "2026-01-30 12:00:00",
        "last": "2026-02-04 12:00:00",
        "interval": 86_400,
        "factor": 0.001,
        "count": 6,
        "values": [0, 999, None, 500, 1, 0],
    }
    return {name: value for name, value in (known | fields).items() if value is not None}


def uptime(period: str = "1_year", **fields: Any) -> Uptime:
    return history_record.uptime(Raw(msgspec.json.encode({"uptime": {period: graph(**fields)}})))


def bandwidth(**record: Any) -> Bandwidth:
    return history_record.bandwidth(Raw(msgspec.json.encode(record)))


def thousandths(total: int, count: int) -> Mean:
    """Return known values that come to so many thousandths, which is the factor of `graph`."""
    return Mean(total * WHOLE // 1000, count)


def test_known_values_are_added_and_counted() -> None:
    found = uptime()
    assert (found.running, found.errors) == ({"1_year": thousandths(1500, 5)}, 0)


def test_flags_are_multiplied_by_the_factor_of_their_history() -> None:
    half = graph(values=[999] * 60, count=60, factor=1 / 1998)
    record = {"uptime": {"1_year": half}, "flags": {"Guard": {"1_year": half}}}
    found = history_record.uptime(Raw(msgspec.json.encode(record)))
    assert percentage(found.running["1_year"]) == percentage(found.flags["Guard"]["1_year"]) == 50


def test_each_history_has_a_factor_of_its_own() -> None:
    record = {
        "uptime": {
            "1_month": graph(values=[999, 0] * 15, count=30, factor=1 / 999),
            "1_year": graph(values=[999] * 30, count=30, factor=1 / 1998),
        }
    }
    found = history_record.uptime(Raw(msgspec.json.encode(record))).running
    assert percentage(found["1_month"]) == percentage(found["1_year"]) == 50


@pytest.mark.parametrize("factor", [0, 0.0, -0.0])
def test_a_factor_of_nothing_is_a_history_of_zeros(factor: float) -> None:
    zeros = graph(values=[0] * 40, count=40, factor=factor)
    found = history_record.uptime(Raw(msgspec.json.encode({"uptime": {"1_year": zeros}})))
    assert found.running == {"1_year": Mean(0, 40)}
    assert (found.began, found.errors) == (None, 0)
    moved = relay_volume(bandwidth(read_history={"1_year": zeros}, write_history={}))
    assert moved == Volume(0, "1_year")


def test_a_record_with_flags_alone_has_the_uptime_of_the_flag_running() -> None:
    record = {"flags": {"Running": {"1_year": graph()}, "Guard": {"6_months": graph()}}}
    found = history_record.uptime(Raw(msgspec.json.encode(record)))
    assert found.running == {"1_year": thousandths(1500, 5)}
    assert found.flags["Guard"] == {"6_months": thousandths(1500, 5)}
    assert (found.began is not None, found.errors) == (True, 0)


def test_a_wrong_part_of_a_record_costs_only_itself() -> None:
    good = {"1_year": graph()}
    for wrong in (
        {"uptime": 7, "flags": {"Guard": good}},
        {"uptime": None, "flags": {"Guard": good}},
        {"uptime": good, "flags": {"Guard": good, "no flag": good}},
        {"uptime": good, "flags": {"Guard": good, "Exit": [good]}},
    ):
        found = history_record.uptime(Raw(msgspec.json.encode(wrong)))
        assert found.flags == {"Guard": {"1_year": thousandths(1500, 5)}}
        assert found.errors == 1


@pytest.mark.parametrize(
    ("graphs", "start"),
    [
        pytest.param({"1_year": {}}, "2026-01-31 00:00:00", id="the first value is a zero"),
        pytest.param(
            {"5_years": {"first": "2022-12-29 00:00:00", "interval": 864_000, "values": [1, 2]}},
            "2022-12-24 00:00:00",
            id="half an interval before the middle",
        ),
        pytest.param(
            {
                "1_month": {"values": [3, 3]},
                "6_months": {"first": "2025-09-01 06:00:00", "interval": 43_200, "values": [1, 2]},
            },
            "2025-09-01 00:00:00",
            id="the longest history",
        ),
        pytest.param(
            {"1_month": {"values": [3, 3]}, "5_years": {"values": [0, 0], "factor": 0}},
            "2026-01-30 00:00:00",
            id="not one of zeros",
        ),
    ],
)
def test_a_history_begins_with_the_first_interval_in_which_the_relay_ran(
    graphs: dict[str, dict[str, Any]], start: str
) -> None:
    record = {"uptime": {name: graph(**fields) for name, fields in graphs.items()}}
    began = history_record.uptime(Raw(msgspec.json.encode(record))).began
    assert began is not None
    assert formatting.time_of(began[0]) == start


@pytest.mark.parametrize(
    "body",
    [
        b'{"first":"9999-12-31 23:59:59","interval":864000,"factor":0.001,"values":[1,2]}',
        b'{"first":"2199-12-31 00:00:00","interval":2147483647,"factor":0.001,"values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":2147483647,"factor":0.001,"values":[1,2,3]}',
        b'{"first":"2000-01-01 00:00:00","interval":2147483647,"factor":0.001,"values":[1]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":NaN,"values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":"NaN","values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":"sNaN","values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":"Infinity","values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":"-Infinity","values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":1e999,"values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":1e9999999999999,"values":[1]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":-0.001,"values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":%s,"values":[1]}'
        % (b"9" * 5000),
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":0.%s,"values":[1]}'
        % (b"9" * 5000),
        b'{"first":"2026-01-30 12:00:00","interval":1e400,"factor":0.001,"values":[1,2]}',
        b'{"first":"2026-01-30 12:00:00","interval":86400,"factor":0.001,"values":[1e400]}',
    ],
)
def test_an_impossible_history_costs_only_itself(body: bytes) -> None:
    good = msgspec.json.encode(graph())
    found = history_record.uptime(Raw(b'{"uptime":{"1_month":%s,"1_year":%s}}' % (good, body)))
    assert list(found.running) == ["1_month"]
    carried = history_record.bandwidth(
        Raw(b'{"read_history":{"6_months":%s,"1_year":%s},"write_history":{}}' % (good, body))
    )
    assert list(carried.read) == ["6_months"]
    assert found.errors == carried.errors == 1


@pytest.mark.parametrize(
    ("values", "total", "errors"),
    [
        ([1000, 1], 1000, 1),
        ([-3, 1], 1, 1),
        ([5.0, 1], 6, 1),
        ([5.5, 1], 1, 1),
        (["5", 1], 1, 1),
        ([True, 1], 1, 1),
        ([10**30, 1], 1000, 1),
    ],
)
def test_a_value_that_is_wrong_is_clamped_or_unknown(
    values: list[object], total: int, errors: int
) -> None:
    found = uptime(values=values, count=2)
    assert found.running["1_year"].total == total * WHOLE // 1000
    assert found.errors == errors


@pytest.mark.parametrize(
    ("value", "average"), [pytest.param(1000, 100, id="A9"), pytest.param(-3, 0, id="A10")]
)
def test_a_value_out_of_range_counts_as_the_nearest_in_range(value: int, average: int) -> None:
    found = uptime(values=[value] * 30, factor=1 / 999).running["1_year"]
    assert percent(found) == average


@pytest.mark.parametrize(
    "fields",
    [
        {"values": "none"},
        {"values": {}},
        {"first": "yesterday"},
        {"first": "2026-02-30 00:00:00"},
        {"first": "0001-01-01 00:00:00"},
        {"first": "9999-01-01 00:00:00"},
        {"interval": 0},
        {"interval": -1},
        {"interval": 2**40},
        {"factor": "much"},
        {"factor": -1},
        {"factor": 1e300},
        {"values": [1] * 4_001},
    ],
)
def test_a_history_that_cannot_be_understood_is_absent(fields: dict[str, Any]) -> None:
    assert uptime(**fields).running == {}


@pytest.mark.parametrize("body", [b"7", b"[]", b'{"uptime":7}', b'{"uptime":[]}', b"\xff", b"{"])
def test_a_record_that_cannot_be_understood_is_empty_and_counted(body: bytes) -> None:
    assert history_record.uptime(Raw(body)) == Uptime(errors=1)


def test_a_count_that_is_not_that_of_the_values_is_noted() -> None:
    assert uptime(count=99).errors == 1


def test_a_period_nobody_knows_is_ignored() -> None:
    assert uptime("3_days").running == {}


def test_overload_counts_only_when_a_limit_was_hit() -> None:
    limits = {"timestamp": 1_770_000_000_000, "rate-limit": 1, "burst-limit": 1}
    hit = bandwidth(overload_ratelimits=limits | {"read-count": 0, "write-count": 3})
    idle = bandwidth(overload_ratelimits=limits | {"read-count": 0, "write-count": 0})
    underscored = bandwidth(overload_ratelimits=limits | {"read_count": 2, "write_count": 0})
    assert hit.rate_limited == underscored.rate_limited == 1_770_000_000_000
    assert idle.rate_limited is None


def test_exhausted_file_descriptors_have_a_time() -> None:
    assert bandwidth(overload_fd_exhausted={"timestamp": 5}).file_descriptors == 5
    broken = bandwidth(overload_fd_exhausted={"timestamp": "now"})
    assert (broken.file_descriptors, broken.errors) == (None, 1)


def test_days_come_from_six_months_of_days() -> None:
    found = bandwidth(read_history={"6_months": graph(factor=2.5)}).days
    assert found is not None
    assert found.values == (0, 999, UNKNOWN, 500, 1, 0)
    assert bandwidth(read_history={"6_months": graph(interval=3600)}).days is None


def weights(**record: Any) -> Weights:
    return history_record.weights(Raw(msgspec.json.encode(record)))


WEEKS: dict[str, Any] = {
    "first": "2026-01-02 12:00:00",
    "values": [900, None, None, *[100] * 7, *[200] * 6, None, 900],
    "count": 18,
}
"""From a Friday on: three days, of which only the first is known, two whole weeks, and a day."""
QUARTERS: dict[str, Any] = {
    "first": "2025-09-25 00:00:00",
    "interval": 864_000,
    "values": [9, *[4] * 9, 7, 9],
    "count": 12,
}
"""From 25 September on, each ten days; nine of them lie in the fourth quarter."""


def test_a_weight_is_that_of_closed_weeks_and_quarters() -> None:
    months, years = graph(**WEEKS, factor=2.5), graph(**QUARTERS, factor=100)
    found = weights(consensus_weight={"6_months": months, "5_years": years})
    week, quarter = 2923, 2025 * 4 + 3
    assert found.buckets == (Buckets(week, (250, 500)), Buckets(quarter, (400,)))
    assert formatting.day_of(first_day(week, "week")) == "2026-01-05"
    assert found.errors == 0


def test_a_share_and_the_probabilities_are_averages_of_closed_buckets() -> None:
    half = {"6_months": graph(**WEEKS, factor=0.00001)}
    never = {"6_months": graph(first=WEEKS["first"], values=[0] * 18, factor=0.0, count=18)}
    found = weights(
        consensus_weight_fraction=half, guard_probability=never, middle_probability=half
    )
    nothing = Mean()
    # 100 and 200 hundred-thousandths are one and two millions of billionths.
    assert found.share == found.middle == (Mean(1_000_000 + 2_000_000, 2), nothing)
    assert found.guard == (Mean(0, 2), nothing)
    assert found.exit == (nothing, nothing)


def test_of_a_record_of_weights_the_part_that_is_used_is_that_of_the_longer_periods() -> None:
    long = {"6_months": graph(**WEEKS), "5_years": graph(**QUARTERS)}
    one = {"consensus_weight": long | {"1_week": graph()}, "guard_probability": long}
    two = {"consensus_weight": long | {"1_month": graph(values=[1])}, "guard_probability": long}
    three = {"consensus_weight": long, "exit_probability": long}
    first, second, third = (
        history_record.weights_part(Raw(msgspec.json.encode(record)))
        for record in (one, two, three)
    )
    assert first == second
    assert first != third
    broken = Raw(b'{"consensus_weight":7}')
    assert history_record.weights_part(broken) == bytes(broken)


def test_a_wrong_part_of_a_record_of_weights_costs_only_itself() -> None:
    good = {"6_months": graph(**WEEKS)}
    right = weights(consensus_weight=good)
    found = weights(consensus_weight=good, guard_probability=7, exit_probability={"6_months": 7})
    assert (found.closed, found.errors) == (right.closed, 2)
    assert history_record.weights(Raw(b"7")) == Weights(errors=1)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
names = st.sampled_from(
    [
        *("uptime", "flags", "read_history", "overload_fd_exhausted", "6_months"),
        *("consensus_weight", "guard_probability"),
    ]
)


@given(st.dictionaries(names, json | st.dictionaries(names, json)))
def test_no_record_stops_the_build(record: dict[str, Any]) -> None:
    body = Raw(msgspec.json.encode(record))
    assert history_record.uptime(body).errors >= 0
    assert history_record.bandwidth(body).errors >= 0
    assert history_record.weights(body).errors >= 0
