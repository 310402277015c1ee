"""The shard of each relay, from which its page is rendered."""

from collections.abc import Iterator, Sequence
from functools import partial

from allium import urls
from allium.analysis.network import Member
from allium.analysis.voting.relay_votes import RelayVotes
from allium.build.shards.shard_file import Batch, Derived, ShardFile, batches, page
from allium.build.shards.site_context import HistoryContext
from allium.model.relay import Fingerprint, Relay
from allium.pages.relay import relay_shard, votes_summary
from allium.pages.votes import relay_votes_page


def relay_batches(context: HistoryContext) -> Iterator[Batch]:
    """Yield the shards of all relays."""
    for members in batches(context.network.members):
        yield partial(_files, context, members)


def path(relay: Fingerprint) -> str:
    """Return the file of a relay's shard."""
    return f"shards/relay/{relay}.json"


def _files(context: HistoryContext, members: Sequence[Member]) -> Iterator[ShardFile]:
    voting = context.voting
    for member in members:
        name = member.relay.fingerprint
        votes = voting.of(member.relay, context.snapshot.published) if voting else None
        has_page = votes is not None and votes.listed > 0 and context.context.vote_pages
        summary = votes_summary.summary(votes, has_page=has_page)
        link = context.context.links[member.contact_id]
        shard = relay_shard.shard(member, link, context.stats, context.units, summary)
        stats = context.stats
        histories = stats.uptime.get(name), stats.bandwidth.get(name), stats.past_weights.get(name)
        make = partial(relay_shard.with_histories, shard, *histories)
        inputs = shard, context.history_digests(name), context.weights_digest(name)
        relay_page = page("relay", name, path(name), urls.relay(name), twin=context.twins)
        yield ShardFile(path(name), Derived(inputs, make), (relay_page,))
        if votes is not None and has_page:
            yield _votes_file(member.relay, votes)


def _votes_file(relay: Relay, votes: RelayVotes) -> ShardFile:
    """Return the shard of the page of the votes on a relay that an authority lists."""
    name = relay.fingerprint
    file = f"shards/votes/{name}.json"
    votes_page = page("votes", name, file, urls.votes(name))
    return ShardFile(file, relay_votes_page.shard(relay, votes), (votes_page,))
