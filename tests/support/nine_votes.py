"""Nine votes on one relay, five of them by authorities that measure, and what is said of them."""

from typing import Any

from allium.analysis.voting.relay_votes import RelayVotes
from allium.model.snapshot import Snapshot
from allium.model.votes import AUTHORITIES, VoteSet
from allium.sources.onionoo import documents
from tests.support.all_votes import relay_votes
from tests.support.network import details, dumps, fingerprint, relay
from tests.support.votes import THRESHOLDS, entry, vote

NAMES = [one.nickname for one in AUTHORITIES]
SCANNERS = {"bastet", "gabelmoo", "maatuska", "moria1", "tor26"}
CLAIMS = THRESHOLDS.replace("ignoring-advertised-bws=1", "ignoring-advertised-bws=0")
FLAGS = "Fast Running Stable V2Dir Valid"
MEASURED = {
    "bastet": 45_000,
    "gabelmoo": 97_000,
    "maatuska": 65_000,
    "moria1": 50_000,
    "tor26": 86_000,
}


def said(**changed: dict[str, Any] | None) -> dict[str, bytes]:
    """Return nine votes on relay 1; an authority's changes replace what it would say of it."""
    found = {}
    for name in NAMES:
        measured = f" Measured={MEASURED[name]}" if name in SCANNERS else ""
        usual: dict[str, Any] = {
            "flags": FLAGS,
            "w": f"Bandwidth=10000{measured}",
            "ipv6": name != "dizum",
        }
        own = changed.get(name, {})
        entries = [] if own is None else [entry(1, **(usual | own))]
        rules = THRESHOLDS if name in SCANNERS else CLAIMS
        claim = f"Bandwidth=10000{' Measured=5000' * (name in SCANNERS)}"
        other = entry(7, w=claim, ipv6=name != "dizum")
        found[name] = vote(name, [*entries, other], thresholds=rules)
    return found


def by(names: list[str], **own: Any) -> dict[str, dict[str, Any] | None]:
    """Return the same change for several authorities."""
    return dict.fromkeys(names, own)


def snapshot(**fields: Any) -> Snapshot:
    usual = {"flags": FLAGS.split(), "or_addresses": ["192.0.2.1:9001", "[2001:db8::2]:9001"]}
    found = documents.details(dumps(details(relay(1, **(usual | fields)))), 0)
    return Snapshot(published=found.published, relays=found.relays)


def told(votes: VoteSet, **fields: Any) -> RelayVotes:
    return relay_votes(snapshot(**fields), votes)[fingerprint(1)]
