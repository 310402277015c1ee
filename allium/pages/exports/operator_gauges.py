"""Gauges of operators, in the text format that Prometheus reads."""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from allium.analysis.network import Operator
from allium.analysis.relay.role import Role
from allium.analysis.totals import Totals


class Gauge(Struct, frozen=True):
    """A gauge: what it says in a few words, and its value, from the sums of the network."""

    words: str
    value: Callable[[Operator, Totals], float]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 9) if whole else 0


def _of_role(role: Role) -> Gauge:
    return Gauge(
        f"Share of the consensus weight of all running {role} relays.",
        lambda one, network: _share(one.totals.parts[role].weight, network.parts[role].weight),
    )


GAUGES: Final = {
    "relays": Gauge("Relays that are known.", lambda one, _: one.totals.relays),
    "running_relays": Gauge("Relays that are running.", lambda one, _: one.totals.running),
    "verified_relays": Gauge(
        "Relays that the proof of the domain lists.",
        lambda one, _: sum(member.status == "validated" for member in one.members),
    ),
    "observed_bandwidth_bytes": Gauge(
        "Observed bandwidth of running relays, bytes per second.",
        lambda one, _: one.totals.bandwidth,
    ),
    "weight_share": Gauge(
        "Share of the consensus weight of all running relays.",
        lambda one, network: _share(one.totals.weight, network.weight),
    ),
    "guard_weight_share": _of_role("guard"),
    "exit_weight_share": _of_role("exit"),
}


def operator_gauges(operators: Iterable[Operator], network: Totals) -> bytes:
    """Return the gauges of the operators that claim a domain completely, by name and domain."""
    named = {one.claim.domain: one for one in operators if one.claim.domain is not None}
    lines = []
    for name, gauge in GAUGES.items():
        full = f"allium_operator_{name}"
        lines += [f"# HELP {full} {gauge.words}", f"# TYPE {full} gauge"]
        # A domain has no character that the format would have to escape.
        lines += [
            f'{full}{{domain="{domain}"}} {gauge.value(named[domain], network)}'
            for domain in sorted(named)
        ]
    return "".join(f"{line}\n" for line in lines).encode()
