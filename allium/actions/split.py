"""Cut the snapshot into shards: for each page one small file of all that it may depend on."""

import sys
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from allium import text, urls
from allium.actions import directories
from allium.actions.places import Places
from allium.analysis.groups import groups
from allium.analysis.network import Operator, network
from allium.analysis.notices import Case, Notice, notices
from allium.analysis.survey import Survey, survey
from allium.engine.failure import telling
from allium.model.snapshot import Snapshot
from allium.sources import snapshot
from allium.sources.cache import SourceCache
from allium.sources.errors import SourceError
from allium.store import codec, files, ledger
from allium.store.plan import Page, Plan
from allium.views import (
    contact,
    contact_rows,
    fixed,
    group,
    health,
    index,
    leaderboard,
    leaderboards,
    relay_shard,
    rows,
    status,
)
from allium.views.boards import Scale
from allium.views.contact_shard import Cutter
from allium.views.family import Family
from allium.views.group_parts import Ground
from allium.views.largest import largest


@telling(SourceError, exit_status=69)
@telling(OSError)
def split(
    cache: str,
    sources: list[str],
    units: text.Units,
    max_offline_days: int,
    extras: list[str],
    code: str,
) -> dict[str, dict[str, int]]:
    """Write all shards, the views that are cheap enough to be made in bulk, and the plan.

    Only files whose bytes change are written; `extras` are the kinds of files beside the pages that
    the site shall have, `code` is the digest of the code that reduced the histories.
    Returns what was left out of the sources, by reason.
    """
    places = Places(cache)
    loaded = snapshot.load(SourceCache(Path(cache, "sources")), sources, max_offline_days, code)
    _warn(loaded)
    whole = network(loaded)
    found = notices(Case(loaded, whole))
    cut = Cut(places, survey(loaded, whole), units, extras)
    cut.relays()
    cut.operators()
    cut.groups()
    cut.families()
    cut.overview(loaded, found)
    cut.leaderboards()
    cut.search()
    cut.fixed()
    cut.status(loaded, found)
    cut.close()
    return {"skipped": loaded.skipped, "field_errors": loaded.field_errors}


def intact(cache: str) -> bool:
    """Tell whether every shard is as `split` wrote it."""
    return ledger.intact(cache, Places(cache).ledger)


class Cut:
    """One run of `split`: the network, the files that it becomes, and the pages to be made."""

    def __init__(
        self, places: Places, known: Survey, units: text.Units, extras: Collection[str]
    ) -> None:
        self._places = places
        self._survey = known
        self._network = whole = known.network
        self._units = units
        self._extras = extras
        self._ledger = ledger.Ledger(places.cache, places.ledger)
        self._pages: list[Page] = []
        self._links = {name: contact.link(one) for name, one in whole.operators.items()}
        self._members = {member.relay.fingerprint: member for member in whole.members}
        self._ground = Ground(survey=known, operators=self._links)
        self._in_groups = {
            member.relay.fingerprint: rows.relay_row(
                member, self._links[member.contact_id], whole.totals.weight, units
            )
            for member in whole.members
        }
        self._rows = {
            name: rows.of_one_operator(row, known.month_uptime(name), self._members[name])
            for name, row in self._in_groups.items()
        }

    def relays(self) -> None:
        """Write the shard of each relay."""
        for member in self._network.members:
            name = member.relay.fingerprint
            operator = self._links[member.contact_id]
            shard = relay_shard.shard(member, operator, self._survey, self._units)
            self._put(f"shards/relay/{name}.json", shard)
            self._page("relay", name, f"shards/relay/{name}.json", urls.relay(name), twin=True)

    def operators(self) -> None:
        """Write the shard of each operator, and the views of their further pages."""
        cutter = Cutter.of(self._survey, self._units, self._rows)
        for name, operator in self._network.operators.items():
            self._put(f"shards/contact/{name}.json", cutter.shard(operator))
            view = f"views/contact/{name}.json"
            self._page("contact", name, view, urls.contact(name), twin=True)
            if operator.vanity is not None:
                self._page("vanity", operator.vanity, view, urls.vanity(operator.vanity))
            self._further_pages(operator)

    def _further_pages(self, operator: Operator) -> None:
        name = operator.contact_id
        for number in range(2, rows.pages(len(operator.members)) + 1):
            view = f"views/contact_rows/{name}-{number}.json"
            self._put(view, contact_rows.build(operator, number, self._rows))
            self._page("contact_rows", f"{name}-{number}", view, urls.contact(name, number))

    def groups(self) -> None:
        """Write the views of all groups of relays that have something in common."""
        for one in groups(self._network.members, self._survey.slugs):
            views = group.views(one, self._ground, self._in_groups, self._units)
            self._bulk(one.kind, one.id, urls.group(one.kind, one.id), next(views))
            for number, view in enumerate(views, start=2):
                name = f"{one.kind}-{one.id}-{number}"
                self._bulk("group_rows", name, urls.group(one.kind, one.id, number), view)

    def families(self) -> None:
        """Write the views of all families."""
        known = self._members
        for name, members in self._network.families.items():
            found = Family(name, [known[member] for member in members], self._ground)
            views = found.views(known, self._rows, self._units)
            self._bulk("family", name, urls.family(name), next(views), twin=True)
            for number, view in enumerate(views, start=2):
                self._bulk("group_rows", f"family-{name}-{number}", urls.family(name, number), view)

    def overview(self, loaded: Snapshot, found: tuple[Notice, ...]) -> None:
        """Write the views of the front page and of the network's health."""
        shares = largest([member.relay for member in self._network.members])
        front = index.build(self._survey, found, shares, self._units)
        self._put("views/index.json", front)
        self._page("index", "index", "views/index.json", urls.INDEX)
        state = health.build(loaded, found, self._ground, shares, self._units)
        self._put("views/health.json", state)
        self._page("health", "health", "views/health.json", urls.HEALTH)

    def leaderboards(self) -> None:
        """Write the views of all leaderboards and of each."""
        boards, scale = self._survey.boards, Scale(self._network.totals, self._units)
        self._put("views/leaderboards.json", leaderboards.build(boards, scale))
        self._page("leaderboards", "leaderboards", "views/leaderboards.json", urls.LEADERBOARDS)
        for name, places in boards.items():
            view = f"views/leaderboard/{name}.json"
            self._put(view, leaderboard.build(name, places, scale))
            self._page("leaderboard", name, view, urls.leaderboard(name))

    def search(self) -> None:
        """Write what the search pages and their parts are made of."""
        for value, page in directories.pages(self._network, parts="search_parts" in self._extras):
            self._put(page.view, value)
            self._pages.append(page)

    def fixed(self) -> None:
        """Write the views of the pages that are the same in every site."""
        self._put("views/about.json", fixed.about())
        self._page("about", "about", "views/about.json", urls.ABOUT)
        self._put("views/not_found.json", fixed.not_found())
        self._pages.append(
            Page("not_found", "not_found", "views/not_found.json", (urls.NOT_FOUND,))
        )

    def status(self, loaded: Snapshot, found: tuple[Notice, ...]) -> None:
        """Write the view of `status.json`; the pages are counted by kind, so it comes last."""
        counts = Counter(page.kind for page in self._pages)
        pages = dict(sorted(counts.items()))
        self._put("views/status.json", status.build(loaded, self._survey, found, pages))
        self._pages.append(Page("status", "status", "views/status.json", (urls.STATUS,)))

    def close(self) -> None:
        """Write the plan, and drop the shards that nothing stands behind any more."""
        self._ledger.close()
        plan = Plan(tuple(self._network.operators), tuple(self._pages))
        files.write_if_changed(self._places.plan, codec.encode(plan))

    def _put(self, name: str, value: object) -> None:
        self._ledger.put(name, codec.encode(value))

    def _bulk(self, kind: str, name: str, folder: str, view: object, *, twin: bool = False) -> None:
        """Write the view of a page, and plan the page."""
        file = f"views/{kind}/{name}.json"
        self._put(file, view)
        self._page(kind, name, file, folder, twin=twin)

    def _page(self, kind: str, name: str, view: str, folder: str, *, twin: bool = False) -> None:
        twin = twin and "twins" in self._extras
        targets = (urls.html(folder), urls.twin(folder)) if twin else (urls.html(folder),)
        self._pages.append(Page(kind, name, view, targets))


def _warn(loaded: Snapshot) -> None:
    """Say which records were left out, and why."""
    for reason, count in loaded.skipped.items():
        records = text.number_of(count, "relay record")
        sys.stderr.write(f"warning: details: {records} left out: {reason.replace('_', ' ')}\n")
