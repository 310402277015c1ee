"""What all shards are computed from: the network, and what many pages print alike."""

from collections.abc import Collection, Iterator
from typing import Final

from allium import formatting
from allium.analysis.alerts import Notice
from allium.analysis.history.group_traffic import group_traffic
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network_stats import NetworkStats
from allium.analysis.relay_groups import groups
from allium.analysis.voting.relay_votes import Join, RelayVotes, VotedRelay
from allium.model.relay import Fingerprint, Relay, Time
from allium.model.snapshot import Snapshot
from allium.model.votes import VoteSet
from allium.pages.family.family_page import Family
from allium.pages.group.group_context import GroupContext
from allium.pages.parts import operator_links, relay_rows

DAY: Final = 86_400


class NetworkContext:
    """What pages print of the network, whatever the histories of its relays are.

    `links` are the operators' pages, `rows` has the table row of each relay. Pages that need no
    more than this are written while the bandwidth histories are still being read.
    """

    def __init__(
        self, stats: NetworkStats, units: formatting.Units, extras: Collection[str]
    ) -> None:
        network = stats.network
        self.stats = stats
        self.units = units
        self.twins = "twins" in extras
        self.search_parts = "search_parts" in extras
        self.exports = "exports" in extras
        self.operator_gauges = "operator_gauges" in extras
        self.vote_pages = "vote_pages" in extras
        self.links = {
            name: operator_links.link(operator) for name, operator in network.operators.items()
        }
        self.group_context = GroupContext(stats=stats, operators=self.links, units=units)
        self.rows = {
            member.relay.fingerprint: relay_rows.relay_row(
                member,
                self.links[member.contact_id],
                relay_rows.weight_share(member.relay, network.totals.weight),
                units,
            )
            for member in network.members
        }
        self.groups = groups(network.members, stats.slugs)


class VotingContext:
    """What pages print of the votes of one hour."""

    def __init__(self, votes: VoteSet) -> None:
        self.votes = votes
        self.join = Join(votes)

    def of(self, relay: Relay, now: Time) -> RelayVotes:
        """Return what the votes say of a relay of details of this time."""
        return self.join.votes_on(VotedRelay.of(relay, now))


class HistoryContext:
    """What pages print that the histories of the relays have a part in.

    `rows` has the row of each relay in the tables of its own operator and family. `voting` is
    `None` without votes. `traffic` is what the relays of each group carried together.
    """

    def __init__(
        self,
        context: NetworkContext,
        notices: tuple[Notice, ...],
        stats: HistoryStats,
        voting: VotingContext | None = None,
    ) -> None:
        self.context = context
        self.notices = notices
        self.stats = stats
        self.voting = voting
        self.network = stats.network
        self.snapshot = stats.snapshot
        self.units = context.units
        self.twins = context.twins
        self.exports = context.exports
        self.operator_gauges = context.operator_gauges
        self.members = {member.relay.fingerprint: member for member in stats.network.members}
        self.rows = {
            name: relay_rows.of_one_operator(row, stats.month_uptime(name), self.members[name])
            for name, row in context.rows.items()
        }
        charted = [group for group in context.groups if group.kind != "first_seen"]
        day = formatting.seconds(_published(stats.snapshot, "bandwidth")) // DAY
        self.traffic = group_traffic(stats.bandwidth, charted, day)

    def history_digests(self, relay: Fingerprint) -> tuple[str | None, str | None]:
        """Return digests of a relay's uptime and bandwidth histories, in place of their values."""
        snapshot = self.snapshot
        return snapshot.uptime_records.get(relay), snapshot.bandwidth_records.get(relay)

    def weights_digest(self, relay: Fingerprint) -> str | None:
        """Return a digest of the history of a relay's weight, in place of its values."""
        return self.snapshot.weights_records.get(relay)

    def families(self) -> Iterator[Family]:
        """Yield all families."""
        for name, fingerprints in self.network.families.items():
            members = [self.members[fingerprint] for fingerprint in fingerprints]
            yield Family(name, members, self.context.group_context)


def _published(snapshot: Snapshot, name: str) -> Time:
    """Return when a document is from; that of the details where it is missing."""
    times = [source.published for source in snapshot.sources if source.name == name]
    return next((time for time in times if time is not None), snapshot.published)
