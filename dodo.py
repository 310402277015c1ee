"""The build of allium, in the order in which it runs; `doit list` shows its tasks.

doit -n 8                                      the embedded sample network, into www/
doit -n 8 source=onionoo out=/srv/www/tor      the live network
"""

from allium.engine import tuning

tuning.collect_garbage_rarely()

import sys  # noqa: E402  the collector must rest before anything is imported
from collections.abc import Iterator
from typing import Any

from doit import create_after

from allium import settings
from allium.actions import fetch, precompute, render, site, split
from allium.actions.project import Project
from allium.engine.targets import TargetsUnchanged

Task = dict[str, Any]

try:
    BUILD = Project.load()
except settings.SettingsError as error:
    sys.stderr.write(f"allium: {error}\n")
    sys.exit(78)

DOIT_CONFIG = BUILD.doit_config()


def task_fetch() -> Iterator[Task]:
    """Bring the source documents into the cache."""
    for name in BUILD.sources:
        yield {
            "name": name,
            "doc": f"bring the {name} document into the cache",
            "actions": [(fetch.fetch, [name, BUILD.origin])],
            "targets": [BUILD.outcome(name)],
            "uptodate": [(fetch.settled, [name, BUILD.origin])],
            "verbosity": 2,
        }


def task_split() -> Task:
    """Cut the snapshot into one shard for each thing that changes on its own."""
    return {
        "actions": [(split.split, [BUILD.cache, BUILD.choices])],
        "file_dep": [BUILD.outcome(name) for name in BUILD.sources],
        "targets": [BUILD.manifest],
        "uptodate": [BUILD.stage("split"), (split.intact, [BUILD.cache])],
        "verbosity": 2,
    }


def task_reserve() -> Task:
    """Record which files are about to be written into the site."""
    return {
        "actions": [(site.reserve, [BUILD.manifest, BUILD.out, *BUILD.static])],
        "file_dep": [BUILD.manifest],
        "uptodate": [BUILD.stage("site")],
    }


@create_after(executed="reserve")
def task_precompute() -> Iterator[Task]:
    """Compute each operator's view from its shard."""
    yield {"name": None, "doc": "compute the view of every operator that changed"}
    for contact in BUILD.plan().contacts:
        shard, view = BUILD.shard("contact", contact), BUILD.view("contact", contact)
        yield {
            "name": contact,
            "actions": [(precompute.precompute, [shard, view])],
            "file_dep": [shard],
            "targets": [view],
            "uptodate": [BUILD.stage("precompute"), TargetsUnchanged()],
        }


@create_after(executed="precompute")
def task_render() -> Iterator[Task]:
    """Render each page from its view."""
    for page in BUILD.plan().pages:
        yield {
            "basename": f"render:{page.kind}",
            "name": page.id,
            "actions": [(render.page, [page.kind, BUILD.file(page.view), *BUILD.site, *page.files])],
            "file_dep": [BUILD.file(page.view)],
            "targets": [f"{BUILD.out}/{name}" for name in page.files],
            "uptodate": [BUILD.stage(f"render:{page.kind}"), TargetsUnchanged()],
        }
    yield {
        "basename": "render",
        "doc": "render every page whose view changed",
        "actions": None,
        "task_dep": [f"render:{kind}" for kind in BUILD.plan().kinds],
    }


def task_static() -> Iterator[Task]:
    """Copy the files that are the same in every site."""
    for name in BUILD.static:
        origin = f"{BUILD.templates}/{name}"
        yield {
            "name": name,
            "actions": [(site.copy, [origin, BUILD.out, name])],
            "file_dep": [origin],
            "targets": [f"{BUILD.out}/{name}"],
            "uptodate": [TargetsUnchanged()],
        }


def task_prune() -> Task:
    """Remove what earlier builds wrote and no source stands behind; record what remains."""
    arguments = [BUILD.manifest, BUILD.out, BUILD.inventory, *BUILD.static]
    return {
        "actions": [(site.prune, arguments)],
        "task_dep": ["render", "static"],
        "targets": [f"{BUILD.out}/manifest.json"],
        "uptodate": [BUILD.stage("site"), (site.pruned, arguments), TargetsUnchanged()],
    }
