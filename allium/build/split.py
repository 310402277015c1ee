"""The split phase: the snapshot becomes shards, each file all that one page may depend on."""

import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from allium import formatting
from allium.analysis.alerts import NetworkFacts, notices
from allium.analysis.history_stats import compute_history_stats
from allium.analysis.network import Network, network
from allium.analysis.network_stats import compute_network_stats
from allium.build.paths import CachePaths
from allium.build.shards.export_files import export_files
from allium.build.shards.group_files import family_files, group_batches
from allium.build.shards.list_files import list_files
from allium.build.shards.operator_files import contacts, operator_batches
from allium.build.shards.overview_files import leaderboard_files, overview_files, status_file
from allium.build.shards.relay_files import relay_batches
from allium.build.shards.search_files import search_batches
from allium.build.shards.shard_file import Batch, Derived, ShardFile
from allium.build.shards.site_context import HistoryContext, NetworkContext, VotingContext
from allium.engine import phases
from allium.engine.failure import reports
from allium.engine.parallel import JobPool, parallel_map
from allium.engine.tuning import collection_paused
from allium.engine.uptodate import targets
from allium.model.snapshot import Snapshot
from allium.model.votes import VoteSet
from allium.sources import collector, snapshot_loader
from allium.sources.collector.vote_cache import VoteCache
from allium.sources.request import SourceError
from allium.sources.source_cache import SourceCache
from allium.store import StoreError, codec, shard_ledger, site_plan
from allium.store.digest import digest
from allium.store.shard_ledger import Keyed, Ledger
from allium.store.site_plan import Page, SitePlan

_report_step: Final = partial(phases.at, "split")


@reports(SourceError, exit_status=69)
@reports(OSError, StoreError)
def split(
    cache: str,
    sources: list[str],
    units: formatting.Units,
    max_offline_days: int,
    extras: list[str],
    code: list[str],
) -> dict[str, Any]:
    """Write all shards, the views that are cheap enough to be made in bulk, and the plan.

    Only files whose bytes change are written. `extras` are the kinds of files that the site has
    beside the pages. `code` has three digests: of the code that reduces histories, of that which
    reads votes, and of all that makes files. Returns what was left out of the sources, and the
    proven domains without page, by reason.
    """
    places, documents = CachePaths(cache), SourceCache(Path(cache, "sources"))
    reducer_code, votes_code, writer_code = code
    writer = ShardWriter(Ledger(places.cache, places.ledger), writer_code)
    # All that is made here is kept until the end: looking for garbage would find none.
    with collection_paused():
        snapshot = _details(documents, sources, max_offline_days, reducer_code)
        # Reduced while this process joins the network, as uptimes were while it read the relays.
        with _reduction(documents, sources, ("bandwidth", "weights"), reducer_code) as reduction:
            _report_step("joining the network")
            snapshot = snapshot_loader.with_uptime(snapshot, documents, reducer_code)
            members = network(snapshot)
            network_context = NetworkContext(compute_network_stats(members), units, extras)
            reduction.results()
        # Search pages print no history, so that their views need not wait for one.
        with _writing(writer, "search", [*search_batches(network_context)]) as search_pool:
            _report_step("comparing relays and operators")
            snapshot = _with_reduced(snapshot, documents, reducer_code)
            votes = _votes(documents, sources, votes_code)
            context = _with_histories(network_context, snapshot, votes)
            search_results = search_pool.results()
    _warn(snapshot)
    results = _write_histories(writer, context, search_results)
    entry = site_plan.store(places.plan, _close(writer, context, results))
    left_out = {"skipped": snapshot.skipped, "field_errors": snapshot.field_errors}
    return left_out | {"vanity_refused": _refused(members)} | targets(entry)


def intact(cache: str) -> bool:
    """Tell whether the plan and every shard are as `split` wrote them."""
    places = CachePaths(cache)
    return site_plan.intact(places.plan) and shard_ledger.intact(cache, places.ledger)


def _details(cache: SourceCache, names: list[str], max_offline_days: int, code: str) -> Snapshot:
    """Return the snapshot without histories; other processes reduce the uptime histories."""
    _report_step("reading relays and histories")
    with _reduction(cache, names, ("uptime",), code) as reduction:
        snapshot = snapshot_loader.load(cache, names, max_offline_days)
        reduction.results()
    return snapshot


def _with_reduced(snapshot: Snapshot, cache: SourceCache, code: str) -> Snapshot:
    """Return the snapshot with the histories that were reduced meanwhile."""
    snapshot = snapshot_loader.with_bandwidth(snapshot, cache, code)
    return snapshot_loader.with_weights(snapshot, cache, code)


def _votes(cache: SourceCache, names: list[str], code: str) -> VoteSet | None:
    """Return what the authorities voted, where the site tells of that and it could be had."""
    return VoteCache(cache.folder, code).load() if collector.NAME in names else None


def _reduction(
    cache: SourceCache, names: list[str], histories: Sequence[str], code: str
) -> JobPool[None]:
    """Return the jobs that reduce documents of histories to what the site uses of them.

    Only records that changed are decoded. The jobs are left to other processes: this one has other
    work until the results are needed.
    """
    jobs = [
        partial(snapshot_loader.reduce, cache, name, code, parallel_map)
        for name in histories
        if name in names
    ]
    return JobPool(jobs, busy=True)


class ShardWriter(Struct, frozen=True):
    """Writes files of the cache where they changed; `code` is a digest of the code behind them."""

    ledger: Ledger
    code: str

    def write(self, file: ShardFile) -> Keyed:
        """Write one file, computing a `Derived` value only if its inputs changed.

        Returns the file's entry for the ledger.
        """
        value = file.value
        if not isinstance(value, Derived):
            return self.ledger.put(file.file, _encoded(value))
        # The code belongs to the key: the same inputs may become other bytes tomorrow.
        key = digest(self.code.encode() + codec.encode(value.inputs))
        entry = self.ledger.kept(file.file, key)
        return entry or self.ledger.put(file.file, codec.encode(value.make()), key)


def _encoded(value: object) -> bytes:
    """Return a value as JSON; bytes are a file of the site as it stands."""
    return value if isinstance(value, bytes) else codec.encode(value)


class BatchResult(Struct, frozen=True):
    """What one batch wrote: the entries of the files for the ledger, and their pages."""

    entries: dict[str, Keyed]
    pages: tuple[Page, ...]


def _with_histories(
    context: NetworkContext, snapshot: Snapshot, votes: VoteSet | None
) -> HistoryContext:
    """Return what pages print of a snapshot with histories."""
    stats = compute_history_stats(snapshot, context.stats)
    network_notices = notices(NetworkFacts(snapshot, stats.network))
    voting = None if votes is None else VotingContext(votes)
    return HistoryContext(context, network_notices, stats, voting)


def _write_histories(
    writer: ShardWriter, context: HistoryContext, search_results: list[BatchResult]
) -> list[BatchResult]:
    """Write what the histories have a part in, in as many processes as there are.

    Processes start on the relays before this one works out how the operators compare, which takes
    a second in the full network. Relays come first among the pages, as users see them in lists of
    tasks and in progress bars.
    """
    relay_work: list[Batch] = [
        *relay_batches(context),
        *group_batches(context),
        partial(family_files, context),
    ]
    with _writing(writer, "relays", relay_work) as relay_pool:
        operator_work: list[Batch] = [
            partial(list_files, context),
            partial(overview_files, context),
            *([partial(export_files, context)] if context.exports else []),
            *operator_batches(context),
            partial(leaderboard_files, context),
        ]
        with _writing(writer, "operators", operator_work, beside=relay_pool) as operator_pool:
            operator_results = operator_pool.results()
            return relay_pool.results() + search_results + operator_results


def _close(writer: ShardWriter, context: HistoryContext, results: list[BatchResult]) -> SitePlan:
    """Write `status.json` and the ledger, remove shards of earlier builds; return the plan."""
    pages = tuple(chain.from_iterable(result.pages for result in results))
    status = _write(writer, lambda: [status_file(context, pages)], "writing status")
    entries = (result.entries.items() for result in (*results, status))
    writer.ledger.close(dict(chain.from_iterable(entries)))
    return SitePlan(contacts(context), (*pages, *status.pages))


def _writing(
    writer: ShardWriter, name: str, batches: list[Batch], beside: JobPool[BatchResult] | None = None
) -> JobPool[BatchResult]:
    """Return the jobs that write batches, which several processes may share."""
    step = f"writing {name}, part {{}} of {len(batches)}"
    jobs = [
        partial(_write, writer, batch, step.format(number))
        for number, batch in enumerate(batches, start=1)
    ]
    return JobPool(jobs, beside=beside)


def _write(writer: ShardWriter, batch: Batch, step: str) -> BatchResult:
    """Write the files of one batch where they changed."""
    _report_step(step)
    entries: dict[str, Keyed] = {}
    pages: list[Page] = []
    for file in batch():
        entries[file.file] = writer.write(file)
        pages.extend(file.pages)
    return BatchResult(entries, tuple(pages))


def _warn(snapshot: Snapshot) -> None:
    """Say which records were left out, and why."""
    for reason, count in snapshot.skipped.items():
        records = formatting.number_of(count, "relay record")
        sys.stderr.write(f"warning: details: {records} left out: {reason.replace('_', ' ')}\n")


def _refused(members: Network) -> dict[str, int]:
    """Warn of proven domains that get no page of their own; return how many, by reason."""
    refused = (operator.refused for operator in members.operators.values())
    counts = Counter(str(reason) for reason in refused if reason is not None)
    for reason, count in sorted(counts.items()):
        domains = formatting.number_of(count, "proven domain")
        words = reason.replace("_", " ")
        sys.stderr.write(f"warning: operators: {domains} without page of its own: {words}\n")
    return dict(sorted(counts.items()))
