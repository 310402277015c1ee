"""The whole network, joined: every relay with its operator, its family and its AROI status."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import NO_CONTACT, Claim, ContactId, claim, contact_id
from allium.analysis.aroi.validation import (
    OperatorState,
    Refusal,
    RelayStatus,
    refusal,
    state,
    status,
)
from allium.analysis.family.family_sets import families, family_of
from allium.analysis.relay.role import Role, role
from allium.analysis.totals import Totals, totals
from allium.model.relay import Fingerprint, Relay
from allium.model.snapshot import Snapshot, Validation


class Member(Struct, frozen=True):
    """A relay and what it is part of; `problem` is the code of what is wrong with its AROI."""

    relay: Relay
    role: Role
    contact_id: ContactId
    claim: Claim
    status: RelayStatus
    problem: str | None
    family: Fingerprint | None


class Operator(Struct, frozen=True, kw_only=True):
    """All relays behind one contact id, in the order of relay tables.

    `vanity` is the domain that has a page of its own, `refused` why a proven one has none.
    """

    contact_id: ContactId
    contact: str | None
    claim: Claim
    members: tuple[Member, ...]
    totals: Totals
    state: OperatorState
    vanity: str | None
    refused: Refusal | None

    @property
    def relays(self) -> list[Relay]:
        """The relays themselves, in the order of relay tables."""
        return [member.relay for member in self.members]

    @property
    def is_one(self) -> bool:
        """Whether somebody answers: relays without a contact are not one operator."""
        return self.contact is not None


class Network(Struct, frozen=True, kw_only=True):
    """Every relay by fingerprint, every contact by id, and the sums of all.

    `absent` are the fields that the data has of no relay.
    """

    published: str
    members: tuple[Member, ...]
    operators: dict[ContactId, Operator]
    families: dict[Fingerprint, tuple[Fingerprint, ...]]
    totals: Totals
    absent: frozenset[str] = frozenset()

    def lacks(self, *fields: str) -> bool:
        """Tell whether the data has none of these fields of any relay."""
        return self.absent.issuperset(fields)


def network(snapshot: Snapshot) -> Network:
    """Return the network of a snapshot."""
    family_sets = families(snapshot.relays)
    members = _members(snapshot, family_of(family_sets))
    return Network(
        published=snapshot.published,
        members=members,
        operators=_operators(members),
        families=family_sets,
        totals=totals(snapshot.relays),
        absent=snapshot.absent,
    )


def _members(snapshot: Snapshot, family: Mapping[Fingerprint, Fingerprint]) -> tuple[Member, ...]:
    # Most relays share their contact with others: each contact is parsed once.
    claims = {contact: claim(contact) for contact in {relay.contact for relay in snapshot.relays}}
    ids = {contact: contact_id(contact, claimed) for contact, claimed in claims.items()}
    results: Mapping[Fingerprint, Validation] = snapshot.validations or {}
    members = []
    for relay in snapshot.relays:
        claimed, name = claims[relay.contact], relay.fingerprint
        decided, problem = status(claimed, results.get(name))
        members.append(
            Member(
                relay,
                role(relay.flags),
                ids[relay.contact],
                claimed,
                decided,
                problem,
                family.get(name),
            )
        )
    return tuple(members)


def _operators(members: tuple[Member, ...]) -> dict[ContactId, Operator]:
    groups: dict[ContactId, list[Member]] = defaultdict(list)
    for member in members:
        groups[member.contact_id].append(member)
    return {name: _operator(name, sorted(groups[name], key=table_order)) for name in sorted(groups)}


def _operator(name: ContactId, members: list[Member]) -> Operator:
    first = members[0]
    decided = state(first.claim, (member.status for member in members))
    domain = first.claim.domain
    # A domain that is not proven gets no page by rule, so that "state" is no refusal.
    refused = refusal(domain, decided) if domain is not None else "state"
    return Operator(
        contact_id=name,
        contact=None if name == NO_CONTACT else _contact(members),
        claim=first.claim,
        members=tuple(members),
        totals=totals(member.relay for member in members),
        state=decided,
        vanity=domain if refused is None else None,
        refused=None if refused == "state" else refused,
    )


def _contact(members: list[Member]) -> str:
    """Return the contact line that most relays give; of equals the smallest.

    Relays of one domain may give different lines; the operator's page shows one of them.
    """
    counts: dict[str, int] = defaultdict(int)
    for member in members:
        counts[member.relay.contact or ""] += 1
    return min(counts, key=lambda contact: (-counts[contact], contact))


def table_order(member: Member) -> tuple[bool, int, Fingerprint]:
    """Return the sort key of relay tables: running by weight, then offline, then fingerprint."""
    relay = member.relay
    weight = (relay.consensus_weight or 0) if relay.running else 0
    # The weight of a relay that is down is of an old consensus and must not order anything; the
    # fingerprint decides among equals, so that the order of the document changes no page.
    return not relay.running, -weight, relay.fingerprint
