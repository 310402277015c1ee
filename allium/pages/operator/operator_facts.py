"""All about one operator that its own relays determine, beside what is relative to the network."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from allium import formatting
from allium.analysis.aroi.aroi_claim import Claim, claim
from allium.analysis.aroi.validation import STATUS_ORDER, RelayStatus
from allium.analysis.history.throughput import added, relay_volume
from allium.analysis.history.uptime import month_uptime
from allium.analysis.network import Member
from allium.analysis.operator.composition import makeup
from allium.analysis.operator.operator_history import Histories, OperatorHistory, operator_history
from allium.analysis.relay.platform import platform_name
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.relay.weight_ratio import underutilised
from allium.analysis.totals import Totals, totals
from allium.model.relay import Fingerprint, Relay
from allium.pages.boards.board_titles import BoardRanking
from allium.pages.operator import operator_parts as parts
from allium.pages.operator.network_position import Position, Traffic, proven_relays
from allium.pages.operator.operator_bandwidth import RatioRow, ratios
from allium.pages.operator.operator_parts import Affected, Composition, Down, OwnRelay, Proven, Work
from allium.pages.operator.operator_reliability import Reliability, reliability
from allium.pages.parts import group_links, network_figures, relay_rows
from allium.pages.parts.page_base import Link, RelayRow, Share, View
from allium.pages.parts.shares import countries, networks, shares, versions


class OperatorGroup(View, frozen=True):
    """The relays of one AROI status: all of them, and the rows of the first page."""

    status: RelayStatus
    fingerprints: tuple[Fingerprint, ...]
    rows: tuple[RelayRow, ...]


class Facts(View, frozen=True):
    """All that the page of one operator prints, before it is put into words."""

    id: str
    contact: str | None
    domain: str | None
    proofs: dict[str, parts.ProofShard]
    state: str
    aroi_reason: str | None
    problems: dict[str, tuple[Fingerprint, ...]]
    vanity: str | None
    counts: dict[Role, int]
    bandwidth: str
    role_bandwidth: dict[Role, str]
    weight_share: str | None
    role_share: dict[Role, str | None]
    proven: Proven | None
    measured: str | None
    data: Traffic | None
    first_seen: str
    newest: str
    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]
    platforms: tuple[Share, ...]
    composition: Composition
    affected: tuple[Affected, ...]
    down: Down | None
    underutilised: int
    ratios: tuple[RatioRow, ...]
    ratio_rank: str | None
    reliability: Reliability | None
    outliers: dict[str, tuple[Fingerprint, ...]]
    rankings: tuple[BoardRanking, ...]
    work: tuple[Work, ...]
    groups: tuple[OperatorGroup, ...]

    @property
    def statuses(self) -> dict[str, tuple[Fingerprint, ...]]:
        """All relays by AROI status."""
        return {group.status: group.fingerprints for group in self.groups}

    @property
    def relays(self) -> int:
        """The number of all relays."""
        return sum(len(group.fingerprints) for group in self.groups)

    @property
    def proven_relays(self) -> int:
        """The number of relays whose domain is proven."""
        return sum(len(one.fingerprints) for one in self.groups if one.status == "validated")

    @property
    def running(self) -> int:
        """The number of running relays."""
        return sum(self.counts.values())


class OperatorFacts(Struct, frozen=True, kw_only=True, dict=True):
    """One operator: what is relative to the network, its relays in table order, their histories."""

    position: Position
    relays: tuple[OwnRelay, ...]
    histories: Histories

    @property
    def is_one(self) -> bool:
        """Whether somebody answers: relays without a contact are not one operator."""
        return self.position.contact is not None

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The relays as parts of the network."""
        name = self.position.id
        return tuple(one.member(name, claim(one.relay.contact)) for one in self.relays)

    @property
    def claim(self) -> Claim:
        """What the contact of the first relay claims."""
        return self.members[0].claim

    @cached_property
    def own(self) -> list[Relay]:
        """The relays' records."""
        return [one.relay for one in self.relays]

    @cached_property
    def totals(self) -> Totals:
        """The sums over the running relays."""
        return totals(self.own)

    @cached_property
    def names(self) -> dict[Fingerprint, str]:
        """The nickname of each relay, with digits of the fingerprint where several share it."""
        return group_links.told_apart(self.own)

    @cached_property
    def history(self) -> OperatorHistory:
        """What the relays' histories come to."""
        return operator_history(self.members, self.histories)


def facts(one: OperatorFacts) -> Facts:
    """Return all that the page of one operator prints."""
    position, members, relays, own, claimed = (
        one.position,
        one.members,
        one.own,
        one.totals,
        one.claim,
    )
    return Facts(
        id=position.id,
        contact=position.contact,
        domain=claimed.domain,
        proofs=parts.proofs(members) if claimed.domain is not None else {},
        state=position.state,
        aroi_reason=claimed.reason,
        problems=parts.problems(members),
        vanity=position.vanity,
        counts={role: own.parts[role].relays for role in ROLES},
        bandwidth=network_figures.observed(position.absent, own.bandwidth, position.units),
        role_bandwidth=network_figures.by_role(own, position.absent, position.units),
        weight_share=position.shares.all,
        role_share=position.shares.roles,
        proven=_proven(one),
        measured=network_figures.measured(own, position.absent),
        data=position.data,
        first_seen=formatting.date(min(relay.first_seen for relay in relays)),
        newest=formatting.date(max(relay.first_seen for relay in relays)),
        countries=countries(relays),
        networks=networks(relays),
        versions=versions(relays),
        platforms=_platforms(one),
        composition=parts.composition(
            one.relays, makeup(relays), position.majorities, position.absent
        ),
        affected=parts.affected(one.relays, one.names) if one.is_one else (),
        down=parts.down(members),
        underutilised=sum(map(underutilised, relays)),
        ratios=ratios(members, position.usual_ratios) if one.is_one else (),
        ratio_rank=position.ratio_rank,
        reliability=reliability(position, members, one.histories, one.history, one.names),
        outliers=parts.outliers(one.history) if one.is_one else {},
        rankings=position.rankings,
        work=parts.work(members, one.names) if claimed.domain is not None else (),
        groups=_groups(one),
    )


def _proven(operator: OperatorFacts) -> Proven | None:
    """Return the sums over the proven relays; `None` where all relays are proven, or none is."""
    position = operator.position
    relays = proven_relays(position.state, operator.members)
    if relays is None or position.proven is None:
        return None
    histories = operator.histories.bandwidth or {}
    own = totals(relays)
    known = (histories.get(relay.fingerprint) for relay in relays)
    volumes = (relay_volume(history) for history in known if history is not None)
    moved = added([volume for volume in volumes if volume is not None])
    return Proven(
        relays=own.relays,
        counts={role: own.parts[role].relays for role in ROLES},
        bandwidth=network_figures.observed(position.absent, own.bandwidth, position.units),
        role_bandwidth=network_figures.by_role(own, position.absent, position.units),
        weight_share=position.proven.all,
        role_share=position.proven.roles,
        data=None if moved is None else network_figures.volume(moved.size),
    )


def _platforms(operator: OperatorFacts) -> tuple[Share, ...]:
    """Return the platforms by weight; each relay's shard says where the page of its own is."""
    paths = {platform_name(one.relay.platform): one.standing.platform for one in operator.relays}
    return shares(
        operator.own,
        lambda relay: platform_name(relay.platform),
        lambda name: Link(text=name, path=paths[name]),
    )


def _groups(operator: OperatorFacts) -> tuple[OperatorGroup, ...]:
    """Return the relays by status, and the first page's rows among them."""
    own = {one.relay.fingerprint: one for one in operator.relays}
    names: dict[RelayStatus, list[Member]] = defaultdict(list)
    for member in by_status(operator.members):
        names[member.status].append(member)
    room = relay_rows.PAGE_ROWS
    groups = []
    for status, found in names.items():
        shown = found[: max(room, 0)]
        room -= len(found)
        groups.append(
            OperatorGroup(
                status=status,
                fingerprints=tuple(member.relay.fingerprint for member in found),
                rows=tuple(_row(operator, own[one.relay.fingerprint], one) for one in shown),
            )
        )
    return tuple(groups)


def _row(operator: OperatorFacts, own: OwnRelay, member: Member) -> RelayRow:
    uptime = (operator.histories.uptime or {}).get(member.relay.fingerprint)
    row = relay_rows.relay_row(
        member, own.standing.operator, own.standing.weight_share, operator.position.units
    )
    return relay_rows.of_one_operator(row, month_uptime(uptime), member)


def by_status(members: Sequence[Member]) -> list[Member]:
    """Return an operator's relays in the order of its pages: by AROI status, then as they are."""
    return sorted(members, key=lambda member: STATUS_ORDER.index(member.status))
