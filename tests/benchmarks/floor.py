"""The least that a build has to do: read and decode the sources, render the pages in a loop.

Run as a program: `python -m tests.benchmarks.floor CACHE OUT full|latest`.
"""

import json
import sqlite3
import sys
from pathlib import Path

from allium.actions import render, stages
from allium.actions.places import Places
from allium.engine.reasons import WHY
from allium.render.site import Site
from allium.settings import Settings
from allium.sources import documents, snapshot
from allium.sources.cache import SourceCache
from allium.store import codec, plan
from tests.support.project import REPOSITORY


def main(cache: str, out: str, which: str) -> None:
    """Read the sources of a cache and render its pages: all, or those of the latest build."""
    digests = stages.compositions(REPOSITORY, Settings())
    code = stages.digest_of(digests["reduce"])
    sources = SourceCache(Path(cache, "sources"))
    if which == "full":
        for name in ("uptime", "bandwidth"):
            Path(sources.reduced(name)).unlink(missing_ok=True)
            snapshot.reduce(sources, name, code)
    snapshot.load(sources, documents.NAMES, 7, code)
    site = codec.encode(Site(site_title="Tor network")).decode()
    templates = str(REPOSITORY / "templates")
    wanted = _latest(Places(cache).state) if which == "latest" else None
    for page in plan.load(Places(cache).plan).pages:
        if wanted is None or f"render:{page.kind}:{page.id}" in wanted:
            view = f"{cache}/{page.view}"
            render.page(page.kind, view, templates, site, out, list(page.files))


def _latest(state: str) -> set[str]:
    """Return the tasks that ran in the latest build."""
    rows = sqlite3.connect(state).execute("select name, row from task").fetchall()
    builds = {name: json.loads(row).get(WHY, [0])[0] for name, row in rows}
    latest = max(builds.values())
    return {name for name, build in builds.items() if build == latest}


if __name__ == "__main__":
    main(*sys.argv[1:])
