"""Which of an operator's relays are verified by a proof of their domain, and what is missing."""

from collections import Counter
from typing import Final

from allium import formatting
from allium.analysis.aroi.aroi_claim import REASONS
from allium.analysis.aroi.validation import PROBLEMS, RelayStatus
from allium.pages.operator.operator_facts import OperatorFacts
from allium.pages.parts import aroi_texts
from allium.pages.parts.aroi_texts import HEAD_BADGES, STATE_BADGES, STATE_WORDS, STATUS_WORDS
from allium.pages.parts.page_base import Badge, Link, View

UNCLAIMED: Final = {
    "incomplete": "Incomplete",
    "not_configured": "None: no domain in the contact",
    "no_contact": "None: no contact information",
}
"""What is said of the AROI of an operator whose contact claims no domain."""


class RefusalReason(View, frozen=True):
    """Why proofs failed, for how many relays, and what to do."""

    text: str
    relays: str
    does: str


class UnverifiedRow(View, frozen=True):
    """A relay that is not verified: its status, its proof, and why, in words."""

    relay: Link
    status: Badge
    proof: str
    reason: str


class ProofRow(View, frozen=True):
    """A type of proof, how many relays it verifies, and where it belongs."""

    type: str
    verified: str
    place: str


class StatusRow(View, frozen=True):
    """How many relays have one AROI status."""

    status: str
    relays: str


class ValidationPart(View, frozen=True):
    """Whether the domain is verified: for the operator, and for each relay by status.

    `badge` stands in the head of the page, `domain_badge` beside the domain.
    """

    state: str
    words: str
    badge: Badge
    domain_badge: Badge
    statuses: tuple[StatusRow, ...]
    reasons: tuple[RefusalReason, ...]
    reason: str | None
    proofs: tuple[ProofRow, ...]
    unverified: tuple[UnverifiedRow, ...]
    more_unverified: str | None
    relays: dict[RelayStatus, tuple[str, ...]]
    problems: dict[str, tuple[str, ...]]


def validation(facts: OperatorFacts) -> ValidationPart:
    """Return what an operator's page says of the domain."""
    claims, statuses = facts.domain is not None, facts.statuses
    unverified = sum(len(names) for status, names in statuses.items() if status != "validated")
    left = unverified - len(facts.unverified)
    return ValidationPart(
        state=facts.state,
        words=UNCLAIMED.get(facts.state, STATE_WORDS[facts.state]),
        badge=HEAD_BADGES[facts.state],
        domain_badge=STATE_BADGES[facts.state],
        statuses=_statuses(statuses) if claims else (),
        reasons=_reasons(facts),
        reason=None if facts.aroi_reason is None else REASONS[facts.aroi_reason],
        proofs=_proofs(facts),
        unverified=tuple(
            UnverifiedRow(
                relay=relay.relay,
                status=STATE_BADGES[relay.status],
                proof=relay.proof or "None",
                reason=relay.reason or "No result yet",
            )
            for relay in facts.unverified
        ),
        more_unverified=formatting.number_of(left, "more relay", "more relays")
        if claims and left
        else None,
        relays=statuses,
        problems=facts.problems,
    )


def _statuses(statuses: dict[RelayStatus, tuple[str, ...]]) -> tuple[StatusRow, ...]:
    """Return how many of all relays have each status."""
    relays = formatting.number_of(sum(map(len, statuses.values())), "relay")
    return tuple(
        StatusRow(
            status=formatting.capitalized(STATUS_WORDS[status]),
            relays=f"{formatting.count(len(names))} of {relays}",
        )
        for status, names in statuses.items()
    )


def _reasons(facts: OperatorFacts) -> tuple[RefusalReason, ...]:
    counts = Counter({problem: len(names) for problem, names in facts.problems.items()})
    return tuple(
        RefusalReason(
            text=PROBLEMS[code].words,
            relays=formatting.number_of(count, "relay"),
            does=aroi_texts.REMEDIES[code],
        )
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _proofs(facts: OperatorFacts) -> tuple[ProofRow, ...]:
    if facts.domain is None:
        return ()
    return tuple(
        ProofRow(
            type=name,
            verified=f"{formatting.count(proof.verified)} of"
            f" {formatting.number_of(proof.relays, 'relay')}",
            place=aroi_texts.place(name, facts.domain),
        )
        for name, proof in facts.proofs.items()
    )
