"""Relays and members as analysis sees them: a test names only what matters to it."""

from typing import Any

from allium.analysis.history_stats import HistoryStats
from allium.analysis.network import Member, Network, network
from allium.model.relay import Relay
from allium.model.snapshot import Snapshot
from allium.pages.parts import operator_links
from allium.pages.relay import relay_shard
from allium.pages.relay.relay_shard import RelayShard
from tests.support.network import HOUR, fingerprint


def relay(number: int = 0, **fields: Any) -> Relay:
    """Return a running relay, plain but for `fields`."""
    known: dict[str, Any] = {
        "fingerprint": fingerprint(number),
        "nickname": f"relay{number}",
        "first_seen": "2024-05-18 10:00:00",
        "last_seen": HOUR,
        "running": True,
    }
    return Relay(**(known | fields))


def joined(*relays: Relay) -> Network:
    """Return the network of these relays at the usual hour."""
    return network(Snapshot(published=HOUR, relays=relays))


def member(**fields: Any) -> Member:
    """Return one relay as a member of a network of its own."""
    return joined(relay(**fields)).members[0]


def shard(one: Member, known: HistoryStats) -> RelayShard:
    """Return what the page of a member of a network is made from."""
    operator = operator_links.link(known.network.operators[one.contact_id])
    name = one.relay.fingerprint
    begun = relay_shard.shard(one, operator, known, "bits")
    return relay_shard.with_histories(begun, known.uptime.get(name), known.bandwidth.get(name))
