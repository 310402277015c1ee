import math
from fractions import Fraction

import msgspec
import pytest
from msgspec import Raw

from allium import formatting
from allium.analysis.history.throughput import (
    FINE,
    added,
    change,
    day_totals,
    relay_volume,
    throughputs,
    trend,
    variation,
)
from allium.analysis.operator.operator_history import Histories, operator_history
from allium.analysis.operator.performance import performances, volumes
from allium.model.history import Bandwidth, Mean
from allium.pages.parts import network_figures
from allium.sources.onionoo import history_record
from tests.support.network import fingerprint
from tests.support.relays import joined, relay

DAY = 86_400
TRENDS: dict[str, tuple[list[int], str | None]] = {
    "O26": ([100] * 60 + [120] * 30, "Growth (+20%)"),
    "O27": ([100] * 90, "Stable (0%)"),
    "O28": ([100] * 60 + [90] * 30, "Decline (-10%)"),
    "O29": ([100] * 59, None),
    "O30": ([100] * 60 + [105] * 30, "Stable (+5%)"),
    "O31": ([0] * 20 + [10] * 40, None),
    "O32": ([100] * 20 + [1] * 21 + [106] * 20, "Growth (+6%)"),
}


def graph(values: list[int | None], factor: float = 1.0, interval: int = DAY) -> dict[str, object]:
    return {
        "first": "2025-08-18 12:00:00",
        "interval": interval,
        "factor": factor,
        "count": len(values),
        "values": values,
    }


def bandwidth(**directions: dict[str, dict[str, object]]) -> Bandwidth:
    """Return a record of `read` and `write` histories by period, as it is used."""
    record = {f"{name}_history": graphs for name, graphs in directions.items()}
    return history_record.bandwidth(Raw(msgspec.json.encode(record)))


VOLUMES: dict[str, tuple[Bandwidth, str | None, str | None]] = {
    "D22": (bandwidth(read={"1_month": graph([10, 20, 30], 2.0)}), "10.4 MB", "1_month"),
    "D23": (bandwidth(read={"1_month": graph([100] * 31 + [None], 1000)}), "268 GB", "1_month"),
    "D24": (
        bandwidth(read={"1_month": graph([100] * 31 + [None], 1000)}, write={}),
        "268 GB",
        "1_month",
    ),
    "D25": (bandwidth(read={"1_year": graph([4], 10**9, 1)}), "4.00 GB", "1_year"),
    "D26": (
        bandwidth(read={"5_years": graph([9], 10**9, 1), "1_year": graph([4], 10**9, 1)}),
        "9.00 GB",
        "5_years",
    ),
    "D28": (bandwidth(), None, None),
    "zeros are passed over": (
        bandwidth(read={"5_years": graph([0]), "1_year": graph([4], 10**9, 1)}),
        "4.00 GB",
        "1_year",
    ),
    "directions of different length": (
        bandwidth(read={"1_year": graph([1], 10**9, 1)}, write={"5_years": graph([2], 10**9, 1)}),
        "3.00 GB",
        "5_years",
    ),
    "a history of zeros": (
        bandwidth(read={"1_year": graph([0] * 9, 0.0), "1_month": graph([0], 0.0)}),
        "0 B",
        "1_year",
    ),
    "a direction in which nothing moved": (
        bandwidth(read={"1_year": graph([4], 10**9, 1)}, write={"5_years": graph([0], 0.0)}),
        "4.00 GB",
        "1_year",
    ),
    "nothing known": (bandwidth(read={"1_year": graph([None, None], 0.0)}), None, None),
}


@pytest.mark.parametrize("name", VOLUMES)
def test_a_relay_moved_what_its_longest_histories_say(name: str) -> None:
    history, printed, period = VOLUMES[name]
    found = relay_volume(history)
    if found is None:
        assert (printed, period) == (None, None)
    else:
        shown = network_figures.volume(found.size).replace("\xa0", " ")
        assert (shown, found.period) == (printed, period)


@pytest.mark.parametrize("names", [pytest.param(("D25", "D26"), id="D27")])
def test_an_operator_moved_what_the_relays_moved_over_the_longest_period(
    names: tuple[str, ...],
) -> None:
    parts = [relay_volume(VOLUMES[name][0]) for name in names]
    found = added([part for part in parts if part is not None])
    assert found is not None
    assert (found.size, found.period) == (13 * 10**9, "5_years")
    assert added([]) is None


@pytest.mark.parametrize("name", TRENDS)
def test_a_trend_compares_the_last_third_with_the_first(name: str) -> None:
    days, expected = TRENDS[name]
    found = change(days)
    if found is None:
        assert expected is None
    else:
        sign = "+" if found > 0 else ""
        assert f"{trend(found)} ({sign}{formatting.percent(found, 0)})" == expected


def test_a_flags_throughput_lies_between_percentiles_of_all_relays_that_hold_it() -> None:
    """Relays of twelve operators read 0, 10, … 110 bytes per second; half of them below 55."""
    relays = [relay(one, contact=str(one), flags=("Guard",)) for one in range(12)]
    documents = {
        one.fingerprint: bandwidth(read={"6_months": graph([10 * number] * 60)})
        for number, one in enumerate(relays)
    }
    network = joined(*relays)
    known = performances(network, None, documents, volumes(documents)).comparisons
    places = {
        operator.contact: known[name].throughput_flags
        for name, operator in network.operators.items()
    }
    assert places["0"] == {"Guard": "<5th"}
    assert places["5"] == {"Guard": "25th–50th"}
    assert places["6"] == {"Guard": "50th–75th"}
    assert places["11"] == {"Guard": ">99th"}


@pytest.mark.parametrize(("days", "known"), [(29, False), (30, True)])
def test_a_variation_needs_thirty_days(days: int, known: bool) -> None:
    assert (variation([5] * days) is not None) == known


def test_a_variation_of_zeros_is_not_computable() -> None:
    assert variation([0] * 30) is None
    found = variation([1, 3] * 15)
    assert found is not None
    assert found == 100 * math.sqrt(30 / 29 / 4)


@pytest.mark.parametrize(("known", "mean"), [(29, None), (30, 7)])
def test_a_relays_throughput_needs_thirty_values(known: int, mean: int | None) -> None:
    history = bandwidth(read={"6_months": graph([7] * known + [None] * 9)})
    assert throughputs(history) == ({} if mean is None else {"6_months": mean * FINE})


def test_relays_are_added_up_day_by_day() -> None:
    one = bandwidth(read={"6_months": graph([1, None, 3, 4], 0.5)})
    other = bandwidth(read={"6_months": graph([10, None, 30], 0.25)})
    found = day_totals([one, other])
    assert [Fraction(total, found.scale) for total in found.known] == [3, 9, 2]
    assert found.totals[1] is None


def test_an_operators_days_count_once_however_many_relays_ran() -> None:
    half = [1] * 30 + [None] * 30
    documents = {
        fingerprint(0): bandwidth(read={"6_months": graph(half)}),
        fingerprint(1): bandwidth(read={"6_months": graph([None] * 15 + [1] * 30)}),
    }
    network = joined(
        relay(0, contact="one", observed_bandwidth=4), relay(1, contact="one", observed_bandwidth=4)
    )
    known = performances(network, None, documents, volumes(documents))
    [found] = known.operators.values()
    assert found.throughput is not None
    assert found.throughput.periods == {"6_months": 60 / 45}
    assert found.throughput.relays["6_months"] == Mean(2 * FINE, 2)
    own = operator_history(network.members, Histories(bandwidth=documents))
    assert own.throughput == found.throughput
    assert own.utilisation == 60 / 45 / 8
    [compared] = known.comparisons.values()
    assert known.throughput == 2 * FINE
    assert compared.rank is None
