"""What a network can carry, against figures worked out by hand."""

from typing import Any

from allium.analysis.health.network_capacity import CLASSES, capacity
from allium.model.history import Bandwidth, Rates
from tests.support.network import fingerprint
from tests.support.relays import relay
from tests.unit.analysis.test_relay_counts import surveyed

FOUR, SIX = "192.0.2.1:9001", "[2001:db8::1]:9001"


def able(number: int, observed: int | None, **fields: Any) -> Any:
    return relay(number, observed_bandwidth=observed, **fields)


SOME = (
    able(0, 100, advertised_bandwidth=70, flags=("Guard",), measured=True, or_addresses=(FOUR,)),
    able(1, 300, advertised_bandwidth=400, flags=("Guard",), measured=False, or_addresses=(FOUR, SIX)),
    able(2, 200, flags=("Exit",), measured=True, or_addresses=(SIX,)),
    able(3, None, flags=("Exit",), or_addresses=(FOUR,)),
    able(4, 900, advertised_bandwidth=1, running=False, or_addresses=(FOUR, SIX)),
)  # fmt: skip


def test_sums_are_of_running_relays_and_headroom_is_never_negative() -> None:
    found = capacity(surveyed(*SOME))
    assert (found.advertised, found.headroom) == (470, 30 + 0 + 200)
    assert (found.measured.running, found.measured.bandwidth) == (2, 300)


def test_a_relay_has_addresses_of_one_kind_or_of_both() -> None:
    found = capacity(surveyed(*SOME))
    assert (found.dual_stack.running, found.dual_stack.bandwidth) == (1, 300)
    assert (found.ipv4_only.running, found.ipv4_only.bandwidth) == (2, 100)


def test_mean_and_median_are_of_the_relays_that_report_bandwidth() -> None:
    typical = capacity(surveyed(*SOME)).typical
    assert (typical["guard"].mean, typical["guard"].median) == (200, 200)
    assert (typical["exit"].mean, typical["exit"].median) == (200, 200)
    assert (typical["middle"].mean, typical["middle"].median) == (None, None)
    assert typical[None].mean == typical[None].median == 200


def test_every_running_relay_is_in_the_class_of_its_bandwidth() -> None:
    relays = [able(0, 0), able(1, 124_999), able(2, 125_000), able(3, 10**12), able(4, None)]
    found = capacity(surveyed(*relays)).classes
    assert list(found) == list(CLASSES)
    assert [found[CLASSES[0]], found[CLASSES[1]], found[CLASSES[-1]]] == [3, 1, 1]
    assert sum(found.values()) == len(relays)


def carried(total: int) -> Bandwidth:
    rates = Rates(total=total, length=1, unknown=(), first=0, interval=10, numerator=1, decimals=0)
    return Bandwidth(read={"1_year": rates}, write={"5_years": rates})


def test_total_data_is_of_all_relays_of_a_role_also_of_those_that_are_down() -> None:
    relays = (
        relay(0, flags=("Guard",)),
        relay(1, flags=("Guard",), running=False),
        relay(2, flags=("Exit",)),
    )
    histories = {fingerprint(number): carried(number + 1) for number in range(3)}
    volumes = capacity(surveyed(*relays, bandwidth=histories)).volumes
    guard, whole = volumes["guard"], volumes[None]
    assert guard is not None
    assert whole is not None
    assert (guard.size, guard.period) == (2 * 10 * (1 + 2), "5_years")
    assert (whole.size, volumes["middle"]) == (2 * 10 * (1 + 2 + 3), None)
