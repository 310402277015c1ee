"""Counts of relays, against figures worked out by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium import formatting
from allium.analysis.health.relay_counts import first_months, relay_counts
from allium.analysis.history_stats import HistoryStats, compute_history_stats
from allium.analysis.network_stats import compute_network_stats
from allium.analysis.relay.role import ROLES
from allium.model.relay import Relay
from allium.model.snapshot import Snapshot
from tests.support.network import HOUR
from tests.support.relays import joined, relay

NOW = formatting.seconds(HOUR)


def surveyed(*relays: Relay, **documents: Any) -> HistoryStats:
    return compute_history_stats(
        Snapshot(published=HOUR, relays=relays, **documents), compute_network_stats(joined(*relays))
    )


def seen(number: int, first_seen: str, **fields: Any) -> Relay:
    return relay(number, first_seen=first_seen, **fields)


def test_flags_are_counted_of_relays_that_run_and_of_all_in_print_order() -> None:
    found = relay_counts(
        surveyed(
            relay(0, flags=("Exit", "Guard", "Zany", "Fast")),
            relay(1, flags=("Guard", "Fast")),
            relay(2, flags=("Exit", "Guard"), running=False),
        )
    )
    assert list(found.flags.items()) == [
        ("Exit", (1, 2)),
        ("Guard", (2, 3)),
        ("Fast", (2, 2)),
        ("Zany", (1, 1)),
    ]
    assert (found.exit_and_guard, found.guard_only, found.exit_only) == (1, 1, 0)


def test_a_relay_is_new_within_days_that_are_exact_to_the_second() -> None:
    found = relay_counts(
        surveyed(
            seen(0, "2026-02-14 16:00:00"),
            seen(1, "2026-02-14 15:59:59"),
            seen(2, "2026-01-16 16:00:00"),
            seen(3, "2025-02-15 16:00:00"),
            seen(4, "2025-02-15 15:59:59"),
            seen(5, HOUR, running=False),
        )
    )
    assert found.recent == {1: 1, 30: 3, 180: 3, 365: 4}


@pytest.mark.parametrize(
    ("days", "median"), [((), None), ((3,), 3), ((1, 2), 2), ((1, 2, 9), 2), ((1, 2, 4, 9), 3)]
)
def test_the_median_age_is_in_whole_days_from_date_to_date(
    days: tuple[int, ...], median: int | None
) -> None:
    relays = [
        seen(number, formatting.time_of(NOW - NOW % 86_400 - count * 86_400 + 86_399))
        for number, count in enumerate(days)
    ]
    assert relay_counts(surveyed(*relays)).age == median


def test_a_relay_is_overloaded_for_72_hours() -> None:
    within = relay(0, overload_general_timestamp=(NOW - 72 * 3_600) * 1000)
    past = relay(1, overload_general_timestamp=(NOW - 73 * 3_600) * 1000)
    down = relay(2, overload_general_timestamp=NOW * 1000, running=False)
    assert relay_counts(surveyed(within, past, down)).overloaded == 1


def test_the_last_two_years_have_24_whole_months_and_this_one_is_not_among_them() -> None:
    known = joined(
        seen(0, "2026-01-31 23:59:59"),
        seen(1, "2026-01-01 00:00:00", running=False),
        seen(2, "2024-02-29 10:00:00"),
        seen(3, "2024-01-31 10:00:00"),
        seen(4, HOUR),
    )
    found = first_months(known.members, HOUR)
    assert (len(found), min(found), max(found)) == (24, "2024-02", "2026-01")
    assert {month: count for month, count in found.items() if count} == {"2024-02": 1, "2026-01": 2}


@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from(["Exit", "Guard", "BadExit", "MiddleOnly"])), st.booleans()
        ),
        max_size=20,
    )
)
def test_the_roles_partition_the_running_relays(drawn: list[tuple[set[str], bool]]) -> None:
    relays = [
        relay(number, flags=tuple(sorted(flags)), running=running)
        for number, (flags, running) in enumerate(drawn)
    ]
    whole = joined(*relays).totals
    assert sum(whole.parts[role].relays for role in ROLES) == sum(one.running for one in relays)


def test_what_holders_of_a_flag_carry_is_of_those_that_run() -> None:
    found = relay_counts(
        surveyed(
            relay(0, flags=("Fast", "Stable"), observed_bandwidth=3),
            relay(1, flags=("Fast",), observed_bandwidth=4),
            relay(2, flags=("Fast",)),
            relay(3, flags=("Stable",), observed_bandwidth=50, running=False),
        )
    )
    assert found.carried == {"Fast": 7, "Stable": 3}


def test_overloaded_relays_are_counted_of_those_that_share_role_software_or_place() -> None:
    now = formatting.seconds(HOUR) * 1000
    found = relay_counts(
        surveyed(
            relay(
                0,
                flags=("Exit",),
                version="0.4.8.9",
                platform="Tor 0.4.8.9 on Linux",
                overload_general_timestamp=now,
                asn="AS7",
                country="DE",
            ),
            relay(1, flags=("Exit",), version="0.4.8.1", platform="Tor 0.4.8.1 on FreeBSD"),
            relay(
                2,
                version="0.4.9.1",
                platform="Tor 0.4.9.1 on Linux",
                overload_general_timestamp=now,
            ),
            relay(3, overload_general_timestamp=now, running=False),
            relay(4, overload_general_timestamp=now),
        )
    )
    roles, series, platforms, networks, countries = found.loads
    assert found.overloaded == 3
    assert list(roles.items()) == [("exit", (1, 2)), ("middle", (2, 2))]
    assert list(series.items()) == [("0.4.8", (1, 2)), ("0.4.9", (1, 1))]
    assert list(platforms.items()) == [("Linux", (2, 2)), ("FreeBSD", (0, 1))]
    assert (networks, countries) == ({"AS7": (1, 1)}, {"DE": (1, 1)})
