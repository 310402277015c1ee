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

from allium.engine import code_closure
from allium.render import template_closure
from allium.render.html import FRAME
from allium.render.site_info import Site
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
    """A page kind: its view and its template; without a template the view's file is the page.

    `view` and `shard` name types as `module:Class`, not imported here: rendering one kind must not
    depend on the code of all. The file that a page depends on holds the view, or, where the kind
    has a `shard`, that, from which `build` of the view's module makes the view as the page is
    rendered. An `anywhere` page is served at any address. The view of a `precomputed` page is made
    by a task of its own, after `split`.
    """

    view: str
    template: str | None
    shard: str | None = None
    anywhere: bool = False
    precomputed: bool = False

    @property
    def module(self) -> str:
        """The module of the view."""
        return self.view.partition(":")[0]


_OPERATOR = Kind(
    view="allium.pages.operator.operator_page:OperatorPage",
    template="pages/operator.html",
    precomputed=True,
)
KINDS = {
    "index": Kind(view="allium.pages.home:HomePage", template="pages/index.html"),
    "health": Kind(view="allium.pages.health.health_page:HealthPage", template="pages/health.html"),
    "relay": Kind(
        view="allium.pages.relay.relay_page:RelayPage",
        template="pages/relay.html",
        shard="allium.pages.relay.relay_shard:RelayShard",
    ),
    "votes": Kind(
        view="allium.pages.votes.relay_votes_page:RelayVotesPage",
        template="pages/relay_votes.html",
        shard="allium.pages.votes.relay_votes_page:VotesShard",
    ),
    "contact": _OPERATOR,
    "vanity": _OPERATOR,
    "contact_rows": Kind(
        view="allium.pages.parts.relay_rows:RowsPage",
        template="pages/relay_rows.html",
    ),
    "as": Kind(view="allium.pages.group.group_page:GroupPage", template="pages/group.html"),
    "country": Kind(view="allium.pages.group.group_page:GroupPage", template="pages/group.html"),
    "platform": Kind(view="allium.pages.group.group_page:GroupPage", template="pages/group.html"),
    "version": Kind(view="allium.pages.group.group_page:GroupPage", template="pages/group.html"),
    "flag": Kind(view="allium.pages.group.group_page:GroupPage", template="pages/group.html"),
    "first_seen": Kind(view="allium.pages.group.group_page:GroupPage", template="pages/group.html"),
    "family": Kind(view="allium.pages.family.family_page:FamilyPage", template="pages/family.html"),
    "group_rows": Kind(
        view="allium.pages.parts.relay_rows:RowsPage",
        template="pages/relay_rows.html",
    ),
    "authorities": Kind(
        view="allium.pages.votes.authorities_page:AuthoritiesPage",
        template="pages/authorities.html",
    ),
    "consensus": Kind(
        view="allium.pages.votes.consensus_page:ConsensusPage", template="pages/consensus.html"
    ),
    "lists": Kind(view="allium.pages.lists.lists_overview:ListsPage", template="pages/lists.html"),
    "list": Kind(view="allium.pages.lists.list_page:ListPage", template="pages/list.html"),
    "top": Kind(view="allium.pages.lists.list_page:ListPage", template="pages/list.html"),
    "leaderboards": Kind(
        view="allium.pages.boards.boards_overview:BoardsPage", template="pages/leaderboards.html"
    ),
    "leaderboard": Kind(
        view="allium.pages.boards.board_page:BoardPage", template="pages/leaderboard.html"
    ),
    "search": Kind(
        view="allium.pages.search.search_start:SearchPage", template="pages/search.html"
    ),
    "search_index": Kind(
        view="allium.pages.search.nickname_letters:NicknamePage", template="pages/search_index.html"
    ),
    "search_part": Kind(
        view="allium.pages.search.search_directory:DirectoryPage",
        template="pages/search_part.html",
        shard="allium.pages.search.search_directory:DirectoryShard",
    ),
    "search_data": Kind(view="allium.pages.search.search_index:SearchIndex", template=None),
    "cross": Kind(view="allium.pages.cross_page:CrossPage", template="pages/cross.html"),
    "risks": Kind(view="allium.pages.risks.risks_page:RisksPage", template="pages/risks.html"),
    "exports": Kind(
        view="allium.pages.exports.exports_page:ExportsPage", template="pages/exports.html"
    ),
    "export": Kind(view="allium.pages.exports.export_tables:JsonExport", template=None),
    "about": Kind(view="allium.pages.fixed_pages:FixedPage", template="pages/about.html"),
    "not_found": Kind(
        view="allium.pages.fixed_pages:FixedPage", template="pages/not_found.html", anywhere=True
    ),
    "status": Kind(view="allium.pages.status_document:StatusDocument", template=None),
}

STAGES = {
    "reduce": Stage(modules=("allium.sources.snapshot_loader",)),
    "votes": Stage(modules=("allium.sources.collector.vote_reading",)),
    "split": Stage(
        modules=("allium.build.split",),
        settings=(
            *("units", "filter_downtime", "apis", "weights", "votes", "twins"),
            *("search_parts", "exports", "operator_gauges", "vote_pages"),
        ),
    ),
    "precompute": Stage(modules=("allium.build.precompute",)),
    "site": Stage(modules=("allium.build.site_files",), settings=("out",)),
} | {
    f"render:{name}": Stage(
        modules=("allium.build.render_page", kind.module),
        settings=("out", *Site.__struct_fields__),
        template=kind.template,
    )
    for name, kind in KINDS.items()
}


def compositions(packages: Path, resources: Path, settings: Settings) -> dict[str, dict[str, str]]:
    """Return what every stage is made of: each part by name, as a digest or as it is.

    `packages` is the folder that holds the packages, `resources` the one that holds the templates.
    """
    # Only what shapes bytes: a new doit or requests must not render twenty thousand pages.
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
    for path in code_closure.closure(packages, stage.modules):
        yield f"code {path}", f"{packages}/{path}"
    # Header and footer are made apart from the page, so no tag of its template names them.
    if stage.template is not None:
        templates = resources / "templates"
        for path in template_closure.closure(templates, stage.template, *FRAME):
            yield f"template {path}", f"{templates}/{path}"


@cache
def _digest_of(path: str) -> str:
    """Return the digest of a file that several stages are made of."""
    return f"digest:{digest(files.read(path))}"
