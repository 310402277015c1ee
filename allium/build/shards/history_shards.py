"""What the network becomes where histories have a part in it: files of the cache, and pages."""

from collections.abc import Iterator, Sequence
from functools import partial

from allium import urls
from allium.analysis.alerts import Notice
from allium.analysis.history_stats import HistoryStats
from allium.analysis.network import Member, Operator
from allium.analysis.operator.operator_history import Histories
from allium.analysis.operator.performance import by_name
from allium.build.shards import list_shards
from allium.build.shards.network_shards import Present
from allium.build.shards.shard_file import (
    Cutting,
    Derived,
    Part,
    only,
    page,
    printed,
    shared,
    single,
)
from allium.model.relay import Fingerprint
from allium.pages import fixed_pages, home
from allium.pages.boards import board_page, boards_overview
from allium.pages.boards.board_titles import Scale
from allium.pages.family.family_page import Family
from allium.pages.health import health_page
from allium.pages.operator import operator_further
from allium.pages.operator.network_position import Positions
from allium.pages.parts import relay_rows
from allium.pages.parts.shares import largest
from allium.pages.relay import relay_shard
from allium.store.site_plan import Contact


class Cut:
    """The network with its histories, and the files that it becomes beyond those of its present.

    Each method yields the files of some kinds.
    """

    def __init__(self, present: Present, found: tuple[Notice, ...], known: HistoryStats) -> None:
        self._present = present
        self._notices = found
        self._survey = known
        self._network = known.network
        self._units = present.units
        self._twins = "twins" in present.extras
        self._members = {member.relay.fingerprint: member for member in known.network.members}
        self._rows = {
            name: relay_rows.of_one_operator(row, known.month_uptime(name), self._members[name])
            for name, row in present.table.items()
        }

    def plain(self) -> Iterator[Part]:
        """Yield what can be cut side by side before it is known how the operators compare."""
        for members in shared(self._network.members):
            yield partial(self._relays, members)
        yield self._families

    def compared(self) -> Iterator[Part]:
        """Yield the other parts, which can be cut side by side, too."""
        positions = Positions.of(self._survey, self._units)
        yield self._lists
        yield self._overview
        for operators in shared(list(self._network.operators.values())):
            yield partial(self._operators, positions, operators)
        yield self._single_pages

    def _relays(self, members: Sequence[Member]) -> Iterator[Cutting]:
        """Yield the shard of each relay."""
        for member in members:
            name = member.relay.fingerprint
            operator = self._present.links[member.contact_id]
            begun = relay_shard.shard(member, operator, self._survey, self._units)
            own = self._survey.uptime.get(name), self._survey.bandwidth.get(name)
            made = partial(relay_shard.with_histories, begun, *own)
            file = _relay_shard(name)
            shown = page("relay", name, file, urls.relay(name), twin=self._twins)
            yield Cutting(file, Derived((begun, self._records(name)), made), (shown,))

    def _operators(self, positions: Positions, operators: Sequence[Operator]) -> Iterator[Cutting]:
        """Yield the position and the histories of each operator, and views of further pages."""
        for operator in operators:
            name = operator.contact_id
            view = f"views/contact/{name}.json"
            pages = [page("contact", name, view, urls.contact(name), twin=self._twins)]
            if (domain := operator.vanity) is not None:
                pages.append(page("vanity", domain, view, urls.vanity(domain)))
            inputs = self.inputs(operator)
            yield Cutting(inputs.position, positions.position(operator), tuple(pages))
            if inputs.histories is not None:
                yield Cutting(inputs.histories, self._of_operator(operator))
            for number in range(2, relay_rows.pages(len(operator.members)) + 1):
                further = operator_further.build(operator, number, self._rows)
                folder = urls.contact(name, number)
                yield printed("contact_rows", f"{name}-{number}", folder, further)

    def contacts(self) -> tuple[Contact, ...]:
        """Return what the view of each operator is computed from."""
        return tuple(map(self.inputs, self._network.operators.values()))

    def inputs(self, operator: Operator) -> Contact:
        """Return what the view of one operator is computed from."""
        name, loaded = operator.contact_id, self._survey.snapshot
        known = loaded.uptime is not None or loaded.bandwidth is not None
        return Contact(
            id=name,
            position=f"shards/network/{name}.json",
            histories=f"shards/history/{name}.json" if known else None,
            relays=tuple(_relay_shard(member.relay.fingerprint) for member in operator.members),
        )

    def _records(self, name: Fingerprint) -> tuple[str | None, str | None]:
        """Return the digests that name a relay's histories in place of their values."""
        loaded = self._survey.snapshot
        return loaded.uptime_records.get(name), loaded.bandwidth_records.get(name)

    def _of_operator(self, operator: Operator) -> Derived:
        """Return the reduced histories of an operator's relays, by the digests of each."""
        loaded, names = self._survey.snapshot, [one.relay.fingerprint for one in operator.members]
        there = loaded.uptime is not None, loaded.bandwidth is not None
        own = {name: self._records(name) for name in names}
        return Derived((there, own), partial(self._together, operator))

    def _together(self, operator: Operator) -> Histories:
        """Return the reduced histories of an operator's relays."""
        loaded, members = self._survey.snapshot, operator.members
        return Histories(
            uptime=None if loaded.uptime is None else by_name(members, loaded.uptime),
            bandwidth=None if loaded.bandwidth is None else by_name(members, loaded.bandwidth),
        )

    def _families(self) -> Iterator[Cutting]:
        """Yield the views of all families."""
        for found in self._kin():
            name, views = found.id, found.views(self._members, self._rows, self._units)
            yield printed("family", name, urls.family(name), next(views), twin=self._twins)
            for number, view in enumerate(views, start=2):
                folder = urls.family(name, number)
                yield printed("group_rows", f"family-{name}-{number}", folder, view)

    def _kin(self) -> Iterator[Family]:
        known = self._members
        for name, members in self._network.families.items():
            yield Family(name, [known[member] for member in members], self._present.ground)

    def _lists(self) -> Iterator[Cutting]:
        """Yield the views of all lists."""
        now, kin = self._present, list(self._kin())
        yield from list_shards.pages(
            self._survey, now.table, now.groups, kin, self._units, twins=self._twins
        )

    def _overview(self) -> Iterator[Cutting]:
        """Yield the views of the front page and of the network's health."""
        shares = largest([member.relay for member in self._network.members])
        front = home.build(self._survey, self._notices, shares, self._units)
        yield only("index", urls.INDEX, front)
        ground = self._present.ground
        state = health_page.build(self._survey, self._notices, ground, shares, self._units)
        yield only("health", urls.HEALTH, state, twin=self._twins)

    def _single_pages(self) -> Iterator[Cutting]:
        """Yield the views of the leaderboards, and of pages that stand still."""
        boards, scale = self._survey.boards, Scale(self._network.totals, self._units)
        first = boards_overview.build(boards, scale)
        yield only("leaderboards", urls.LEADERBOARDS, first, twin=self._twins)
        for name, places in boards.items():
            view = board_page.build(name, places, scale)
            yield printed("leaderboard", name, urls.leaderboard(name), view, twin=self._twins)
        yield only("about", urls.ABOUT, fixed_pages.about(self._units))
        yield single("not_found", urls.NOT_FOUND, fixed_pages.not_found())


def _relay_shard(fingerprint: Fingerprint) -> str:
    return f"shards/relay/{fingerprint}.json"
