"""Closed buckets of several relays together."""

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.history.closed_buckets import average, days_end, together
from allium.model.buckets import bucket, first_day
from allium.model.history import NO_BUCKETS, UNKNOWN, Buckets, ByPeriod


def weeks(first: int, *values: int) -> ByPeriod:
    return (None, Buckets(first, tuple(values)), None, None)


def days(first: int, *values: int) -> ByPeriod:
    return (Buckets(first, tuple(values)), None, None, None)


def known(found: ByPeriod, place: int = 1) -> tuple[int, tuple[int, ...]] | None:
    buckets = found[place]
    return None if buckets is None else (buckets.first, buckets.values)


def test_what_relays_carried_is_added_bucket_by_bucket() -> None:
    relays = [weeks(10, 1, UNKNOWN, 3), weeks(10, 10, 20, 30), weeks(11, 200, 300)]
    assert known(together(relays)) == (10, (11, 220, 333))
    assert known(average(relays)) == (10, (6, 110, 111))


def test_a_bucket_that_no_relay_knows_is_unknown() -> None:
    assert known(together([weeks(1, 5, UNKNOWN, 6), weeks(1, 7, UNKNOWN, 8)])) == (
        1,
        (12, UNKNOWN, 14),
    )
    assert together([]) == together([NO_BUCKETS]) == NO_BUCKETS


def test_the_first_buckets_are_left_out_while_most_relays_are_missing() -> None:
    young = [weeks(12, 1, 1)] * 3
    assert known(together([weeks(11, 5, 5, 5), *young])) == (12, (8, 8))
    assert known(together([weeks(11, 5, 5, 5), weeks(12, 1, 1)])) == (11, (5, 6, 6))


def test_a_bucket_is_shown_once_all_relays_have_closed_it_but_those_that_are_gone() -> None:
    def known_to(day: int, week: int) -> ByPeriod:
        return (Buckets(day - 3, (1, 1, 1)), Buckets(week - 3, (2, 2, 2)), None, None)

    early, late, gone = known_to(100, 15), known_to(98, 14), known_to(97, 13)
    found = together([early, late])
    assert known(found, 0) == (95, (1, 1, 2))
    assert known(found) == (11, (2, 4, 4))
    found = together([early, gone])
    assert known(found, 0) == (94, (1, 1, 1, 1, 1, 1))
    assert known(found) == (10, (2, 2, 4, 2, 2))


def test_no_more_buckets_are_kept_than_are_shown() -> None:
    found = known(together([weeks(0, *range(40)), weeks(30, *[1] * 10)]))
    assert found is not None
    assert (found[0], len(found[1])) == (14, 26)


relays = st.lists(
    st.tuples(st.integers(0, 9), st.lists(st.integers(-1, 10**12), min_size=1, max_size=30)),
    min_size=1,
    max_size=6,
)


@given(relays)
def test_sums_and_means_are_those_of_the_known_values(
    histories: list[tuple[int, list[int]]],
) -> None:
    every = [weeks(first, *values) for first, values in histories]
    sums, means = together(every)[1], average(every)[1]
    if sums is None or means is None:
        assert all(value == UNKNOWN for _, values in histories for value in values)
        return
    assert (sums.first, sums.end) == (means.first, means.end)
    for number, total, mean in zip(
        range(sums.first, sums.end), sums.values, means.values, strict=True
    ):
        values = [
            values[number - first]
            for first, values in histories
            if first <= number < first + len(values) and values[number - first] != UNKNOWN
        ]
        assert total == (sum(values) if values else UNKNOWN)
        exact = floor(Fraction(sum(values), len(values)) + Fraction(1, 2)) if values else UNKNOWN
        assert mean == exact


def test_days_of_the_uptime_end_with_those_of_the_traffic() -> None:
    monday = first_day(bucket(20_000, "week"), "week")
    week = bucket(monday, "week")
    uptime = (Buckets(monday - 20, (*[1000] * 25,)), Buckets(week - 3, (*[1000] * 3,)), None, None)
    read, written = days(monday - 9, *[1] * 12), days(monday - 9, *[1] * 11)
    assert days_end((read, written), uptime) == monday + 3
    assert days_end((written,), uptime) == monday + 2
    assert days_end((days(monday - 9, 1, 1, 1),), uptime) == monday - 6
    for nothing in ((), (NO_BUCKETS,), (days(monday - 9, 1, 1),), (days(monday - 60, 1),)):
        assert days_end(nothing, uptime) == monday
    assert days_end((), NO_BUCKETS) is None
    assert days_end((read,), NO_BUCKETS) == monday + 3
