"""Whether an operator's domain is proven, for which of their relays, and what is missing."""

from collections import Counter

from allium import formatting
from allium.analysis.aroi.aroi_claim import REASONS
from allium.analysis.aroi.validation import PROBLEMS
from allium.pages.operator.operator_facts import OperatorFacts
from allium.pages.parts import aroi_texts
from allium.pages.parts.aroi_texts import STATE_BADGES, STATE_WORDS, STATUS_WORDS
from allium.pages.parts.page_base import Badge, Link, View


class RefusalReason(View, frozen=True):
    """Why proofs failed, for how many relays, and what to do."""

    text: str
    relays: str
    does: str


class UnprovenRow(View, frozen=True):
    """A relay whose domain is not proven: its status, why, and what is missing, in words."""

    relay: Link
    status: str
    proof: str
    reason: str


class ProofRow(View, frozen=True):
    """A type of proof, for how many of its relays it holds, and where it belongs."""

    type: str
    proven: str
    place: str


class ValidationPart(View, frozen=True):
    """Whether the domain is proven: for the operator, and for each relay by status."""

    state: str
    words: str
    badge: Badge
    statuses: tuple[str, ...]
    reasons: tuple[RefusalReason, ...]
    reason: str | None
    proofs: tuple[ProofRow, ...]
    unproven: tuple[UnprovenRow, ...]
    more_unproven: str | None
    relays: dict[str, tuple[str, ...]]
    problems: dict[str, tuple[str, ...]]


def validation(facts: OperatorFacts) -> ValidationPart:
    """Return what the operator's page says of their domain."""
    claims, statuses = facts.domain is not None, facts.statuses
    unproven = sum(len(names) for status, names in statuses.items() if status != "validated")
    left = unproven - len(facts.unproven)
    return ValidationPart(
        state=facts.state,
        words=STATE_WORDS[facts.state],
        badge=STATE_BADGES[facts.state],
        statuses=_statuses(statuses) if claims else (),
        reasons=_reasons(facts),
        reason=None if facts.aroi_reason is None else REASONS[facts.aroi_reason],
        proofs=_proofs(facts),
        unproven=tuple(
            UnprovenRow(
                relay=relay.relay,
                status=STATUS_WORDS[relay.status],
                proof=relay.proof or "none",
                reason=relay.reason or "no result yet",
            )
            for relay in facts.unproven
        ),
        more_unproven=formatting.number_of(left, "more relay", "more relays")
        if claims and left
        else None,
        relays=statuses,
        problems=facts.problems,
    )


def _statuses(statuses: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(
        f"{STATUS_WORDS[status]}: {formatting.number_of(len(names), 'relay')}"
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
            proven=f"{formatting.count(proof.proven)} of"
            f" {formatting.number_of(proof.relays, 'relay')}",
            place=aroi_texts.place(name, facts.domain),
        )
        for name, proof in facts.proofs.items()
    )
