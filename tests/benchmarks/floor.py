"""The least that a build has to do: read and decode the sources, render the pages in a loop.

Run as a program: `python -m tests.benchmarks.floor CACHE OUT full|latest`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from allium.build import render_page, stages
from allium.build.paths import CachePaths
from allium.engine.reasons import WHY
from allium.engine.state import StateDB
from allium.render.site_info import Site
from allium.settings import Settings
from allium.sources import snapshot_loader
from allium.sources.onionoo import documents
from allium.sources.source_cache import SourceCache
from allium.store import codec, site_plan
from allium.store.site_plan import Page
from tests.support.project import REPOSITORY


def main(cache: str, out: str, which: str) -> None:
    """Read the sources of a cache and render its pages: all, or those of the latest build."""
    digests = stages.compositions(REPOSITORY, REPOSITORY, Settings())
    code = stages.digest_of(digests["reduce"])
    sources = SourceCache(Path(cache, "sources"))
    if which == "full":
        for name in ("uptime", "bandwidth"):
            Path(sources.reduced(name)).unlink(missing_ok=True)
            snapshot_loader.reduce(sources, name, code)
    found = snapshot_loader.load(sources, documents.NAMES, 7)
    snapshot_loader.with_bandwidth(snapshot_loader.with_uptime(found, sources, code), sources, code)
    site = codec.encode(Site(site_title="Tor network")).decode()
    templates = str(REPOSITORY / "templates")
    pages = site_plan.load(CachePaths(cache).plan).pages
    for page in _latest(pages, CachePaths(cache).state) if which == "latest" else pages:
        view = f"{cache}/{page.view}"
        render_page.page(page.kind, view, templates, site, out, list(page.files))


def _latest(pages: Sequence[Page], state: str) -> list[Page]:
    """Return the pages that the latest build rendered."""
    known = StateDB(state, None)
    builds = [known.row(f"render:{page.kind}:{page.id}")[WHY][0] for page in pages]
    return [page for page, build in zip(pages, builds, strict=True) if build == max(builds)]


if __name__ == "__main__":
    main(*sys.argv[1:])
