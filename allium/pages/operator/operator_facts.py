"""The facts of an operator's page: its position in the network, and what its own relays determine.

`precompute` computes them from the shards; `operator_page` puts them into words.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from allium import formatting
from allium.analysis.aroi.validation import STATUS_ORDER, RelayStatus
from allium.analysis.history.throughput import added, relay_volume
from allium.analysis.history.uptime import month_uptime
from allium.analysis.network import Member
from allium.analysis.network_stats import of_role
from allium.analysis.operator.composition import (
    SUPPORTS,
    FamilySupport,
    Grade,
    RelayComposition,
    composition_of,
    family_support,
    geographic_grade,
    in_status_order,
    network_grade,
    platform_grade,
)
from allium.analysis.operator.operator_history import OperatorHistory
from allium.analysis.relay.findings import SEVERITY
from allium.analysis.relay.platform import platform_name
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.relay.weight_ratio import group_ratio, underutilised
from allium.analysis.totals import totals
from allium.model.relay import Fingerprint
from allium.pages.boards.board_titles import BoardRanking
from allium.pages.operator.operator_charts import OperatorCharts, operator_charts
from allium.pages.operator.operator_findings import (
    ATTENTION,
    Affected,
    Down,
    affected_relays,
    relays_down,
)
from allium.pages.operator.operator_position import (
    PeerPosition,
    Traffic,
    UsualRatio,
    ratio,
    verified_relays,
)
from allium.pages.operator.operator_reliability import Reliability, reliability
from allium.pages.operator.operator_rows import FIRST_ROWS, shows_status
from allium.pages.operator.operator_shards import OperatorRelay, OperatorShards
from allium.pages.operator.operator_votes import VotesOfOperator, votes_of_operator
from allium.pages.parts import network_figures, relay_rows
from allium.pages.parts.aroi_texts import aroi_reason
from allium.pages.parts.network_figures import NOT_IN_DATA
from allium.pages.parts.page_base import Link, RelayRow, Share, View
from allium.pages.parts.shares import countries, networks, shares, versions

UNVERIFIED_ROWS: Final = 100


class UnverifiedRelay(View, frozen=True):
    """A relay that is not verified, and why."""

    relay: Link
    status: RelayStatus
    proof: str | None
    reason: str | None


class ProofCounts(View, frozen=True):
    """One type of proof: how many relays claim the domain by it, and how many are verified."""

    relays: int
    verified: int


class Verified(View, frozen=True):
    """The sums over the verified relays of an operator of whom not all are; as printed."""

    relays: int
    counts: dict[Role, int]
    bandwidth: str
    role_bandwidth: dict[Role, str]
    weight_share: str | None
    role_share: dict[Role, str | None]
    data: str | None


class Composition(View, frozen=True):
    """What the running relays are made of; grades are `None` where nothing is known.

    `releases` are the versions of each status, of most relays first.
    """

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
    unjudged: int
    statuses: dict[str, int]
    releases: dict[str, tuple[str, ...]]
    support: dict[str, int]


class RatioRow(View, frozen=True):
    """The weight for the bandwidth of some of an operator's relays, and of all such relays."""

    relays: str
    own: str | None
    mean: str | None
    median: str | None


class Attention(View, frozen=True):
    """How many relays are in which state; a relay counts once, in the first that it is in.

    `critical` and `warning` are running relays with a finding of this severity.
    """

    down: int
    hibernating: int
    critical: int
    warning: int


class OperatorFacts(View, frozen=True):
    """All that the page of one operator prints, before it is put into words."""

    id: str
    contact: str | None
    domain: str | None
    proofs: dict[str, ProofCounts]
    state: str
    aroi_reason: str | None
    problems: dict[str, tuple[Fingerprint, ...]]
    vanity: str | None
    counts: dict[Role, int]
    bandwidth: str
    role_bandwidth: dict[Role, str]
    weight_share: str | None
    role_share: dict[Role, str | None]
    verified: Verified | None
    measured: str | None
    votes: VotesOfOperator | None
    data: Traffic | None
    first_seen: str
    newest: str
    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]
    platforms: tuple[Share, ...]
    composition: Composition
    attention: Attention
    affected: tuple[Affected, ...]
    down: Down | None
    underutilised: int
    ratios: tuple[RatioRow, ...]
    ratio_rank: str | None
    peers: PeerPosition | None
    reliability: Reliability | None
    charts: OperatorCharts
    outliers: dict[str, tuple[Fingerprint, ...]]
    rankings: tuple[BoardRanking, ...]
    unverified: tuple[UnverifiedRelay, ...]
    statuses: dict[RelayStatus, tuple[Fingerprint, ...]]
    """All relays by AROI status."""
    shows_status: bool
    rows: tuple[RelayRow, ...]
    """Those of the first page."""

    @property
    def relays(self) -> int:
        """The number of all relays."""
        return sum(map(len, self.statuses.values()))

    @property
    def running(self) -> int:
        """The number of running relays."""
        return sum(self.counts.values())


def facts(shards: OperatorShards) -> OperatorFacts:
    """Return all that the page of one operator prints."""
    position, members, relays, sums, aroi_claim = (
        shards.position,
        shards.members,
        shards.records,
        shards.totals,
        shards.claim,
    )
    return OperatorFacts(
        id=position.id,
        contact=position.contact,
        domain=aroi_claim.domain,
        proofs=_proofs(members) if aroi_claim.domain is not None else {},
        state=position.state,
        aroi_reason=aroi_claim.reason,
        problems=_problems(members),
        vanity=position.vanity,
        counts={role: sums.parts[role].relays for role in ROLES},
        bandwidth=network_figures.observed(position.absent, sums.bandwidth, position.units),
        role_bandwidth=network_figures.by_role(sums, position.absent, position.units),
        weight_share=position.shares.all,
        role_share=position.shares.roles,
        verified=_verified(shards),
        measured=network_figures.measured(sums, position.absent),
        votes=votes_of_operator(shard.votes for shard in shards.relays),
        data=position.data,
        first_seen=formatting.date(min(relay.first_seen for relay in relays)),
        newest=formatting.date(max(relay.first_seen for relay in relays)),
        countries=countries(relays),
        networks=networks(relays),
        versions=versions(relays),
        platforms=_platforms(shards),
        composition=_composition(
            shards.relays, composition_of(relays), position.majorities, position.absent
        ),
        attention=_attention(shards.relays),
        affected=affected_relays(shards.relays, shards.names) if shards.is_one else (),
        down=relays_down(members),
        underutilised=sum(map(underutilised, relays)),
        ratios=_ratios(members, position.usual_ratios) if shards.is_one else (),
        ratio_rank=position.ratio_rank,
        peers=position.peers,
        reliability=reliability(position, members, shards.histories, shards.history, shards.names),
        charts=operator_charts(shards),
        outliers=_outliers(shards.history) if shards.is_one else {},
        rankings=position.rankings,
        unverified=_unverified(members, shards.names) if aroi_claim.domain is not None else (),
        statuses=_statuses(members),
        shows_status=shows_status(members),
        rows=_rows(shards),
    )


def _verified(operator: OperatorShards) -> Verified | None:
    """Return the sums over the verified relays; `None` where all relays are, or none is."""
    position = operator.position
    relays = verified_relays(position.state, operator.members)
    if relays is None or position.verified is None:
        return None
    histories = operator.histories.bandwidth or {}
    sums = totals(relays)
    relay_histories = (histories.get(relay.fingerprint) for relay in relays)
    volumes = (relay_volume(history) for history in relay_histories if history is not None)
    moved = added([volume for volume in volumes if volume is not None])
    return Verified(
        relays=sums.relays,
        counts={role: sums.parts[role].relays for role in ROLES},
        bandwidth=network_figures.observed(position.absent, sums.bandwidth, position.units),
        role_bandwidth=network_figures.by_role(sums, position.absent, position.units),
        weight_share=position.verified.all,
        role_share=position.verified.roles,
        data=None if moved is None else network_figures.volume(moved.size),
    )


def _platforms(operator: OperatorShards) -> tuple[Share, ...]:
    """Return the platforms by weight; each relay's shard says where the page of its own is."""
    paths = {
        platform_name(shard.relay.platform): shard.position.platform for shard in operator.relays
    }
    return shares(
        operator.records,
        lambda relay: platform_name(relay.platform),
        lambda name: Link(text=name, path=paths[name]),
    )


def _attention(relays: Sequence[OperatorRelay]) -> Attention:
    """Return how many relays need attention; what hibernates is away on purpose and not down."""
    states = Counter(_state(shard) for shard in relays)
    return Attention(
        down=states["down"],
        hibernating=states["hibernating"],
        critical=states["Critical"],
        warning=states["Warning"],
    )


def _state(shard: OperatorRelay) -> str | None:
    if not shard.relay.running:
        return "hibernating" if shard.relay.hibernating else "down"
    severities = {SEVERITY[code] for code in shard.history.findings}
    return next((one for one in ATTENTION if one in severities), None)


def _statuses(members: Sequence[Member]) -> dict[RelayStatus, tuple[Fingerprint, ...]]:
    relays: dict[RelayStatus, list[Fingerprint]] = defaultdict(list)
    for member in members:
        relays[member.status].append(member.relay.fingerprint)
    return {status: tuple(relays[status]) for status in STATUS_ORDER if status in relays}


def _rows(operator: OperatorShards) -> tuple[RelayRow, ...]:
    """Return the rows of the first page."""
    members = operator.members
    rows = (
        _row(operator, shard, member)
        for shard, member in zip(operator.relays[:FIRST_ROWS], members, strict=False)
    )
    return tuple(rows if shows_status(members) else (replace(row, aroi=None) for row in rows))


def _row(operator: OperatorShards, shard: OperatorRelay, member: Member) -> RelayRow:
    uptime = (operator.histories.uptime or {}).get(member.relay.fingerprint)
    row = relay_rows.relay_row(
        member, shard.position.operator, shard.position.weight_share, operator.position.units
    )
    return relay_rows.of_one_operator(row, month_uptime(uptime), member)


def _problems(members: Sequence[Member]) -> dict[str, tuple[Fingerprint, ...]]:
    """Return the relays whose proof failed, by the code of what is wrong."""
    relays_by_problem: dict[str, list[Fingerprint]] = defaultdict(list)
    for member in members:
        if member.problem is not None:
            relays_by_problem[member.problem].append(member.relay.fingerprint)
    return {problem: tuple(sorted(names)) for problem, names in sorted(relays_by_problem.items())}


def _proofs(members: Sequence[Member]) -> dict[str, ProofCounts]:
    """Return how many relays each type of proof is for, and how many it verifies, by type."""
    every = Counter(member.claim.proof or "" for member in members)
    verified = Counter(member.claim.proof for member in members if member.status == "validated")
    return {
        name: ProofCounts(relays=every[name], verified=verified[name]) for name in sorted(every)
    }


def _outliers(history: OperatorHistory) -> dict[str, tuple[Fingerprint, ...]]:
    """Return all relays far from the operator's others, by what they are far in and which way."""
    ran = () if history.uptime is None else history.uptime.outliers
    carried = history.outliers
    every = {
        "uptime_low": [outlier.fingerprint for outlier in ran if outlier.low],
        "uptime_high": [outlier.fingerprint for outlier in ran if not outlier.low],
        "bandwidth_low": [outlier.fingerprint for outlier in carried if outlier.low],
        "bandwidth_high": [outlier.fingerprint for outlier in carried if not outlier.low],
    }
    return {kind: tuple(names) for kind, names in every.items() if names}


def _releases(relays: Sequence[OperatorRelay]) -> dict[str, tuple[str, ...]]:
    """Return the versions that running relays use, by status."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for relay in (shard.relay for shard in relays):
        if relay.running and relay.version is not None:
            counts[relay.version_status or "unknown"][relay.version] += 1
    return {
        status: tuple(sorted(by_version, key=lambda name: (-by_version[name], name)))
        for status, by_version in sorted(counts.items())
    }


def _composition(
    relays: Sequence[OperatorRelay],
    counts: RelayComposition,
    majorities: Collection[str],
    absent: Collection[str],
) -> Composition:
    """Return what the running relays are made of; all relays count for family support.

    `majorities` are the platforms that hold at least half of the network's weight, `absent` the
    fields that the data has of no relay.
    """
    support = Counter(
        family_support(key=bool(shard.relay.family_ids), listed=shard.effective_family > 0)
        for shard in relays
    )
    return Composition(
        countries=len(counts.countries),
        networks=len(counts.networks),
        platforms=len(counts.platforms),
        network_grade=network_grade(counts.networks),
        geographic_grade=geographic_grade(counts.countries),
        platform_grade=platform_grade(counts.platforms, majorities),
        ipv4=counts.ipv4,
        ipv6=counts.ipv6,
        dual_stack=counts.dual_stack,
        recommended=counts.recommended,
        judged=counts.judged,
        unjudged=counts.running - counts.judged,
        statuses=in_status_order(counts.statuses),
        releases=_releases(relays),
        support={_support(name, absent): support[name] for name in SUPPORTS if support[name]},
    )


def _support(name: FamilySupport, absent: Collection[str]) -> str:
    """Return what a relay's family rests on, as far as the data says it."""
    if "family_ids" not in absent:
        return name
    if "effective_family" in absent:
        return NOT_IN_DATA
    return f"{'no MyFamily' if name == 'none' else name} (family keys {NOT_IN_DATA.lower()})"


def _unverified(
    members: Sequence[Member], names: Mapping[Fingerprint, str]
) -> tuple[UnverifiedRelay, ...]:
    """Return the relays that are not verified, by status and fingerprint."""
    unverified = [member for member in members if member.status != "validated"]
    unverified.sort(
        key=lambda member: (STATUS_ORDER.index(member.status), member.relay.fingerprint)
    )
    return tuple(
        UnverifiedRelay(
            relay=relay_rows.named(member.relay, names),
            status=member.status,
            proof=member.claim.proof,
            reason=aroi_reason(member),
        )
        for member in unverified[:UNVERIFIED_ROWS]
    )


def _ratios(members: Sequence[Member], usual: Sequence[UsualRatio]) -> tuple[RatioRow, ...]:
    """Return an operator's weight for the bandwidth beside the network's."""
    return tuple(
        RatioRow(
            relays=network_figures.PLURALS[usual_ratio.role],
            own=ratio(group_ratio(of_role(members, usual_ratio.role))),
            mean=usual_ratio.mean,
            median=usual_ratio.median,
        )
        for usual_ratio in usual
    )
