"""The build of allium, in the order in which it runs; `doit list` shows its tasks.

doit -n 8                                      the embedded sample network, into www/
doit -n 8 source=onionoo out=/srv/www/tor      the live network
"""

from allium.engine import tuning

tuning.collect_rarely()

from collections.abc import Iterator  # noqa: E402  the collector is tuned before all imports
from functools import partial  # noqa: E402
from typing import Any  # noqa: E402

from doit import create_after  # noqa: E402
from doit.tools import config_changed  # noqa: E402

from allium.build import doit_config, fetch, precompute, render_page, site_files, split  # noqa: E402
from allium.build.project import Project  # noqa: E402
from allium.engine import doit_internals  # noqa: E402
from allium.engine.uptodate import TargetsUnchanged  # noqa: E402

Task = dict[str, Any]

BUILD = Project.asked_for(doit_internals.variables(), doit_internals.working_folder())
CHOSEN, PLACES = BUILD.settings, BUILD.places
DOIT_CONFIG = doit_config.configured(BUILD)


def task_fetch() -> Iterator[Task]:
    """Download the source documents into the cache."""
    for name in BUILD.documents:
        yield {
            "name": name,
            "doc": f"download the {name} document into the cache",
            "actions": [(fetch.fetch, [name, BUILD.choices])],
            "targets": [BUILD.outcome(name)],
            "uptodate": [(fetch.settled, [name, BUILD.choices])],
            "verbosity": 2,
            "meta": {"expensive": True},
        }
    if CHOSEN.reads_votes:
        from allium.build import fetch_votes  # noqa: PLC0415  other builds must not wait for it

        arguments = [BUILD.choices, BUILD.stage("votes").digest]
        yield {
            "name": "votes",
            "doc": "download the votes for the hour of the details into the cache",
            "actions": [(fetch_votes.fetch, arguments)],
            "task_dep": ["fetch:details"],
            "targets": [BUILD.outcome("votes")],
            "uptodate": [(fetch_votes.settled, arguments)],
            "verbosity": 2,
            "meta": {"expensive": True},
        }


def task_split() -> Task:
    """Split the snapshot into shards: one small file for each thing that changes on its own."""
    chosen = [CHOSEN.cache, list(BUILD.sources), CHOSEN.units, CHOSEN.filter_downtime, BUILD.extras]
    code = [BUILD.stage(name).digest for name in ("reduce", "votes", "split")]
    return {
        "actions": [(split.split, [*chosen, code])],
        "file_dep": BUILD.inputs,
        "targets": [PLACES.plan],
        "uptodate": [BUILD.stage("split"), (split.intact, [CHOSEN.cache]), TargetsUnchanged()],
        "verbosity": 2,
        "meta": {"expensive": True, "prefetch": partial(render_page.prepare, *BUILD.frame[:2])},
    }


def task_reserve() -> Task:
    """Record which files are about to be written into the site."""
    return {
        "actions": [(site_files.reserve, [PLACES.plan, CHOSEN.out, *BUILD.static])],
        "file_dep": [PLACES.plan],
        "uptodate": [BUILD.stage("site"), config_changed(" ".join(BUILD.static))],
    }


@create_after(executed="reserve")
def task_precompute() -> Iterator[Task]:
    """Compute what is expensive about each operator from its shards and those of its relays."""
    yield {"name": None, "doc": "compute the view of every operator whose relays changed"}
    for contact in BUILD.plan.contacts:
        position, histories, relays = PLACES.inputs(contact)
        view = PLACES.view("contact", contact.id)
        yield {
            "name": contact.id,
            "actions": [
                (precompute.precompute, [position, histories, relays, view, PLACES.before(view)])
            ],
            "file_dep": [position, *([histories] if histories else []), *relays],
            "targets": [view],
            "uptodate": [BUILD.stage("precompute"), TargetsUnchanged()],
            "clean": True,
        }


@create_after(executed="reserve")
def task_render() -> Iterator[Task]:
    """Render each page from its view."""
    for kind in BUILD.kinds:
        yield {"basename": f"render:{kind}", "name": None, "doc": f"render the {kind} pages"}
    for page in BUILD.plan.pages:
        view = PLACES.file(page.view)
        yield {
            "basename": f"render:{page.kind}",
            "name": page.id,
            "actions": [(render_page.page, [page.kind, view, *BUILD.frame, list(page.files)])],
            "task_dep": BUILD.waits_for(page.kind),
            "file_dep": [view],
            "targets": [BUILD.target(name) for name in page.files],
            "uptodate": [BUILD.stage(f"render:{page.kind}"), TargetsUnchanged()],
            "clean": True,
        }
    yield {
        "basename": "render",
        "doc": "render every page whose view changed",
        "actions": None,
        "task_dep": [f"render:{kind}" for kind in BUILD.kinds],
    }


def task_static() -> Iterator[Task]:
    """Copy the files that are the same in every site."""
    for name in BUILD.static:
        yield {
            "name": name,
            "doc": f"copy {name}",
            "actions": [(site_files.copy, [f"{BUILD.templates}/{name}", CHOSEN.out, name])],
            "task_dep": ["reserve"],
            "file_dep": [f"{BUILD.templates}/{name}"],
            "targets": [BUILD.target(name)],
            "uptodate": [BUILD.stage("site"), TargetsUnchanged()],
            "clean": True,
        }


def task_prune() -> Task:
    """Remove files of earlier builds that have no source any more; record the others."""
    return {
        "actions": [(site_files.prune, [PLACES.plan, CHOSEN.out, PLACES.inventory, *BUILD.static])],
        "task_dep": ["precompute", "render", "static"],
        "file_dep": [PLACES.plan, *(f"{BUILD.templates}/{name}" for name in BUILD.static)],
        "targets": [BUILD.target("manifest.json")],
        "uptodate": [BUILD.stage("site"), TargetsUnchanged()],
        "clean": True,
    }


def task_publish() -> Task | None:
    """Publish the site; `--force` skips the gate, `--verify` reads every published file."""
    if CHOSEN.publish is None:
        return None
    from allium.build import publish_site  # noqa: PLC0415  other builds must not wait for it

    return {
        "actions": [
            (publish_site.publish, [BUILD.choices, PLACES.plan, BUILD.templates, BUILD.site])
        ],
        "params": [
            {"name": name, "long": name, "type": bool, "default": False}
            for name in ("force", "verify")
        ],
        "task_dep": ["prune"],
        "uptodate": [(publish_site.published, [BUILD.choices])],
        "verbosity": 2,
    }
