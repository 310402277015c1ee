"""Cut the snapshot into shards: for each page one small file of all that it may depend on."""

import sys
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from allium import formatting, urls
from allium.analysis.alerts import Case, Notice, notices
from allium.analysis.history_stats import HistoryStats, survey
from allium.analysis.network import Network, network
from allium.analysis.network_stats import census
from allium.build.paths import CachePaths
from allium.build.shards.history_shards import Cut
from allium.build.shards.network_shards import Present
from allium.build.shards.shard_file import Cutting, Derived, Part, single
from allium.engine import phases
from allium.engine.failure import telling
from allium.engine.parallel import Division, spread
from allium.engine.tuning import nothing_becomes_garbage
from allium.engine.uptodate import targets
from allium.model.snapshot import Snapshot
from allium.pages import status_document
from allium.sources import snapshot_loader
from allium.sources.request import SourceError
from allium.sources.source_cache import SourceCache
from allium.store import codec, shard_ledger, site_plan
from allium.store.digest import digest
from allium.store.shard_ledger import Keyed, Ledger
from allium.store.site_plan import Page, SitePlan

_now_at: Final = partial(phases.at, "split")


@telling(SourceError, exit_status=69)
@telling(OSError)
def split(
    cache: str,
    sources: list[str],
    units: formatting.Units,
    max_offline_days: int,
    extras: list[str],
    code: list[str],
) -> dict[str, Any]:
    """Write all shards, the views that are cheap enough to be made in bulk, and the plan.

    Only files whose bytes change are written; `extras` are the kinds of files beside the pages that
    the site shall have, `code` are the digests of the code that reduces histories, and of all
    that makes files. Returns what was left out of the sources, and the proven domains without
    page, by reason.
    """
    places, documents = CachePaths(cache), SourceCache(Path(cache, "sources"))
    reducing, making = code
    with nothing_becomes_garbage():
        found = _details(documents, sources, max_offline_days, reducing)
        with _reduction(documents, sources, "bandwidth", reducing) as bandwidths:
            _now_at("joining the network")
            found = snapshot_loader.with_uptime(found, documents, reducing)
            whole = network(found)
            present = Present(census(whole), units, extras)
            book = Book(Ledger(places.cache, places.ledger), making)
            bandwidths.results()
        with _written(book, "groups", present.parts()) as timeless:
            _now_at("comparing relays and operators")
            loaded = snapshot_loader.with_bandwidth(found, documents, reducing)
            known = survey(loaded, present.census)
            news = notices(Case(loaded, whole))
            cut = Cut(present, news, known)
            early = timeless.results()
    _warn(loaded)
    pieces = _pieces(cut, book, early)
    pieces.append(_write(book, partial(_status, loaded, known, news, pieces), "writing status"))
    book.ledger.close({name: entry for piece in pieces for name, entry in piece.entries.items()})
    written = site_plan.store(places.plan, _plan(cut, pieces))
    left_out = {"skipped": loaded.skipped, "field_errors": loaded.field_errors}
    return left_out | {"vanity_refused": _refused(whole)} | targets(written)


def _details(cache: SourceCache, names: list[str], max_offline_days: int, code: str) -> Snapshot:
    """Return the snapshot without histories, while that of uptime is reduced."""
    _now_at("reading relays and histories")
    with _reduction(cache, names, "uptime", code) as uptimes:
        found = snapshot_loader.load(cache, names, max_offline_days)
        uptimes.results()
    return found


def _reduction(cache: SourceCache, names: list[str], name: str, code: str) -> Division[None]:
    """Return the reduction of a history document to what the site uses of it.

    Only records that changed are decoded. This process has other work meanwhile.
    """
    jobs = [partial(snapshot_loader.reduce, cache, name, code, spread)] if name in names else []
    return Division(jobs, busy=True)


def intact(cache: str) -> bool:
    """Tell whether the plan and every shard are as `split` wrote them."""
    places = CachePaths(cache)
    return site_plan.intact(places.plan) and shard_ledger.intact(cache, places.ledger)


class Book(Struct, frozen=True):
    """Writes files where they changed; `code` is a digest of the code that makes them."""

    ledger: Ledger
    code: str

    def write(self, cutting: Cutting) -> Keyed:
        """Return what to remember of a file, which is made again when its inputs changed."""
        file, derived = cutting.file, cutting.value
        if not isinstance(derived, Derived):
            return self.ledger.put(file, codec.encode(derived))
        key = digest(self.code.encode() + codec.encode(derived.inputs))
        known = self.ledger.kept(file, key)
        return known or self.ledger.put(file, codec.encode(derived.make()), key)


class Piece(Struct, frozen=True):
    """What one part of the cut came to: the files, as the ledger knows them, and the pages."""

    entries: dict[str, Keyed]
    pages: tuple[Page, ...]


def _pieces(cut: Cut, book: Book, early: list[Piece]) -> list[Piece]:
    """Write what the histories have a part in, as much of it at once as there are processes.

    Relays are begun before this process works out how the operators compare. They are the first of
    the pages, as in lists of tasks and in bars of progress; `early` is what was written before.
    """
    with (
        _written(book, "relays", cut.plain()) as plain,
        _written(book, "operators", cut.compared(), beside=plain) as compared,
    ):
        later = compared.results()
        return plain.results() + early + later


def _plan(cut: Cut, pieces: Iterable[Piece]) -> SitePlan:
    return SitePlan(cut.contacts(), tuple(page for piece in pieces for page in piece.pages))


def _written(
    book: Book, what: str, parts: Iterable[Part], beside: Division[Piece] | None = None
) -> Division[Piece]:
    """Return the writing of many parts, which several processes may share."""
    every = list(parts)
    step = f"writing {what}, part {{}} of {len(every)}"
    jobs = (partial(_write, book, part, step.format(n)) for n, part in enumerate(every, start=1))
    return Division(list(jobs), beside=beside)


def _write(book: Book, part: Part, step: str) -> Piece:
    """Write the files of one part where they changed."""
    _now_at(step)
    entries: dict[str, Keyed] = {}
    pages: list[Page] = []
    for cutting in part():
        entries[cutting.file] = book.write(cutting)
        pages.extend(cutting.pages)
    return Piece(entries, tuple(pages))


def _status(
    loaded: Snapshot, known: HistoryStats, found: tuple[Notice, ...], pieces: Iterable[Piece]
) -> list[Cutting]:
    """Return the view of `status.json`, which counts the pages of all other pieces by kind."""
    kinds = Counter(page.kind for piece in pieces for page in piece.pages)
    counts = dict(sorted(kinds.items()))
    return [single("status", urls.STATUS, status_document.build(loaded, known, found, counts))]


def _warn(loaded: Snapshot) -> None:
    """Say which records were left out, and why."""
    for reason, count in loaded.skipped.items():
        records = formatting.number_of(count, "relay record")
        sys.stderr.write(f"warning: details: {records} left out: {reason.replace('_', ' ')}\n")


def _refused(known: Network) -> dict[str, int]:
    """Return how many proven domains get no page of their own, by reason; say so, too."""
    operators = known.operators.values()
    found = Counter(one.refused for one in operators if one.refused is not None)
    for reason, count in sorted(found.items()):
        domains = formatting.number_of(count, "proven domain")
        words = reason.replace("_", " ")
        sys.stderr.write(f"warning: operators: {domains} without page of its own: {words}\n")
    return {str(reason): count for reason, count in sorted(found.items())}
