"""The raw numbers of `status.json`, against figures worked out by hand."""

from allium.analysis.history_stats import compute_history_stats
from allium.model.snapshot import Snapshot
from allium.pages import status_document
from tests.support.network import HOUR
from tests.support.relays import joined, relay
from tests.unit.pages.test_groups import group_context

RELAYS = (
    relay(0, first_seen="2026-02-14 16:00:00", flags=("Exit", "Stable"), observed_bandwidth=5,
          version="0.4.9.5"),
    relay(1, first_seen="2026-02-14 15:59:59", flags=("Guard",), observed_bandwidth=7,
          version="0.4.8.1-alpha",
          or_addresses=("192.0.2.1:1", "[2001:db8::1]:1")),
    relay(2, running=False, last_seen="2026-02-14 16:00:00", flags=("Guard", "Stable"),
          observed_bandwidth=900, version="0.4.8.1"),
    relay(3, running=False, last_seen="2026-02-14 15:59:59"),
)  # fmt: skip


def test_totals_are_of_running_relays_and_of_the_day_before() -> None:
    snapshot = Snapshot(published=HOUR, relays=RELAYS)
    stats = compute_history_stats(snapshot, group_context(*RELAYS)[0].stats)
    totals = status_document.build(snapshot, stats, (), {}).totals
    assert joined(*RELAYS).published == HOUR == "2026-02-15 16:00:00"
    assert (totals["joined"], totals["left"], totals["ipv6"]) == (1, 1, 1)
    assert (totals["guard_bandwidth"], totals["exit_bandwidth"]) == (7, 5)


def test_flags_and_series_of_tor_are_counted_of_running_relays() -> None:
    relays = (*RELAYS, relay(4, version="0.4.9.1", flags=("HSDir",)), relay(5, version="<b>"))
    snapshot = Snapshot(published=HOUR, relays=relays)
    stats = compute_history_stats(snapshot, group_context(*relays)[0].stats)
    totals = status_document.build(snapshot, stats, (), {}).totals
    assert (totals["fast"], totals["stable"], totals["hsdir"]) == (0, 1, 1)
    series = {name: count for name, count in totals.items() if name.startswith("series_")}
    assert series == {"series_0.4.9": 2, "series_0.4.8": 1}
