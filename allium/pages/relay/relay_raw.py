"""The raw values of a relay that its twin has beside the printed ones."""

from allium.pages.parts.page_base import View
from allium.pages.relay.relay_shard import RelayShard
from allium.pages.relay.votes_summary import VotesRaw, votes_raw


class RelayRaw(View, frozen=True):
    """Slow-changing raw values for the twin; bandwidths in bytes per second.

    `votes` is `None` without votes. `first_seen_in_details` is there when `first_seen` is from the
    relay's uptime history. `usual_bandwidth` is the average traffic read over six months, with two
    digits.
    """

    running: bool
    first_seen: str
    first_seen_in_details: str | None
    last_seen: str | None
    last_restarted: str | None
    last_changed_address_or_port: str | None
    consensus_weight: int | None
    measured: bool | None
    observed_bandwidth: int | None
    advertised_bandwidth: int | None
    usual_bandwidth: int | None
    bandwidth_rate: int | None
    bandwidth_burst: int | None
    latitude: float | None
    longitude: float | None
    platform: str | None
    alleged_family: tuple[str, ...]
    exit_policy: tuple[str, ...]
    issues: tuple[str, ...]
    votes: VotesRaw | None


def raw(shard: RelayShard) -> RelayRaw:
    """Return a relay's raw values, and the codes of all its findings."""
    relay = shard.relay
    return RelayRaw(
        running=relay.running,
        first_seen=relay.first_seen,
        first_seen_in_details=shard.history.first_seen_in_details,
        last_seen=None if relay.running else relay.last_seen,
        last_restarted=relay.last_restarted,
        last_changed_address_or_port=relay.last_changed_address_or_port,
        consensus_weight=relay.consensus_weight,
        measured=relay.measured,
        observed_bandwidth=relay.observed_bandwidth,
        advertised_bandwidth=relay.advertised_bandwidth,
        usual_bandwidth=shard.history.usual_bandwidth,
        bandwidth_rate=relay.bandwidth_rate,
        bandwidth_burst=relay.bandwidth_burst,
        latitude=relay.latitude,
        longitude=relay.longitude,
        platform=relay.platform,
        alleged_family=relay.alleged_family,
        exit_policy=relay.exit_policy,
        issues=shard.history.codes,
        votes=votes_raw(shard.votes),
    )
