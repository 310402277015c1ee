"""The site around its pages: static files, the record of what is there, and what must go."""

from collections.abc import Iterable
from typing import Any

from allium.build.render_page import written
from allium.engine.failure import reports
from allium.engine.parallel import parallel_map
from allium.engine.uptodate import targets
from allium.store import StoreError, files, shard_ledger, site_plan, site_record


@reports(OSError)
def copy(origin: str, out: str, target: str) -> dict[str, Any]:
    """Copy one static file into the site."""
    return written(out, {target: files.read(origin)})


@reports(OSError, StoreError)
def reserve(pages: str, out: str, *static: str) -> None:
    """Record what is about to be written, so that even a killed build leaves nothing unknown."""
    site_record.reserve(out, _names(pages, static))


@reports(OSError, StoreError)
def prune(pages: str, out: str, memory: str, *static: str) -> dict[str, Any]:
    """Remove the files of earlier builds that have no source any more; record those that remain.

    `memory` is the ledger that saves reading unchanged files back for their digests.
    """
    # either record may have been deleted
    before = {*site_record.load(out).files, *shard_ledger.entries(memory)}
    names = _names(pages, static)
    files.sweep(out, sorted(before.union(names, [site_record.NAME])), parallel_map)
    entries = shard_ledger.observe(out, names, memory, parallel_map)
    removed, record = site_record.settle(out, entries, before)
    return {"removed": removed, "files": len(entries), **targets(record)}


def _names(pages: str, static: Iterable[str]) -> list[str]:
    planned = (name for page in site_plan.load(pages).pages for name in page.files)
    return sorted([*planned, *static])
