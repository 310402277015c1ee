import pytest

from allium.analysis.relay.lifecycle import Lifecycle, band, band_of, lifecycle, phase
from tests.support.relays import relay
from tests.support.tables import facts

BANDS = """
    Z1 | 0 | 10000 | top 1%
    Z2 | 99 | 10000 | top 1%
    Z3 | 100 | 10000 | top 10%
    Z4 | 999 | 10000 | top 10%
    Z5 | 1000 | 10000 | top 25%
    Z6 | 2499 | 10000 | top 25%
    Z7 | 2500 | 10000 | above the median
    Z8 | 4999 | 10000 | above the median
    Z9 | 5000 | 10000 | below the median
    Z10 | 7499 | 10000 | below the median
    Z11 | 7500 | 10000 | bottom 25%
    Z12 | 0 | 1 | top 1%
"""
PHASES = """
    Z13 | 5 | no | no | unmeasured
    Z14 | 71 | no | no | unmeasured
    Z15 | 72 | no | no | being measured
    Z16 | 100 | yes | no | being measured
    Z17 | 191 | yes | no | being measured
    Z18 | 192 | yes | no | steady
    Z19 | 192 | no | no | being measured
    Z20 | 336 | no | no | being measured
    Z21 | 337 | no | no | steady
    Z22 | 200 | yes | yes | ramping up
    Z23 | 1631 | yes | yes | ramping up
    Z24 | 1632 | yes | yes | steady
"""


@pytest.mark.parametrize(("higher", "count", "words"), facts(BANDS))
def test_a_band_is_of_the_relays_that_are_higher(higher: str, count: str, words: str) -> None:
    assert band(int(higher), int(count)) == words


def test_equal_values_share_a_band() -> None:
    values = [1] * 50 + [5] * 50
    assert (band_of(5, values), band_of(1, values)) == ("top 1%", "below the median")


@pytest.mark.parametrize(("hours", "measured", "guard", "words"), facts(PHASES))
def test_a_phase_is_of_age_measurement_and_guard(
    hours: str, measured: str, guard: str, words: str
) -> None:
    found = phase(int(hours) * 3600, measured=measured == "yes", guard=guard == "yes")
    assert found == words


def test_a_phase_has_the_dates_of_its_begin_and_earliest_end() -> None:
    guard = relay(first_seen="2026-01-01 12:00:00", measured=True, flags=("Guard",))
    found = lifecycle(guard, "2026-02-15 16:00:00")
    assert found is not None
    assert (found.phase, found.since, found.until) == ("ramping up", "2026-01-09", "2026-03-10")


def test_a_phase_that_came_early_has_no_date_of_its_begin_and_a_late_one_none_of_its_end() -> None:
    early = lifecycle(relay(first_seen="2026-02-15 12:00:00", measured=True), "2026-02-15 16:00:00")
    assert early == Lifecycle("being measured", None, "2026-02-23")
    late = lifecycle(relay(first_seen="2026-02-05 12:00:00", measured=False), "2026-02-15 16:00:00")
    assert late == Lifecycle("being measured", "2026-02-08", None)


def test_a_relay_that_is_down_is_in_no_phase() -> None:
    assert lifecycle(relay(running=False), "2026-02-15 16:00:00") is None
