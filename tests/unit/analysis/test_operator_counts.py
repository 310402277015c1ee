"""Operators by their running relays, against figures worked out by hand."""

from allium.analysis.health.operator_counts import OperatorCounts, operator_counts
from allium.analysis.network_stats import compute_network_stats
from allium.model.relay import Relay
from tests.support.relays import joined, relay

AROI = "url:{} proof:uri-rsa ciissversion:2"
AMBER, JADE = AROI.format("amber.example.org"), AROI.format("jade.example.org")
FOUR, BOTH = ("192.0.2.1:1",), ("192.0.2.1:1", "[2001:db8::1]:1")


def found(*relays: Relay) -> OperatorCounts:
    stats = compute_network_stats(joined(*relays))
    return operator_counts(stats.network, stats.compositions)


def test_operators_have_sizes_by_running_relays_and_nobody_is_no_operator() -> None:
    counted = found(
        relay(0, contact=AMBER, country="DE", or_addresses=BOTH),
        relay(1, contact=AMBER, country="DE", or_addresses=BOTH),
        relay(2, contact=AMBER, country="FR", or_addresses=BOTH),
        relay(3, contact=AMBER, country="US", running=False, or_addresses=FOUR),
        relay(4, contact=JADE, country="DE", or_addresses=BOTH),
        relay(5, contact=JADE, country="DE", or_addresses=FOUR),
        relay(6, contact="c", country="DE", or_addresses=FOUR),
        relay(7, contact="d", running=False),
        relay(8, consensus_weight=7),
        relay(9, consensus_weight=8, flags=("Exit",)),
        relay(10, consensus_weight=99, running=False),
    )
    # three running relays of one operator, two of another, one of a third
    assert {size: count for size, count in counted.sizes.items() if count} == {1: 1, 2: 1, 3: 1}
    assert (counted.mean.total, counted.mean.count, counted.median) == (6, 3, 2)
    assert (counted.all_ipv6, counted.some_ipv6, counted.no_ipv6) == (1, 1, 1)
    assert list(counted.claiming.items()) == [("DE", 2), ("FR", 1)]
    anonymous = counted.anonymous
    assert (anonymous.running, anonymous.weight, anonymous.parts["exit"].weight) == (2, 15, 8)
    assert counted.verified.running == 0


def test_of_nobody_nothing_is_counted() -> None:
    counted = found(relay(0))
    assert (counted.mean.count, counted.median, counted.claiming) == (0, None, {})
