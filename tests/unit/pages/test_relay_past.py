"""What a relay's page says of its past in words and totals."""

import json

from msgspec import Raw

from allium.pages.relay.relay_past import flags_held, limit_facts, transferred
from allium.sources.onionoo import history_record
from tests.support.histories import graph
from tests.support.relays import relay

HELD = graph([999] * 40)
GAP = graph([999] * 20 + [0] + [999] * 19)


def test_flags_are_in_print_order_with_their_shares_and_dates() -> None:
    record = {"flags": {"Stable": {"1_month": GAP}, "Guard": {"1_year": HELD}, "Fast": {}}}
    uptime = history_record.uptime(Raw(json.dumps(record).encode()))
    holder = relay(0, flags=("Guard", "Running"))
    guard, stable = flags_held(holder, uptime)
    assert (guard.flag, guard.since, guard.lost) == ("Guard", "2026-01-30 or earlier", None)
    assert guard.shares == (None, None, "100.0%", None)
    assert (stable.flag, stable.since, stable.lost) == ("Stable", None, "2026-02-19")
    assert stable.shares == ("97.5%", None, None, None)


def test_a_relay_that_went_down_lost_the_flags_that_it_held() -> None:
    record = {"flags": {"Stable": {"1_month": GAP}, "Guard": {"1_month": GAP}}}
    uptime = history_record.uptime(Raw(json.dumps(record).encode()))
    down = relay(0, flags=("Stable",), running=False, last_seen="2026-03-10 05:00:00")
    guard, stable = flags_held(down, uptime)
    assert (stable.since, stable.lost) == ("Held when last seen", "2026-03-10")
    assert (guard.since, guard.lost) == (None, "2026-02-19")


def test_totals_are_values_times_the_time_they_stand_for() -> None:
    record = {
        "read_history": {"1_month": graph([1, None, 3], "1000"), "5_years": graph([0], "0")},
        "write_history": {"1_month": graph([2, 2, 2], "1000")},
    }
    found = transferred(history_record.bandwidth(Raw(json.dumps(record).encode())))
    assert [(one.period, one.read, one.written) for one in found] == [
        ("1 month", "346\u00a0MB", "518\u00a0MB"),
        ("5 years", "0\u00a0B", None),
    ]


def test_limits_are_told_with_their_times() -> None:
    limits = {"timestamp": 1_770_000_000_000, "rate-limit": 1, "burst-limit": 1}
    record = {
        "overload_ratelimits": limits | {"read-count": 1, "write-count": 3000},
        "overload_fd_exhausted": {"timestamp": 1_770_000_060_000},
    }
    history = history_record.bandwidth(Raw(json.dumps(record).encode()))
    assert limit_facts(history) == {
        "Rate limit reached": (
            "1 time reading, 3\u202f000 times writing (reported 2026-02-02 02:40 UTC)"
        ),
        "File descriptors ran out": "Reported 2026-02-02 02:41 UTC",
    }
    assert limit_facts(history_record.bandwidth(Raw(b"{}"))) == {}
