"""One relay's history, reduced to sums; what is malformed is absent and counted."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from allium.analysis.uptime import percent
from allium.model.history import UNKNOWN, Bandwidth, Mean, Uptime
from allium.sources import histories


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
    return histories.uptime(Raw(msgspec.json.encode({"uptime": {period: graph(**fields)}})))


def bandwidth(**record: Any) -> Bandwidth:
    return histories.bandwidth(Raw(msgspec.json.encode(record)))


def test_known_values_are_added_and_counted() -> None:
    found = uptime()
    assert (found.running, found.errors) == ({"1_year": Mean(1500, 5)}, 0)


def test_months_are_those_of_the_values_first_moments() -> None:
    assert uptime().months == {"2026-01": Mean(999, 2), "2026-02": Mean(501, 3)}


def test_months_come_from_the_longest_fine_history() -> None:
    record = {"uptime": {"1_month": graph(), "6_months": graph(first="2025-09-01 00:00:00")}}
    found = histories.uptime(Raw(msgspec.json.encode(record)))
    assert list(found.months) == ["2025-09"]


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
    assert found.running["1_year"].total == total
    assert found.errors == errors


@pytest.mark.parametrize(
    ("value", "average"), [pytest.param(1000, 100, id="A9"), pytest.param(-3, 0, id="A10")]
)
def test_a_value_out_of_range_counts_as_the_nearest_in_range(value: int, average: int) -> None:
    assert percent(uptime(values=[value] * 30).running["1_year"]) == average


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
        {"factor": 0},
        {"factor": -1},
        {"factor": 1e300},
        {"values": [1] * 4_001},
    ],
)
def test_a_history_that_cannot_be_understood_is_absent(fields: dict[str, Any]) -> None:
    assert uptime(**fields).running == {}


@pytest.mark.parametrize("body", [b"7", b"[]", b'{"uptime":7}', b'{"uptime":[]}', b"\xff", b"{"])
def test_a_record_that_cannot_be_understood_is_empty_and_counted(body: bytes) -> None:
    assert histories.uptime(Raw(body)) == Uptime(errors=1)


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
    found = bandwidth(read_history={"6_months": graph(factor=2.5)})
    assert found.days is not None
    assert found.days.numbers == (0, 999, UNKNOWN, 500, 1, 0)
    assert bandwidth(read_history={"6_months": graph(interval=3600)}).days is None


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
names = st.sampled_from(["uptime", "flags", "read_history", "overload_fd_exhausted", "6_months"])


@given(st.dictionaries(names, json | st.dictionaries(names, json)))
def test_no_record_stops_the_build(record: dict[str, Any]) -> None:
    body = Raw(msgspec.json.encode(record))
    assert histories.uptime(body).errors >= 0
    assert histories.bandwidth(body).errors >= 0
