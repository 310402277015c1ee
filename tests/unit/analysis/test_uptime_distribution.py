"""How long the relays of a network ran, against figures worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.health.uptime_distribution import CLASSES, uptime_distribution
from allium.analysis.history.uptime import in_percent, part
from allium.analysis.statistics import quantile
from allium.model.history import WHOLE, Mean, Uptime
from tests.support.histories import reduced
from tests.support.network import fingerprint
from tests.support.relays import joined, relay

ROLES = (("Guard",), ("Guard",), ("Exit",), ())


def uptimes(*thousandths: int) -> dict[str, Uptime]:
    """Return a month of each relay, 30 values all the same."""
    return {
        fingerprint(number): Uptime(
            running={"1_month": reduced([value] * 30)},
            flags={"Guard": {"6_months": reduced([value] * 30)}},
        )
        for number, value in enumerate(thousandths)
    }


def test_means_and_medians_are_by_role_and_of_all() -> None:
    relays = [relay(n, flags=flags, running=n != 1) for n, flags in enumerate(ROLES)]
    found = uptime_distribution(joined(*relays).members, uptimes(999, 0, 333, 666)).roles
    guard, whole = found["guard"]["1_month"], found[None]["1_month"]
    assert (guard.relays, guard.mean, guard.median) == (2, 50, 50)
    assert (whole.relays, whole.mean, whole.median) == (4, 50, 50)
    assert found["exit"]["1_month"].mean == pytest.approx(100 / 3)
    assert "6_months" not in found[None]


def test_too_few_values_are_no_uptime() -> None:
    known = {fingerprint(0): Uptime(running={"1_month": Mean(29 * WHOLE, 29)})}
    found = uptime_distribution(joined(relay(0)).members, known)
    assert (found.roles[None], found.flags) == ({}, {})
    assert sum(found.classes.values()) == 0


def test_flags_are_of_six_months_and_in_print_order() -> None:
    members = joined(*(relay(n) for n in range(3))).members
    found = uptime_distribution(members, uptimes(999, 0, 0)).flags
    assert {flag: (one.relays, one.mean, one.median) for flag, one in found.items()} == {
        "Guard": (3, pytest.approx(100 / 3), 0)
    }


def test_every_relay_is_in_the_class_of_its_month() -> None:
    members = joined(*(relay(n) for n in range(4))).members
    half = {fingerprint(3): Uptime(running={"1_month": Mean(WHOLE, 2 * 30)})}
    exact = {fingerprint(2): Uptime(running={"1_month": Mean(WHOLE * 45, 50)})}
    found = uptime_distribution(members, uptimes(999, 0) | exact | half).classes
    assert list(found) == list(CLASSES)
    counts = {in_percent(least): count for least, count in found.items() if count}
    assert counts == {0.0: 2, 90.0: 1, 99.9: 1}


@given(st.lists(st.tuples(st.integers(30, 2_000), st.floats(0, 1)), min_size=1, max_size=30))
def test_the_median_is_the_exact_quantile(drawn: list[tuple[int, float]]) -> None:
    means = [Mean(int(share * WHOLE * count), count) for count, share in drawn]
    members = joined(*(relay(number) for number in range(len(means)))).members
    known = {
        fingerprint(number): Uptime(running={"1_year": one}) for number, one in enumerate(means)
    }
    found = uptime_distribution(members, known).roles[None]["1_year"]
    median = quantile(sorted(map(part, means)), 50)
    assert median is not None
    assert found.median == in_percent(median)
