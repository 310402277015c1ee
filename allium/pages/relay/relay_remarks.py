"""What stands in small type behind the facts of a relay's page."""

from allium import formatting
from allium.analysis.relay.platform import other_version
from allium.model.relay import Relay
from allium.pages.parts.page_base import View
from allium.pages.relay.relay_display import RelayDisplay
from allium.pages.relay.relay_shard import RelayShard


class Remarks(View, frozen=True):
    """Remarks on facts, by the name of the fact; `None` where there is nothing to say."""

    consensus_weight: str | None
    total_data: str | None
    platform: str | None
    aroi_proof: str
    first_seen: str | None


def remarks(shard: RelayShard, shown: RelayDisplay) -> Remarks:
    """Return the remarks of one relay's page."""
    in_details = shard.history.first_seen_in_details
    period = shown.total_data_period
    return Remarks(
        consensus_weight=_weight(shard.relay, shown),
        total_data=None if period is None else f"read and written in up to {period}",
        platform=_platform(shard.relay, shown.platform),
        aroi_proof=shard.position.aroi_reason or shown.aroi_status,
        first_seen=None
        if in_details is None
        else f"from its uptime history; its details say {formatting.date(in_details)}",
    )


def _weight(relay: Relay, shown: RelayDisplay) -> str | None:
    if not relay.running:
        return "when last seen" if relay.consensus_weight else "not in the consensus"
    return None if shown.weight_share is None else f"{shown.weight_share} of the network"


def _platform(relay: Relay, name: str) -> str | None:
    """Return what the relay itself says that it runs on, where that says more than its name."""
    if other_version(relay) is not None:
        return f"{relay.platform}, by its descriptor; the consensus has Tor {relay.version}"
    usual = f"Tor {relay.version} on {name}"
    return None if relay.platform in (None, usual) else relay.platform


def probabilities(shard: RelayShard) -> str | None:
    """Return how likely clients choose a running relay for each position of a circuit."""
    position = shard.position
    values = (
        ("Guard", position.guard_probability),
        ("middle", position.middle_probability),
        ("exit", position.exit_probability),
    )
    known = ", ".join(f"{role} {value}" for role, value in values if value is not None)
    return known or ("Not in the consensus" if shard.relay.running else None)
