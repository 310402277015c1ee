"""What flags take, against the text of Tor's options and its rules."""

import pytest

from allium.analysis.relay import flag_rules
from allium.analysis.relay.flag_rules import (
    GUARANTEED,
    Minimum,
    known_for,
    minima,
    shortfall,
    up_for,
)
from allium.model.relay import Relay
from tests.support.network import HOUR
from tests.support.relays import relay

UNITS = {"KB": 1 << 10, "MB": 1 << 20, "hours": 3_600, "days": 86_400}
OPTIONS = {
    "100 KB": flag_rules.FAST_BANDWIDTH,
    "2 MB": flag_rules.GUARD_BANDWIDTH,
    "8 days": flag_rules.GUARD_KNOWN,
    "5 days": flag_rules.STABLE_MTBF,
    "30 days": flag_rules.STABLE_UPTIME,
    "96 hours": flag_rules.HSDIR_UPTIME,
    "18 hours": flag_rules.STALE_DESCRIPTOR,
}
"""Values as Tor's configuration writes them: its KB and MB are powers of 1024."""


@pytest.mark.parametrize("written", OPTIONS)
def test_a_limit_is_what_the_option_of_tor_says(written: str) -> None:
    number, unit = written.split()
    assert OPTIONS[written] == int(number) * UNITS[unit]


def test_authorities_compare_kilobytes_of_a_thousand_bytes() -> None:
    assert (GUARANTEED.fast.weight, GUARANTEED.guard.weight) == (102, 2_097)


def test_what_is_always_enough_rules_in_a_fast_network() -> None:
    assert minima([5_000] * 9, [10_000_000] * 9) == GUARANTEED


def test_a_slow_network_asks_for_less() -> None:
    weights = [1, 2, *range(10, 90, 10)]
    found = minima(weights, [1_000 * weight for weight in weights])
    assert found.fast == Minimum(20_000, 20)
    assert found.guard == Minimum(70_000, 70)


def test_an_empty_network_has_what_is_always_enough() -> None:
    assert minima([], [0, 3_999]) == GUARANTEED


def judged(**fields: object) -> str | None:
    known = {"advertised_bandwidth": 102_400, "consensus_weight": 102, "measured": True}
    return shortfall(relay(**known | fields), GUARANTEED.fast)


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({}, None),
        ({"measured": False}, "unmeasured"),
        ({"measured": False, "running": False}, None),
        ({"measured": False, "flags": ("Authority",)}, None),
        ({"measured": None}, None),
        ({"consensus_weight": 101}, "measured"),
        ({"consensus_weight": None}, None),
        ({"advertised_bandwidth": 102_399}, "advertised"),
        ({"advertised_bandwidth": None}, None),
        (
            {"advertised_bandwidth": 9, "bandwidth_rate": 9, "observed_bandwidth": 9},
            "limit",
        ),
        (
            {"advertised_bandwidth": 9, "bandwidth_burst": 9, "observed_bandwidth": 10},
            "limit",
        ),
        (
            {"advertised_bandwidth": 8, "bandwidth_rate": 9, "observed_bandwidth": 8},
            "advertised",
        ),
    ],
)
def test_the_cause_of_too_little_bandwidth_is_named(
    fields: dict[str, object], cause: str | None
) -> None:
    assert judged(**fields) == cause


def aged(**fields: object) -> Relay:
    return relay(first_seen="2026-02-01 16:00:00", last_restarted="2026-02-11 16:00:00", **fields)


def test_ages_of_a_running_relay_go_to_the_time_of_the_data() -> None:
    one = aged()
    assert (known_for(one, HOUR), up_for(one, HOUR)) == (14 * 86_400, 96 * 3_600)


def test_ages_of_a_relay_that_is_down_end_when_it_was_last_seen() -> None:
    one = aged(running=False, last_seen="2026-02-11 18:00:00")
    assert (known_for(one, HOUR), up_for(one, HOUR)) == (10 * 86_400 + 7_200, 7_200)


def test_a_relay_that_started_after_it_was_last_seen_was_not_up() -> None:
    assert up_for(aged(running=False, last_seen="2026-02-10 18:00:00"), HOUR) == 0
