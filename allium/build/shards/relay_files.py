"""The shard of each relay, from which its page is rendered."""

from collections.abc import Iterator, Sequence
from functools import partial

from allium import urls
from allium.analysis.network import Member
from allium.build.shards.shard_file import Batch, Derived, ShardFile, batches, page
from allium.build.shards.site_context import HistoryContext
from allium.model.relay import Fingerprint
from allium.pages.relay import relay_shard


def relay_batches(context: HistoryContext) -> Iterator[Batch]:
    """Yield the shards of all relays."""
    for members in batches(context.network.members):
        yield partial(_files, context, members)


def path(relay: Fingerprint) -> str:
    """Return the file of a relay's shard."""
    return f"shards/relay/{relay}.json"


def _files(context: HistoryContext, members: Sequence[Member]) -> Iterator[ShardFile]:
    for member in members:
        name = member.relay.fingerprint
        link = context.context.links[member.contact_id]
        shard = relay_shard.shard(member, link, context.stats, context.units)
        histories = context.stats.uptime.get(name), context.stats.bandwidth.get(name)
        make = partial(relay_shard.with_histories, shard, *histories)
        inputs = shard, context.history_digests(name)
        relay_page = page("relay", name, path(name), urls.relay(name), twin=context.twins)
        yield ShardFile(path(name), Derived(inputs, make), (relay_page,))
