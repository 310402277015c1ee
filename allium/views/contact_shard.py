"""All that one operator's page may depend on: own relays, and numbers rounded for print."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from allium import text, urls
from allium.analysis.aroi import ContactId
from allium.analysis.bands import band
from allium.analysis.diagnostics import SEVERITY, displayed, in_order
from allium.analysis.makeup import (
    SUPPORTS,
    VERSION_STATUSES,
    Grade,
    Makeup,
    family_support,
    geographic_grade,
    network_grade,
    platform_grade,
)
from allium.analysis.network import Member, Operator
from allium.analysis.platforms import platform_name
from allium.analysis.positions import ROLES, Role
from allium.analysis.ratios import underutilised
from allium.analysis.survey import Survey
from allium.analysis.totals import Totals
from allium.analysis.validation import PROVEN, STATUS_ORDER, RelayStatus
from allium.model.relay import Fingerprint, Relay
from allium.views import rows
from allium.views.base import Link, RelayRow, Share, View, level
from allium.views.boards import Ranking, Scale, rankings
from allium.views.relay_shard import PERIOD_WORDS, aroi_reason
from allium.views.reliability import RatioRow, Reliability, ratios, reliability

SHARE_ROWS: Final = 8
NAMED: Final = 10
"""So many relays are named under a finding."""
WORK_ROWS: Final = 100


class Group(View, frozen=True):
    """The relays of one AROI status: all of them, and the rows of the first page."""

    status: RelayStatus
    fingerprints: tuple[Fingerprint, ...]
    rows: tuple[RelayRow, ...]


class Affected(View, frozen=True):
    """The relays that one finding is about: how many, and the first of them."""

    code: str
    count: int
    relays: tuple[Link, ...]


class Down(View, frozen=True):
    """The relays that are down, by role, and the part of the operator's own that they were."""

    counts: dict[Role, int]
    bandwidth: str | None
    weight: str | None


class Work(View, frozen=True):
    """A relay whose domain is not proven, and why."""

    relay: Link
    status: RelayStatus
    reason: str | None


class Composition(View, frozen=True):
    """What the running relays are made of; grades are `None` where nothing is known."""

    countries: int
    networks: int
    platforms: int
    network_grade: Grade | None
    geographic_grade: Grade | None
    platform_grade: Grade | None
    ipv4: int
    ipv6: int
    dual_stack: int
    recommended: int
    judged: int
    statuses: dict[str, int]
    support: dict[str, int]


class Shard(View, frozen=True):
    """All that one operator's page may depend on."""

    id: str
    contact: str | None
    domain: str | None
    proof: str | None
    state: str
    aroi_reason: str | None
    problems: dict[str, tuple[Fingerprint, ...]]
    vanity: str | None
    counts: dict[Role, int]
    bandwidth: str
    role_bandwidth: dict[Role, str]
    weight_share: str | None
    role_share: dict[Role, str | None]
    proven: str | None
    proven_bandwidth: str | None
    measured: str | None
    total_data: str | None
    total_data_period: str | None
    data_share: str | None
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
    rankings: tuple[Ranking, ...]
    work: tuple[Work, ...]
    groups: tuple[Group, ...]


class Cutter(Struct, frozen=True):
    """Makes the shards of operators from one survey; `table` has a row of each relay."""

    survey: Survey
    units: text.Units
    table: Mapping[Fingerprint, RelayRow]
    places: Mapping[ContactId, list[Ranking]]

    @classmethod
    def of(
        cls, survey: Survey, units: text.Units, table: Mapping[Fingerprint, RelayRow]
    ) -> "Cutter":
        """Return what cuts the shards of all operators of a network."""
        scale = Scale(survey.network.totals, units)
        return cls(survey, units, table, rankings(survey.boards, scale))

    def shard(self, operator: Operator) -> Shard:
        """Return what an operator's first page may depend on."""
        survey, units, whole = self.survey, self.units, self.survey.network.totals
        own, members, name = operator.totals, operator.members, operator.contact_id
        known = survey.performances.operators[name]
        first_seen = [member.relay.first_seen for member in members]
        rank, volume = survey.ratio_ranks.get(name), known.volume
        bandwidths = {role: own.parts[role].bandwidth for role in ROLES}
        weights = {role: (own.parts[role].weight, whole.parts[role].weight) for role in ROLES}
        is_operator = operator.contact is not None
        return Shard(
            id=name,
            contact=operator.contact,
            domain=operator.claim.domain,
            proof=operator.claim.proof,
            state=operator.state,
            aroi_reason=operator.claim.reason,
            problems=_problems(members),
            vanity=operator.vanity,
            counts={role: own.parts[role].relays for role in ROLES},
            bandwidth=text.bandwidth(own.bandwidth, units),
            role_bandwidth={role: text.bandwidth(rate, units) for role, rate in bandwidths.items()},
            weight_share=text.share(own.weight, whole.weight),
            role_share={role: text.share(*parts) for role, parts in weights.items()},
            proven=_proven(operator, whole.weight),
            proven_bandwidth=self._proven_bandwidth(operator),
            measured=_measured(own),
            total_data=None if volume is None else text.volume(volume.size),
            total_data_period=None if volume is None else PERIOD_WORDS[volume.period],
            data_share=self._data_share(name),
            first_seen=text.date(min(first_seen)),
            newest=text.date(max(first_seen)),
            countries=_shares(members, lambda relay: relay.country),
            networks=_shares(members, lambda relay: relay.asn),
            versions=_shares(members, lambda relay: relay.version),
            platforms=_shares(members, lambda relay: platform_name(relay.platform)),
            composition=_composition(members, survey.makeups[name], survey),
            affected=_affected(members, survey.diagnoses) if is_operator else (),
            down=_down(members, own),
            underutilised=sum(underutilised(member.relay) for member in members),
            ratios=ratios(operator, survey) if is_operator else (),
            ratio_rank=None if rank is None or own.running < 2 else band(99 - rank, 100),
            reliability=reliability(operator, survey, units) if is_operator else None,
            rankings=tuple(self.places.get(name, ())),
            work=_work(members) if operator.claim.domain is not None else (),
            groups=self._groups(members),
        )

    def _proven_bandwidth(self, operator: Operator) -> str | None:
        """Return the bandwidth of the proven relays where not all are proven."""
        proven = _partly_proven(operator)
        if proven is None:
            return None
        return text.bandwidth(sum(relay.observed_bandwidth or 0 for relay in proven), self.units)

    def _data_share(self, name: ContactId) -> str | None:
        own = self.survey.performances.operators[name].volume
        whole = self.survey.performances.volume
        if own is None or whole is None:
            return None
        return text.share(own.size / whole.size, 1)

    def _groups(self, members: tuple[Member, ...]) -> tuple[Group, ...]:
        """Return the relays by status, and the first page's rows among them."""
        names: dict[RelayStatus, list[Fingerprint]] = defaultdict(list)
        for member in by_status(members):
            names[member.status].append(member.relay.fingerprint)
        room = rows.PAGE_ROWS
        groups = []
        for status, fingerprints in names.items():
            shown = fingerprints[: max(room, 0)]
            room -= len(fingerprints)
            table = tuple(self.table[name] for name in shown)
            groups.append(Group(status=status, fingerprints=tuple(fingerprints), rows=table))
        return tuple(groups)


def by_status(members: tuple[Member, ...]) -> list[Member]:
    """Return an operator's relays in the order of its pages: by AROI status, then as they are."""
    return sorted(members, key=lambda member: STATUS_ORDER.index(member.status))


def _problems(members: tuple[Member, ...]) -> dict[str, tuple[Fingerprint, ...]]:
    found: dict[str, list[Fingerprint]] = defaultdict(list)
    for member in members:
        if member.problem is not None:
            found[member.problem].append(member.relay.fingerprint)
    return {problem: tuple(sorted(names)) for problem, names in sorted(found.items())}


def _partly_proven(operator: Operator) -> list[Relay] | None:
    """Return the running proven relays; `None` where all relays are proven, or none can be."""
    if operator.state not in PROVEN:
        return None
    proven = [member.relay for member in operator.members if member.status == "validated"]
    if len(proven) == len(operator.members):
        return None
    return [relay for relay in proven if relay.running]


def _proven(operator: Operator, whole_weight: int) -> str | None:
    """Return the weight share of the proven relays where not all are proven."""
    proven = _partly_proven(operator)
    if proven is None:
        return None
    return text.share(sum(relay.consensus_weight or 0 for relay in proven), whole_weight)


def _measured(own: Totals) -> str | None:
    if not own.measured_known:
        return None
    return f"{text.count(own.measured)} of {text.count(own.measured_known)}"


def _shares(members: tuple[Member, ...], of: Callable[[Relay], str | None]) -> tuple[Share, ...]:
    """Return the largest parts of the operator's own weight, by a fact of its relays."""
    weights: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for member in members:
        if member.relay.running:
            name = of(member.relay) or "unknown"
            counts[name] += 1
            weights[name] += member.relay.consensus_weight or 0
    whole = sum(weights.values())
    largest = sorted(counts, key=lambda name: (-weights[name], -counts[name], name))[:SHARE_ROWS]
    return tuple(
        Share(
            name=Link(text=name),
            count=text.count(counts[name]),
            share=text.share(weights[name], whole) or "no weight",
            level=level(weights[name], whole),
        )
        for name in largest
    )


def _composition(members: tuple[Member, ...], made: Makeup, survey: Survey) -> Composition:
    support = Counter(family_support(member.relay) for member in members)
    others = {status or "unknown" for status in made.statuses} - {*VERSION_STATUSES, "unknown"}
    statuses = {status or "unknown": count for status, count in made.statuses.items()}
    order = (*VERSION_STATUSES, *sorted(others), "unknown")
    return Composition(
        countries=len(made.countries),
        networks=len(made.networks),
        platforms=len(made.platforms),
        network_grade=network_grade(made.networks),
        geographic_grade=geographic_grade(made.countries),
        platform_grade=platform_grade(made.platforms, survey.platforms),
        ipv4=made.ipv4,
        ipv6=made.ipv6,
        dual_stack=made.dual_stack,
        recommended=made.recommended,
        judged=made.judged,
        statuses={status: statuses[status] for status in order if status in statuses},
        support={name: support[name] for name in SUPPORTS if support[name]},
    )


def _affected(
    members: tuple[Member, ...], diagnoses: Mapping[Fingerprint, tuple[str, ...]]
) -> tuple[Affected, ...]:
    """Return what needs attention: each warning or worse, and the relays that it is about."""
    found: dict[str, list[Relay]] = defaultdict(list)
    for member in members:
        for code in displayed(diagnoses[member.relay.fingerprint]):
            if SEVERITY[code] in {"Critical", "Warning"}:
                found[code].append(member.relay)
    return tuple(
        Affected(code=code, count=len(found[code]), relays=tuple(map(_link, found[code][:NAMED])))
        for code in in_order(found)
    )


def _link(relay: Relay) -> Link:
    return Link(text=relay.nickname, path=urls.relay(relay.fingerprint))


def _down(members: tuple[Member, ...], own: Totals) -> Down | None:
    """Return what is down; shares are of the last known values of all the operator's relays."""
    down = [member for member in members if not member.relay.running]
    if not down:
        return None
    roles = Counter(member.role for member in down)
    bandwidth = sum(member.relay.observed_bandwidth or 0 for member in down)
    weight = sum(member.relay.consensus_weight or 0 for member in down)
    return Down(
        counts={role: roles[role] for role in ROLES if roles[role]},
        bandwidth=_whole(bandwidth, own.bandwidth + bandwidth),
        weight=_whole(weight, own.weight + weight),
    )


def _whole(part: int, total: int) -> str | None:
    """Return a part as whole percent, which stands still while a part is down."""
    return f"{text.half_up(100 * part, total)}%" if total else None


def _work(members: tuple[Member, ...]) -> tuple[Work, ...]:
    """Return the relays whose domain is not proven, by status and fingerprint."""
    unproven = [member for member in members if member.status != "validated"]
    unproven.sort(key=lambda one: (STATUS_ORDER.index(one.status), one.relay.fingerprint))
    return tuple(
        Work(relay=_link(member.relay), status=member.status, reason=aroi_reason(member))
        for member in unproven[:WORK_ROWS]
    )
