from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium import formatting
from allium.analysis.history.uptime import (
    network_uptime,
    operator_uptime,
    percent,
    percentage,
    position,
    ranked_uptime,
    same,
    shown_flag,
    summary,
)
from allium.analysis.statistics import Moments
from allium.model.history import WHOLE, Mean, Uptime
from tests.support.histories import BEST, reduced
from tests.support.network import fingerprint
from tests.support.tables import facts

SINGLE = """
    A1 | 0 | 0.0000000
    A2 | 1 | 0.1001001
    A3 | 250 | 25.0250250
    A4 | 500 | 50.0500501
    A5 | 750 | 75.0750751
    A6 | 900 | 90.0900901
    A7 | 950 | 95.0950951
    A8 | 999 | 100.0000000
"""
AVERAGES: dict[str, tuple[list[int | None], str | None]] = {
    "A11": ([900] * 29, None),
    "A12": ([900] * 30, "90.1%"),
    "A13": (list(range(950, 985)), "96.8%"),
    "A14": ([0] * 40, "0.0%"),
    "A15": ([9] * 35, "0.9%"),
    "A16": ([10] * 35, "1.0%"),
    "A17": ([None] * 10 + [500] * 30, "50.1%"),
    "A18 nothing": ([], None),
    "A18 unknown": ([None] * 40, None),
    "A18 few": ([1, 2, 3, 4], None),
    "A19": ([999] * 179 + [998], "100.0%"),
    "A20": ([998] * 180, "99.9%"),
    "A21": ([989] * 30, "99.0%"),
}
BOUNDS = dict(
    zip(
        (5, 25, 50, 75, 90, 95, 99),
        (600_000_000, 900_000_000, 970_000_000, 990_000_000, 998_000_000, 999_000_000, 999_900_000),
        strict=True,
    )
)
POSITIONS = """
    O1 | 99.995 | >99th
    O2 | 99.99 | >99th
    O3 | 99.95 | 95th–99th
    O4 | 99.85 | 90th–95th
    O5 | 99.5 | 75th–90th
    O6 | 98 | 50th–75th
    O7 | 95 | 25th–50th
    O8 | 70 | 5th–25th
    O9 | 50 | <5th
"""


FACTORS: dict[str, tuple[list[int], str, str]] = {
    "A22": ([999] * 183, "0.0005005005005005005", "50.0%"),
    "A23": ([999] * 183, "0.000959292625959292", "95.8%"),
    "A24": ([999] * 123, "0.0002502502502502503", "25.0%"),
    "A25": ([999] * 3 * 30 + [428] * 4 * 30, BEST, "67.3%"),
    "A26": ([0] * 40, "0.0", "0.0%"),
    "A28": ([999] * 183, "0.0005005005005005005", "50.0%"),
    "the printed factor of a whole": ([999] * 180, "0.001001001001001000", "100.0%"),
    "a factor too large": ([999] * 40, "0.5", "100.0%"),
}


@pytest.mark.parametrize(("value", "normalised"), facts(SINGLE))
def test_a_value_of_a_history_that_once_was_whole_is_a_part_of_999(
    value: str, normalised: str
) -> None:
    assert f"{float(percentage(reduced([int(value)]))):.7f}" == normalised


@pytest.mark.parametrize("name", AVERAGES)
def test_an_average_needs_thirty_known_values(name: str) -> None:
    values, printed = AVERAGES[name]
    found = percent(reduced(values))
    assert (None if found is None else formatting.percent(found, 1)) == printed


@pytest.mark.parametrize("name", FACTORS)
def test_an_uptime_is_its_values_times_the_factor_of_its_history(name: str) -> None:
    values, factor, printed = FACTORS[name]
    found = percent(reduced(values, factor))
    assert found is not None
    assert 0 <= found <= 100
    assert formatting.percent(found, 1) == printed


@given(
    st.lists(st.none() | st.integers(0, 999), min_size=30, max_size=400),
    st.integers(0, 240).map(lambda hours: hours / 240 / 999),
)
def test_an_uptime_is_as_exact_as_the_factor_is_printed(
    values: list[int | None], factor: float
) -> None:
    known = [value for value in values if value is not None]
    found = percent(reduced(values, repr(factor)))
    if len(known) < 30:
        assert found is None
    else:
        exact = 100 * Fraction(repr(factor)) * sum(known) / len(known)
        assert found is not None
        assert abs(Fraction(found) - exact) < Fraction(1, 10**8)


@pytest.mark.parametrize(("value", "place"), facts(POSITIONS))
def test_a_value_equal_to_a_bound_belongs_above_it(value: str, place: str) -> None:
    assert position(float(value) * WHOLE / 100, BOUNDS) == place


@pytest.mark.parametrize(
    ("percent_", "place"),
    [(80, "<5th"), (81, "5th–25th"), (90, "50th–75th"), (99, "95th–99th"), (100, ">99th")],
)
def test_a_flags_uptime_lies_between_percentiles_of_all_relays_that_held_it(
    percent_: int, place: str
) -> None:
    """Of 21 relays with 80, 81, … 100%, half are below 90%."""
    held = {"Guard": [percent * WHOLE // 100 for percent in range(80, 101)], "Exit": [WHOLE] * 9}
    known = network_uptime((), held)
    assert position(percent_ * WHOLE / 100, known.flags["Guard"]) == place
    assert position(WHOLE, known.flags["Exit"]) is None  # nine relays are too few


def history(*parts: int, flags: dict[str, int] | None = None) -> Uptime:
    """Return uptimes of thirty equal values in each period, in print order."""
    periods = ("1_month", "6_months", "1_year", "5_years")
    running = {period: reduced([part] * 30) for period, part in zip(periods, parts, strict=False)}
    held = {flag: {"6_months": reduced([part] * 30)} for flag, part in (flags or {}).items()}
    return Uptime(running=running, flags=held)


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        (("Running", "Fast", "Guard", "Exit"), "Guard"),
        (("Running", "Fast"), "Fast"),
        (("Running",), None),
    ],
)
def test_the_most_demanding_flag_with_a_history_is_shown(
    held: tuple[str, ...], shown: str | None
) -> None:
    assert shown_flag(held, history(999, flags={"Guard": 900, "Fast": 950})) == shown


@pytest.mark.parametrize(("other", "equal"), [("99.95", True), ("99.91", True), ("99.9", False)])
def test_a_flag_uptime_within_a_tenth_of_a_point_is_the_same(other: str, equal: bool) -> None:
    part = int(Fraction(other) * WHOLE // 100)
    assert same({"1_month": Mean(60 * WHOLE, 60)}, {"1_month": Mean(90 * part, 90)}) == equal


def test_what_nothing_is_known_of_in_common_is_not_the_same() -> None:
    whole, few = Mean(30 * WHOLE, 30), Mean(29 * WHOLE, 29)
    assert not same({"1_month": whole}, {"1_year": whole})
    assert not same({}, {"1_year": whole})
    assert not same({"1_year": few}, {"1_year": few})


def test_a_flag_held_half_of_the_time_is_not_the_same_as_the_uptime() -> None:  # A28
    half, whole = (reduced([999] * 183, factor) for factor in ("0.0005005005005005005", BEST))
    assert not same({"1_year": whole}, {"1_year": half})


def test_an_operator_is_the_mean_of_its_relays_that_have_a_value() -> None:
    relays = {
        fingerprint(0): history(999, 999),
        fingerprint(1): history(0, 0),
        fingerprint(2): Uptime(running={"6_months": Mean(29 * WHOLE, 29)}),
    }
    found = operator_uptime(relays)
    assert found.periods["6_months"] == Moments(2, WHOLE, WHOLE**2)
    ranked = ranked_uptime(list(relays.values()))
    assert ranked.periods["6_months"] == ranked.position == Mean(WHOLE, 2)


def test_an_outlier_is_told_for_the_period_where_it_is_farthest() -> None:
    steady = [100, 100, 100, 100, 99, 99, 99, 100, 100]
    names = [fingerprint(number) for number in range(10)]
    month = dict(zip(names, [*steady, 60], strict=True))
    year = dict(zip(names, [*steady, 80], strict=True))
    [found] = summary({"1_month": month, "1_year": year})
    assert (found.fingerprint, found.low) == (fingerprint(9), True)
    tied = summary({"1_month": month, "1_year": month})
    assert [one.period for one in tied] == ["1_year"]


@pytest.mark.parametrize(("relays", "known"), [(9, 0), (10, 7)])
def test_the_networks_quantiles_need_ten_relays(relays: int, known: int) -> None:
    histories = [history(999, 900 + number) for number in range(relays)]
    assert len(network_uptime(histories, {}).quantiles) == known


def test_an_operator_without_history_has_no_position() -> None:
    assert ranked_uptime([]).position is None
    assert operator_uptime({}).periods == {}
