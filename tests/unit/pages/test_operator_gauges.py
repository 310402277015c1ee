"""Gauges of operators, against figures worked out by hand."""

from allium.pages.exports.operator_gauges import GAUGES, operator_gauges
from tests.support.relays import joined, relay

AROI = "url:{}.example.org proof:uri-rsa ciissversion:2"


def test_an_operator_with_a_domain_has_a_line_for_each_gauge_in_the_order_of_domains() -> None:
    whole = joined(
        relay(0, contact=AROI.format("jade"), consensus_weight=30, flags=("Exit",),
              observed_bandwidth=7),
        relay(1, contact=AROI.format("jade"), consensus_weight=10, observed_bandwidth=5),
        relay(2, contact=AROI.format("jade"), running=False),
        relay(3, contact=AROI.format("amber"), consensus_weight=60, flags=("Exit",)),
        relay(4, contact="somebody"),
        relay(5),
    )  # fmt: skip
    text = operator_gauges(whole.operators.values(), whole.totals).decode()
    lines = text.splitlines()
    assert len(lines) == 4 * len(GAUGES)
    assert lines[:4] == [
        "# HELP allium_operator_relays Relays that are known.",
        "# TYPE allium_operator_relays gauge",
        'allium_operator_relays{domain="amber.example.org"} 1',
        'allium_operator_relays{domain="jade.example.org"} 3',
    ]
    values = dict(line.rsplit(" ", 1) for line in lines if "jade" in line)
    jade = '{domain="jade.example.org"}'
    assert values[f"allium_operator_running_relays{jade}"] == "2"
    assert values[f"allium_operator_observed_bandwidth_bytes{jade}"] == "12"
    # 40 of 100; 30 of the exits' 90
    assert values[f"allium_operator_weight_share{jade}"] == "0.4"
    assert values[f"allium_operator_exit_weight_share{jade}"] == "0.333333333"
