"""Who takes part: operators by state, relays by what they claim and prove."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.aroi.validation import STATUS_ORDER, OperatorState, RelayStatus
from allium.analysis.network import Member, Network

STATES: Final[tuple[OperatorState, ...]] = (
    "validated",
    "partially_validated",
    "unauthorized",
    "misconfigured",
    "not_checked",
    "incomplete",
    "not_configured",
)
"""The states of operators in print order."""


class AroiAdoption(Struct, frozen=True, kw_only=True):
    """Operators and relays, of all that are known, by what they say of themselves.

    `proofs` are the relays of each proof type: valid ones, and all; `problems` count relays by the
    code of why their proof failed, `gaps` by the key in `REASONS` of why their AROI is incomplete;
    the most frequent first.
    """

    operators: int
    claiming: int
    states: dict[OperatorState, int]
    statuses: dict[RelayStatus, int]
    proofs: dict[str, tuple[int, int]]
    problems: dict[str, int]
    gaps: dict[str, int]
    without_contact: int
    complete: int


def aroi_adoption(network: Network) -> AroiAdoption:
    """Return who takes part in a network, and what of it is proven."""
    operators = [operator for name, operator in network.operators.items() if name != NO_CONTACT]
    states = Counter(operator.state for operator in operators)
    statuses = Counter(member.status for member in network.members)
    claims = [member for member in network.members if member.claim.domain is not None]
    return AroiAdoption(
        operators=len(operators),
        claiming=sum(operator.claim.domain is not None for operator in operators),
        states={state: states[state] for state in STATES if states[state]},
        statuses={status: statuses[status] for status in STATUS_ORDER},
        proofs=_proofs(claims),
        problems=_frequent(member.problem for member in claims),
        gaps=_frequent(
            member.claim.reason for member in network.members if member.status == "incomplete"
        ),
        without_contact=statuses["no_contact"],
        complete=len(claims),
    )


def _proofs(claims: Iterable[Member]) -> dict[str, tuple[int, int]]:
    every: Counter[str] = Counter()
    valid: Counter[str] = Counter()
    for member in claims:
        proof = member.claim.proof or ""
        every[proof] += 1
        valid[proof] += member.status == "validated"
    return {proof: (valid[proof], every[proof]) for proof in sorted(every)}


def _frequent(codes: Iterable[str | None]) -> dict[str, int]:
    counts = Counter(code for code in codes if code is not None)
    return dict(sorted(counts.items(), key=lambda counted: (-counted[1], counted[0])))
