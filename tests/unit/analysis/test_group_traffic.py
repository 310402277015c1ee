"""What groups carried: packed sums against sums over each bucket."""

import json
from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from allium import formatting
from allium.analysis.history.group_traffic import group_traffic
from allium.analysis.relay_groups import Group
from allium.model.buckets import bucket
from allium.model.history import LARGEST, UNKNOWN, Bandwidth, ByPeriod
from allium.sources.onionoo import history_record
from tests.support.histories import graph
from tests.support.relays import fingerprint, joined, relay

DAY = formatting.days(2026, 2, 12)
"""A Thursday: the week that ended on Sunday has been closed in all histories since Wednesday."""


def bandwidth(values: list[int | None], factor: str = "1", back: int = 0) -> Bandwidth:
    """Return the history of a relay whose last day is two days, and `back` more, before `DAY`."""
    last = date(2026, 2, 10) - timedelta(days=back)
    first = f"{last - timedelta(days=len(values) - 1)} 12:00:00"
    graphs = {"6_months": graph(values, factor, first)}
    record = {"read_history": graphs, "write_history": graphs}
    return history_record.bandwidth(Raw(json.dumps(record).encode()))


def group(*numbers: int) -> Group:
    return Group("country", "DE", None, joined(*(relay(n) for n in numbers)).members)


def weeks(directions: tuple[ByPeriod, ByPeriod]) -> dict[int, int]:
    read, written = directions
    assert read == written
    buckets = read[1]
    if buckets is None:
        return {}
    return dict(enumerate(buckets.values, start=buckets.first))


LAST = bucket(DAY - 4, "week")


def test_groups_have_the_sums_of_their_relays_and_no_days() -> None:
    histories = {fingerprint(n): bandwidth([10**n] * 40) for n in range(3)}
    found = group_traffic(histories, [group(0, 2, 7)], DAY)
    assert weeks(found.of(group())) == dict.fromkeys(range(LAST - 4, LAST + 1), 101)
    assert weeks(found.all) == dict.fromkeys(range(LAST - 4, LAST + 1), 111)
    assert found.all[0][0] is None
    assert weeks(found.of(Group("country", "US", None, ()))) == {}


def test_a_week_is_shown_once_all_relays_have_closed_it() -> None:
    histories = {fingerprint(0): bandwidth([1] * 40)}
    assert max(weeks(group_traffic(histories, [], DAY).all)) == LAST
    assert max(weeks(group_traffic(histories, [], DAY - 2).all)) == LAST - 1


def test_the_largest_rates_of_many_relays_do_not_overflow() -> None:
    histories = {fingerprint(n): bandwidth([999] * 40, "1e25") for n in range(300)}
    assert set(weeks(group_traffic(histories, [], DAY).all).values()) == {300 * LARGEST}


relays = st.lists(
    st.tuples(
        st.lists(st.one_of(st.none(), st.integers(0, 999)), min_size=25, max_size=180),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=5,
)


@given(relays)
def test_packed_sums_are_those_of_each_bucket(
    given_relays: list[tuple[list[int | None], int]],
) -> None:
    histories = {
        fingerprint(n): bandwidth(values, back=back)
        for n, (values, back) in enumerate(given_relays)
    }
    sums: dict[int, int] = defaultdict(int)
    for history in histories.values():
        buckets = history.directions[0][1]
        if buckets is not None:
            for number, value in enumerate(buckets.values, start=buckets.first):
                if value != UNKNOWN and LAST - 26 < number <= LAST:
                    sums[number] += value
    found = weeks(group_traffic(histories, [], DAY).all)
    assert all(sums.get(number, UNKNOWN) == value for number, value in found.items())
    assert not sums or max(found) == max(sums)
