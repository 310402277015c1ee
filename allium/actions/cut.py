"""What the snapshot is cut into: every file that `split` writes, and the pages made of it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct

from allium import text, urls
from allium.actions import directories, lists
from allium.analysis.groups import Group, groups
from allium.analysis.network import Member, Operator
from allium.analysis.notices import Notice
from allium.analysis.survey import Survey
from allium.engine.crew import portions
from allium.model.snapshot import Snapshot
from allium.store.plan import Page
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
)
from allium.views.boards import Scale
from allium.views.contact_shard import Cutter
from allium.views.family import Family
from allium.views.ground import Ground
from allium.views.largest import largest

T = TypeVar("T")

PORTIONS: Final = 16
"""The relays, and the operators, are cut in so many portions, which processes can share."""


class Cutting(Struct, frozen=True):
    """One file of the cache (by its name there), what it holds, and the pages made from it."""

    file: str
    value: object
    pages: tuple[Page, ...] = ()


Part: TypeAlias = Callable[[], Iterator[Cutting]]
"""Files that are cut together, each when it is asked for."""


class Cut:
    """The network, and the files that it becomes: each method yields those of some kinds."""

    def __init__(
        self,
        loaded: Snapshot,
        found: tuple[Notice, ...],
        known: Survey,
        units: text.Units,
        extras: Collection[str],
    ) -> None:
        self._snapshot = loaded
        self._notices = found
        self._survey = known
        self._network = whole = known.network
        self._units = units
        self._extras = extras
        self._links = {name: contact.link(one) for name, one in whole.operators.items()}
        self._members = {member.relay.fingerprint: member for member in whole.members}
        self._ground = Ground(survey=known, operators=self._links)
        self._in_groups = {
            member.relay.fingerprint: rows.relay_row(
                member, self._links[member.contact_id], whole.totals.weight, units
            )
            for member in whole.members
        }
        self._every = groups(whole.members, known.slugs)
        self._rows = {
            name: rows.of_one_operator(row, known.month_uptime(name), self._members[name])
            for name, row in self._in_groups.items()
        }

    def plain(self) -> Iterator[Part]:
        """Yield what can be cut side by side before it is known how the operators compare."""
        for members in _portions(self._network.members):
            yield partial(self._relays, members)
        for _, found in groupby(self._every, lambda one: one.kind):
            yield partial(self._groups, list(found))
        yield self._families
        yield self._search

    def compared(self) -> Iterator[Part]:
        """Yield the other parts, which can be cut side by side, too."""
        cutter = Cutter.of(self._survey, self._units, self._rows)
        yield self._lists
        yield self._overview
        for operators in _portions(list(self._network.operators.values())):
            yield partial(self._operators, cutter, operators)
        yield self._single_pages

    def _relays(self, members: Sequence[Member]) -> Iterator[Cutting]:
        """Yield the shard of each relay."""
        for member in members:
            name = member.relay.fingerprint
            operator = self._links[member.contact_id]
            shard = relay_shard.shard(member, operator, self._survey, self._units)
            file = f"shards/relay/{name}.json"
            page = self._page("relay", name, file, urls.relay(name), twin=True)
            yield Cutting(file, shard, (page,))

    def _operators(self, cutter: Cutter, operators: Sequence[Operator]) -> Iterator[Cutting]:
        """Yield the shard of each operator, and the views of their further pages."""
        for operator in operators:
            name = operator.contact_id
            view = f"views/contact/{name}.json"
            pages = [self._page("contact", name, view, urls.contact(name), twin=True)]
            if (domain := operator.vanity) is not None:
                pages.append(self._page("vanity", domain, view, urls.vanity(domain)))
            yield Cutting(f"shards/contact/{name}.json", cutter.shard(operator), tuple(pages))
            for number in range(2, rows.pages(len(operator.members)) + 1):
                further = contact_rows.build(operator, number, self._rows)
                folder = urls.contact(name, number)
                yield self._printed("contact_rows", f"{name}-{number}", folder, further)

    def _groups(self, found: Sequence[Group]) -> Iterator[Cutting]:
        """Yield the views of groups of relays that have something in common."""
        for one in found:
            views = group.views(one, self._ground, self._in_groups, self._units)
            yield self._printed(one.kind, one.id, urls.group(one.kind, one.id), next(views))
            for number, view in enumerate(views, start=2):
                name = f"{one.kind}-{one.id}-{number}"
                folder = urls.group(one.kind, one.id, number)
                yield self._printed("group_rows", name, folder, view)

    def _families(self) -> Iterator[Cutting]:
        """Yield the views of all families."""
        for found in self._kin():
            name, views = found.id, found.views(self._members, self._rows, self._units)
            yield self._printed("family", name, urls.family(name), next(views), twin=True)
            for number, view in enumerate(views, start=2):
                folder = urls.family(name, number)
                yield self._printed("group_rows", f"family-{name}-{number}", folder, view)

    def _kin(self) -> Iterator[Family]:
        known = self._members
        for name, members in self._network.families.items():
            yield Family(name, [known[member] for member in members], self._ground)

    def _lists(self) -> Iterator[Cutting]:
        """Yield the views of all lists."""
        known, table, kin = self._survey, self._in_groups, list(self._kin())
        for value, page in lists.pages(known, table, self._every, kin, self._units):
            yield Cutting(page.view, value, (page,))

    def _overview(self) -> Iterator[Cutting]:
        """Yield the views of the front page and of the network's health."""
        shares = largest([member.relay for member in self._network.members])
        front = index.build(self._survey, self._notices, shares, self._units)
        yield self._only("index", urls.INDEX, front)
        state = health.build(self._snapshot, self._notices, self._ground, shares, self._units)
        yield self._only("health", urls.HEALTH, state)

    def _single_pages(self) -> Iterator[Cutting]:
        """Yield the views of the leaderboards, and of pages that stand still."""
        boards, scale = self._survey.boards, Scale(self._network.totals, self._units)
        yield self._only("leaderboards", urls.LEADERBOARDS, leaderboards.build(boards, scale))
        for name, places in boards.items():
            view = leaderboard.build(name, places, scale)
            yield self._printed("leaderboard", name, urls.leaderboard(name), view)
        yield self._only("about", urls.ABOUT, fixed.about())
        yield single("not_found", urls.NOT_FOUND, fixed.not_found())

    def _search(self) -> Iterator[Cutting]:
        """Yield what the search pages and their parts are made of."""
        for value, page in directories.pages(self._network, parts="search_parts" in self._extras):
            yield Cutting(page.view, value, (page,))

    def _only(self, kind: str, folder: str, view: object) -> Cutting:
        """Return the view of the one page of a kind."""
        return single(kind, urls.html(folder), view)

    def _printed(
        self, kind: str, name: str, folder: str, view: object, *, twin: bool = False
    ) -> Cutting:
        """Return the view of a page, and the page."""
        file = f"views/{kind}/{name}.json"
        return Cutting(file, view, (self._page(kind, name, file, folder, twin=twin),))

    def _page(self, kind: str, name: str, view: str, folder: str, *, twin: bool = False) -> Page:
        twin = twin and "twins" in self._extras
        targets = (urls.html(folder), urls.twin(folder)) if twin else (urls.html(folder),)
        return Page(kind, name, view, targets)


def single(kind: str, file: str, view: object) -> Cutting:
    """Return the view of the one file of a kind, which lies at `file` in the site."""
    name = f"views/{kind}.json"
    return Cutting(name, view, (Page(kind, kind, name, (file,)),))


def _portions(whole: Sequence[T]) -> list[Sequence[T]]:
    """Return a sequence in parts of nearly one length."""
    return portions(whole, -(-len(whole) // PORTIONS) or 1)
