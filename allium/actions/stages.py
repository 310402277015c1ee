"""What each stage of the build is made of, and the digest that dirties its tasks when it changes.

A stage is the code of its modules with all they import, its template with all that includes, the
settings it reads, and the versions of the libraries that shape its bytes.
"""

import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct

from allium.engine import code
from allium.render import closure
from allium.render.site import Site
from allium.settings import Settings
from allium.store import codec, files
from allium.store.digest import digest

LIBRARIES = ("jinja2", "markupsafe", "msgspec")


class Stage(Struct, frozen=True, kw_only=True):
    """The modules whose code decides a task's output, the settings they read, and a template."""

    modules: tuple[str, ...]
    settings: tuple[str, ...] = ()
    template: str | None = None


class Kind(Struct, frozen=True, kw_only=True):
    """A page kind: its view module and its template; without a template the view is the file.

    The file that a page depends on holds the module's `Printed` view, or, when `direct`, the
    `Shard` from which `build` makes the view as the page is rendered. An `anywhere` page is served
    at any address. The view of a `precomputed` page is made by a task of its own, after `split`.
    """

    module: str
    template: str | None
    direct: bool = False
    anywhere: bool = False
    precomputed: bool = False


_OPERATOR = Kind(module="allium.views.contact", template="pages/contact.html", precomputed=True)
KINDS = {
    "index": Kind(module="allium.views.index", template="pages/index.html"),
    "health": Kind(module="allium.views.health", template="pages/health.html"),
    "relay": Kind(module="allium.views.relay", template="pages/relay.html", direct=True),
    "contact": _OPERATOR,
    "vanity": _OPERATOR,
    "contact_rows": Kind(module="allium.views.contact_rows", template="pages/contact_rows.html"),
    "as": Kind(module="allium.views.group", template="pages/group.html"),
    "country": Kind(module="allium.views.group", template="pages/group.html"),
    "platform": Kind(module="allium.views.group", template="pages/group.html"),
    "version": Kind(module="allium.views.group", template="pages/group.html"),
    "flag": Kind(module="allium.views.group", template="pages/group.html"),
    "first_seen": Kind(module="allium.views.group", template="pages/group.html"),
    "family": Kind(module="allium.views.family", template="pages/family.html"),
    "group_rows": Kind(module="allium.views.contact_rows", template="pages/contact_rows.html"),
    "lists": Kind(module="allium.views.listings", template="pages/listings.html"),
    "list": Kind(module="allium.views.listing", template="pages/listing.html"),
    "top": Kind(module="allium.views.listing", template="pages/listing.html"),
    "leaderboards": Kind(module="allium.views.leaderboards", template="pages/leaderboards.html"),
    "leaderboard": Kind(module="allium.views.leaderboard", template="pages/leaderboard.html"),
    "search": Kind(module="allium.views.search", template="pages/search.html"),
    "search_index": Kind(module="allium.views.search_index", template="pages/search_index.html"),
    "search_part": Kind(
        module="allium.views.search_part",
        template="pages/search_part.html",
        direct=True,
    ),
    "search_data": Kind(module="allium.views.search_data", template=None),
    "about": Kind(module="allium.views.fixed", template="pages/about.html"),
    "not_found": Kind(module="allium.views.fixed", template="pages/not_found.html", anywhere=True),
    "status": Kind(module="allium.views.status", template=None),
}

STAGES = {
    "reduce": Stage(modules=("allium.sources.snapshot",)),
    "split": Stage(
        modules=("allium.actions.split",),
        settings=("units", "filter_downtime", "apis", "twins", "search_parts"),
    ),
    "precompute": Stage(modules=("allium.actions.precompute",)),
    "site": Stage(modules=("allium.actions.site",), settings=("out",)),
} | {
    f"render:{name}": Stage(
        modules=("allium.actions.render", kind.module),
        settings=("out", *Site.__struct_fields__),
        template=kind.template,
    )
    for name, kind in KINDS.items()
}


def compositions(packages: Path, resources: Path, settings: Settings) -> dict[str, dict[str, str]]:
    """Return what every stage is made of: each part by name, as a digest or as it is.

    `packages` is the folder that holds the packages, `resources` the one that holds the templates.
    """
    libraries = {f"library {name}": version(name) for name in LIBRARIES}
    common = {"Python": platform.python_version()} | libraries
    return {
        name: common
        | {f"setting {field}": str(getattr(settings, field)) for field in stage.settings}
        | {part: _digest_of(path) for part, path in _files(packages, resources, stage)}
        for name, stage in STAGES.items()
    }


def digest_of(composition: dict[str, str]) -> str:
    """Return the digest that dirties a stage's tasks when any of its parts changes."""
    return digest(codec.encode(composition))


def _files(packages: Path, resources: Path, stage: Stage) -> Iterator[tuple[str, str]]:
    for path in code.closure(packages, stage.modules):
        yield f"code {path}", f"{packages}/{path}"
    if stage.template is not None:
        templates = resources / "templates"
        for path in closure.closure(templates, stage.template):
            yield f"template {path}", f"{templates}/{path}"


@cache
def _digest_of(path: str) -> str:
    """Return the digest of a file that several stages are made of."""
    return f"digest:{digest(files.read(path))}"
