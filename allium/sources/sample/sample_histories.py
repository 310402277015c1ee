"""What the relays of the sample network did before: uptime, bandwidth and weight, by period.

Intervals stand on absolute time: one is added when it is over, and what it came to does not change.
Each graph is divided by its own largest value, as Onionoo's `GraphHistoryCompiler` does.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from allium import formatting
from allium.sources.sample.pseudo_random import Draws, number
from allium.sources.sample.sample_details import role_of
from allium.sources.sample.sample_relays import SampleRelay

UPTIME: Final = (
    ("1_month", 4, 180),
    ("6_months", 12, 362),
    ("1_year", 48, 183),
    ("5_years", 240, 183),
)
BANDWIDTH: Final = (
    ("1_month", 24, 30),
    ("6_months", 24, 181),
    ("1_year", 48, 183),
    ("5_years", 240, 183),
)
WEIGHTS: Final = (("1_week", 1, 168), ("1_month", 4, 180), *BANDWIDTH[1:])
NOISE: Final = 4_096
SLOW: Final = 200
"""Hours before a relay gets a flag of `_SLOW_FLAGS`."""
LEAST_KNOWN: Final = 5
"""Onionoo leaves out intervals of which less than a fifth is known."""
_SLOW_FLAGS: Final = frozenset({"Guard", "HSDir", "Stable"})


def uptime(relay: SampleRelay) -> dict[str, Any]:
    """Return the relay's record of the uptime document."""
    graphs = _uptime(relay, relay.life.start)
    slow = _uptime(relay, relay.life.start + SLOW)
    flags = {
        flag: slow if flag in _SLOW_FLAGS else graphs
        for flag in relay.flags
        if (slow if flag in _SLOW_FLAGS else graphs)
    }
    found: dict[str, Any] = {"fingerprint": relay.fingerprint}
    if graphs:
        found |= {"uptime": graphs, "flags": flags}
    if relay.feature == "flags_only":
        found.pop("uptime", None)
    return found


def bandwidth(relay: SampleRelay) -> dict[str, Any]:
    """Return the relay's record of the bandwidth document."""
    found: dict[str, Any] = {"fingerprint": relay.fingerprint}
    written = _bandwidth(relay, relay.slot, 55)
    if written:
        found |= {"write_history": written, "read_history": _bandwidth(relay, relay.slot, 54)}
    stamp = (relay.hour - relay.hour % 24) * 3_600_000
    if relay.slot % 40 == 7:
        found["overload_ratelimits"] = {
            "timestamp": stamp,
            "rate-limit": relay.bandwidth // 2 + 1,
            "burst-limit": relay.bandwidth,
            "read-count": relay.slot % 90,
            "write-count": relay.slot % 70,
        }
    if relay.slot % 300 == 11:
        found["overload_fd_exhausted"] = {"timestamp": stamp}
    return found


def weights(relay: SampleRelay, totals: Mapping[str, int]) -> dict[str, Any]:
    """Return the relay's record of the weights document.

    `totals` are the weights of all relays, and of those of each role.
    """
    found: dict[str, Any] = {"fingerprint": relay.fingerprint}
    weighed = _weighed(relay)
    if weighed:
        found["consensus_weight_fraction"] = _parts(weighed, totals["all"])
        for role in ("guard", "middle", "exit"):
            whole = totals[role] if role == role_of(relay.flags) else None
            found[f"{role}_probability"] = _parts(weighed, whole)
        found["consensus_weight"] = weighed
    return found


def _weighed(relay: SampleRelay) -> dict[str, Any]:
    """Return the relay's weights while it ran, near its bandwidth in kB/s."""
    graphs: dict[str, Any] = {}
    level = relay.bandwidth // 800
    for period, hours, most in WEIGHTS:
        end = relay.hour // hours
        first = max(end - most, -(-relay.life.start // hours))
        values = [_weight(relay, slot, hours) for slot in range(first, end)]
        if level and any(value is not None for value in values[1:]):
            weighed = [None if value is None else value * level for value in values]
            graphs[period] = _graph(first, hours, weighed, 999)
    return graphs


def _weight(relay: SampleRelay, slot: int, hours: int) -> int | None:
    up = relay.life.halves_up(slot * hours, (slot + 1) * hours)
    return _value(_noise(), slot, relay.slot) if up * LEAST_KNOWN >= 2 * hours else None


def _parts(graphs: dict[str, Any], whole: int | None) -> dict[str, Any]:
    """Return graphs of weights as parts of a whole; of none they are zeros."""
    if whole is not None:
        return {name: one | {"factor": one["factor"] / whole} for name, one in graphs.items()}
    return {
        name: one
        | {"factor": 0.0, "values": [None if value is None else 0 for value in one["values"]]}
        for name, one in graphs.items()
    }


def _uptime(relay: SampleRelay, start: int) -> dict[str, Any]:
    graphs = {}
    for period, hours, most in UPTIME:
        end = relay.hour // hours
        first = max(end - most, (start + hours // LEAST_KNOWN) // hours)
        if end - first < 2:
            continue
        graphs[period] = _graph(first, hours, *ran(relay, start, hours, range(first, end)))
        if start >= relay.hour - hours * most:
            break
    return graphs


def ran(relay: SampleRelay, start: int, hours: int, slots: range) -> tuple[list[int], int]:
    """Return in what part of each of some intervals the relay ran since `start`.

    Numerators, and their one denominator: of the first interval less may be known than of others.
    """
    known = (slots.start + 1) * hours - max(slots.start * hours, start)
    parts = [relay.life.halves_up(slot * hours, (slot + 1) * hours) * known for slot in slots]
    after = (slots.start + 1) * hours
    parts[0] = relay.life.halves_up(after - known, after) * hours
    return parts, 2 * hours * known


def _bandwidth(relay: SampleRelay, salt: int, part: int) -> dict[str, Any]:
    graphs: dict[str, Any] = {}
    noise = _noise() if relay.feature != "idle" else (0,) * NOISE
    level = max(relay.bandwidth * part // 100, 1)
    for period, hours, most in BANDWIDTH:
        end = relay.published // hours
        first = max(end - most, -(-relay.life.start // hours))
        if end - first < 2:
            continue
        values = [_value(noise, slot, salt) for slot in range(first, end)]
        carried = [None if value is None else value * level for value in values]
        graphs[period] = _graph(first, hours, carried, 999)
    return graphs


def _value(noise: tuple[int, ...], slot: int, salt: int) -> int | None:
    key = slot * 2_654_435_761 + salt * 40_503
    return None if key % 251 == 0 else noise[(key >> 8) % NOISE]


def _graph(
    first: int, hours: int, values: Sequence[int | None], denominator: int
) -> dict[str, Any]:
    """Return a graph of the values over the denominator."""
    middle = hours * 1800
    largest = max(value for value in values if value is not None)
    return {
        "first": formatting.time_of(first * hours * 3600 + middle),
        "last": formatting.time_of((first + len(values) - 1) * hours * 3600 + middle),
        "interval": hours * 3600,
        "factor": largest / denominator / 999,
        "count": len(values),
        "values": [None if one is None else one * 999 // (largest or 1) for one in values],
    }


@lru_cache(maxsize=1)
def _noise() -> tuple[int, ...]:
    draws = Draws("noise")
    return tuple(draws.between(400, 999) for _ in range(NOISE))


def validation(relay: SampleRelay, errors: tuple[str, ...]) -> dict[str, Any]:
    """Return the relay's result in the AROI validator's document."""
    operator = relay.operator
    found = {
        "nickname": operator.name,
        "fingerprint": relay.fingerprint,
        "valid": False,
        "proof_type": operator.proof,
        "domain": operator.domain,
        "error": "Missing AROI fields",
    }
    if operator.domain is None:
        return found
    doubtful = operator.state == "partial" and number("partial", relay.slot) % 3 == 0
    if operator.state == "unauthorized" or doubtful:
        return found | {"error": "Fingerprint not found in proof file"}
    if operator.state == "misconfigured":
        return found | {"error": errors[operator.number % len(errors)]}
    return found | {"valid": True, "error": None}
