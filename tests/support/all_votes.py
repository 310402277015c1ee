"""What the votes say of every relay of a snapshot."""

from allium.analysis.voting.relay_votes import Join, RelayVotes, VotedRelay
from allium.model.relay import Fingerprint
from allium.model.snapshot import Snapshot
from allium.model.votes import VoteSet


def relay_votes(snapshot: Snapshot, votes: VoteSet) -> dict[Fingerprint, RelayVotes]:
    """Return what the votes say of each relay of a snapshot, by fingerprint."""
    join, relays = Join(votes), snapshot.relays
    voted = (VotedRelay.of(relay, snapshot.published) for relay in relays)
    return {one.fingerprint: join.votes_on(one) for one in voted}
