"""A network that does not exist, in the form of the real one's documents, at any hour and size."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from allium import formatting
from allium.sources.sample import sample_histories
from allium.sources.sample.sample_details import record, role_of
from allium.sources.sample.sample_operators import ERRORS
from allium.sources.sample.sample_relays import SampleNetwork, SampleRelay

_HEAD: Final = (
    '{"version":"8.0",\n"build_revision":"sample",\n"relays_published":"%s",\n"relays":[\n'
)
_FOOT: Final = '\n],\n"bridges_published":"%s",\n"bridges":[]}\n'


def document(name: str, *, relays: int, hour: int, seed: int) -> Iterator[bytes]:
    """Yield a document (`details`, `uptime`, `bandwidth`, `weights`, `aroi`), one relay a line.

    Equal arguments give equal bytes, on any machine and any version of Python.
    """
    network = SampleNetwork(relays, hour, seed)
    published = formatting.time_of(network.hour * 3600)
    if name == "aroi":
        head = f'{{"metadata":{{"timestamp":"{published[:10]}T00:05:00"}},\n"results":[\n'
        foot = "\n]}\n"
    else:
        head, foot = _HEAD % published, _FOOT % published
    yield head.encode()
    separator = ""
    write = _writers(name, network)
    for slot in range(relays):
        line = json.dumps(write(network.relay(slot)), separators=(",", ":"), ensure_ascii=False)
        yield f"{separator}{line}".encode()
        separator = ",\n"
    yield foot.encode()


def _writers(name: str, network: SampleNetwork) -> Callable[[SampleRelay], dict[str, Any]]:
    if name == "details":
        totals = _totals(network)
        return lambda relay: record(network, relay, totals)
    if name == "weights":
        return partial(sample_histories.weights, totals=_totals(network))
    table: dict[str, Callable[[SampleRelay], dict[str, Any]]] = {
        "uptime": sample_histories.uptime,
        "bandwidth": sample_histories.bandwidth,
        "aroi": lambda relay: sample_histories.validation(relay, ERRORS),
    }
    return table[name]


def _totals(network: SampleNetwork) -> dict[str, int]:
    """Return the weight of all running relays, and of each role; never 0, to divide by."""
    totals: Counter[str] = Counter()
    for slot in range(network.size):
        relay = network.relay(slot)
        if relay.running:
            totals["all"] += relay.weight
            totals[role_of(relay.flags)] += relay.weight
    return {name: max(1, totals[name]) for name in ("all", "guard", "middle", "exit")}
