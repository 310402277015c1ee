"""The parts of an operator's shard that come from its own relays alone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from allium import formatting, urls
from allium.analysis.aroi.aroi_claim import Claim, ContactId
from allium.analysis.aroi.validation import STATUS_ORDER, RelayStatus
from allium.analysis.network import Member
from allium.analysis.operator.composition import (
    SUPPORTS,
    FamilySupport,
    Grade,
    Makeup,
    family_support,
    geographic_grade,
    in_status_order,
    network_grade,
    platform_grade,
)
from allium.analysis.operator.operator_history import OperatorHistory
from allium.analysis.relay.findings import SEVERITY, in_order
from allium.analysis.relay.role import ROLES, Role
from allium.model.relay import Fingerprint, Relay
from allium.pages.parts.network_figures import NOT_IN_DATA
from allium.pages.parts.page_base import Link, View
from allium.pages.relay.relay_shard import NetworkPosition, aroi_reason

NAMED: Final = 10
"""So many relays are named under a finding."""
WORK_ROWS: Final = 100


class Diagnosed(View, frozen=True):
    """What an operator's page takes from what is known of a relay's history."""

    findings: tuple[str, ...]


class OwnRelay(View, frozen=True):
    """What an operator's page takes from the shard of one of its relays."""

    relay: Relay
    standing: NetworkPosition
    past: Diagnosed
    effective_family: int

    def member(self, contact: ContactId, claim: Claim) -> Member:
        """Return the relay as a part of the network; its family is no matter of operators."""
        return Member(
            relay=self.relay,
            role=self.standing.role,
            contact_id=contact,
            claim=claim,
            status=self.standing.aroi_status,
            problem=self.standing.aroi_problem,
            family=None,
        )


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
    proof: str | None
    reason: str | None


class ProofShard(View, frozen=True):
    """One type of proof: how many relays claim the domain by it, and for how many it holds."""

    relays: int
    proven: int


class Proven(View, frozen=True):
    """The sums over the proven relays of an operator of whom not all are; as printed."""

    relays: int
    counts: dict[Role, int]
    bandwidth: str
    role_bandwidth: dict[Role, str]
    weight_share: str | None
    role_share: dict[Role, str | None]
    data: str | None


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
    unjudged: int
    statuses: dict[str, int]
    support: dict[str, int]


def problems(members: Sequence[Member]) -> dict[str, tuple[Fingerprint, ...]]:
    """Return the relays whose proof failed, by the code of what is wrong."""
    found: dict[str, list[Fingerprint]] = defaultdict(list)
    for member in members:
        if member.problem is not None:
            found[member.problem].append(member.relay.fingerprint)
    return {problem: tuple(sorted(names)) for problem, names in sorted(found.items())}


def proofs(members: Sequence[Member]) -> dict[str, ProofShard]:
    """Return for how many relays each type of proof holds, by type."""
    every = Counter(member.claim.proof or "" for member in members)
    holds = Counter(member.claim.proof for member in members if member.status == "validated")
    return {name: ProofShard(relays=every[name], proven=holds[name]) for name in sorted(every)}


def outliers(found: OperatorHistory) -> dict[str, tuple[Fingerprint, ...]]:
    """Return all relays far from the operator's others, by what they are far in and which way."""
    ran = () if found.uptime is None else found.uptime.outliers
    carried = found.outliers
    every = {
        "uptime_low": [one.fingerprint for one in ran if one.low],
        "uptime_high": [one.fingerprint for one in ran if not one.low],
        "bandwidth_low": [one.fingerprint for one in carried if one.low],
        "bandwidth_high": [one.fingerprint for one in carried if not one.low],
    }
    return {kind: tuple(names) for kind, names in every.items() if names}


def composition(
    relays: Sequence[OwnRelay],
    made: Makeup,
    majorities: Collection[str],
    absent: Collection[str],
) -> Composition:
    """Return what the running relays are made of; all relays count for family support.

    `majorities` are the platforms that hold at least half of the network's weight, `absent` the
    fields that the data has of no relay.
    """
    support = Counter(
        family_support(key=bool(one.relay.family_ids), listed=one.effective_family > 0)
        for one in relays
    )
    return Composition(
        countries=len(made.countries),
        networks=len(made.networks),
        platforms=len(made.platforms),
        network_grade=network_grade(made.networks),
        geographic_grade=geographic_grade(made.countries),
        platform_grade=platform_grade(made.platforms, majorities),
        ipv4=made.ipv4,
        ipv6=made.ipv6,
        dual_stack=made.dual_stack,
        recommended=made.recommended,
        judged=made.judged,
        unjudged=made.running - made.judged,
        statuses=in_status_order(made.statuses),
        support={_support(name, absent): support[name] for name in SUPPORTS if support[name]},
    )


def _support(name: FamilySupport, absent: Collection[str]) -> str:
    """Return what a relay's family rests on, as far as the data says it."""
    if "family_ids" not in absent:
        return name
    if "effective_family" in absent:
        return NOT_IN_DATA
    return f"{'no MyFamily' if name == 'none' else name}, family keys {NOT_IN_DATA}"


def affected(relays: Sequence[OwnRelay], names: Mapping[Fingerprint, str]) -> tuple[Affected, ...]:
    """Return what needs attention: each warning or worse, and the relays that it is about."""
    found: dict[str, list[Relay]] = defaultdict(list)
    for one in relays:
        for code in one.past.findings:
            if SEVERITY[code] in {"Critical", "Warning"}:
                found[code].append(one.relay)
    return tuple(
        Affected(
            code=code,
            count=len(found[code]),
            relays=tuple(_link(relay, names) for relay in found[code][:NAMED]),
        )
        for code in in_order(found)
    )


def _link(relay: Relay, names: Mapping[Fingerprint, str]) -> Link:
    return Link(text=names[relay.fingerprint], path=urls.relay(relay.fingerprint))


def down(members: Sequence[Member]) -> Down | None:
    """Return what is down; shares are of the last known values of all the operator's relays.

    Relays that hibernate are away on purpose and not down.
    """
    lost = [one for one in members if not one.relay.running and not one.relay.hibernating]
    if not lost:
        return None
    roles = Counter(member.role for member in lost)
    return Down(
        counts={role: roles[role] for role in ROLES if roles[role]},
        bandwidth=_whole(_bandwidth(lost), _bandwidth(members)),
        weight=_whole(_weight(lost), _weight(members)),
    )


def _bandwidth(members: Iterable[Member]) -> int:
    return sum(member.relay.observed_bandwidth or 0 for member in members)


def _weight(members: Iterable[Member]) -> int:
    return sum(member.relay.consensus_weight or 0 for member in members)


def _whole(part: int, total: int) -> str | None:
    """Return a part as whole percent, which stands still while a part is down."""
    return f"{formatting.half_up(100 * part, total)}%" if total else None


def work(members: Sequence[Member], names: Mapping[Fingerprint, str]) -> tuple[Work, ...]:
    """Return the relays whose domain is not proven, by status and fingerprint."""
    unproven = [member for member in members if member.status != "validated"]
    unproven.sort(key=lambda one: (STATUS_ORDER.index(one.status), one.relay.fingerprint))
    return tuple(
        Work(
            relay=_link(member.relay, names),
            status=member.status,
            proof=member.claim.proof,
            reason=aroi_reason(member),
        )
        for member in unproven[:WORK_ROWS]
    )
