"""What shows each finding of a relay: the evidence beside the advice."""

from collections.abc import Callable
from typing import Final, TypeAlias

from allium import text
from allium.analysis.diagnostics import SEVERITY
from allium.views.advice import ADVICE, COLOURS
from allium.views.base import Finding
from allium.views.proofs import REMEDIES
from allium.views.relay_display import proof_place
from allium.views.relay_flags import guard_requirements, long_enough_up, worst
from allium.views.relay_shard import Shard

Evidence: TypeAlias = Callable[[Shard], tuple[str | None, ...]]


def findings(shard: Shard) -> tuple[Finding, ...]:
    """Return the findings of a relay in the order of display."""
    return tuple(_finding(code, shard) for code in shard.past.findings)


def _finding(code: str, shard: Shard) -> Finding:
    advice, evidence = ADVICE[code], EVIDENCE.get(code, _nothing)
    severity = SEVERITY[code]
    return Finding(
        severity=severity,
        colour=COLOURS[severity],
        statement=advice.says,
        evidence=tuple(words for words in evidence(shard) if words is not None),
        advice=_remedy(code, shard) or advice.does,
        about=advice.about,
    )


def _remedy(code: str, shard: Shard) -> str | None:
    """Return what to do about the very problem that the proof has."""
    problem = shard.standing.aroi_problem
    return REMEDIES[problem] if code in PROOFS and problem is not None else None


def _nothing(_: Shard) -> tuple[str | None, ...]:
    return ()


def _since(shard: Shard) -> tuple[str | None, ...]:
    return (f"Down since {text.minute(shard.relay.last_seen)} UTC",)


def _version(shard: Shard) -> tuple[str | None, ...]:
    relay = shard.relay
    status = f" ({relay.version_status})" if relay.version_status is not None else ""
    return (f"Version {relay.version or 'unknown'}{status}",)


def _reported(code: str) -> Evidence:
    return lambda shard: (f"Reported {text.minute(shard.past.reports[code])} UTC",)


def _month(shard: Shard) -> tuple[str | None, ...]:
    rows = shard.past.uptime
    known = rows[0].running if rows and rows[0].period == "1 month" else None
    return (f"Uptime of 1 month: {known}" if known is not None else None,)


def _aroi(shard: Shard) -> tuple[str | None, ...]:
    return (shard.standing.aroi_reason,)


def _proof(shard: Shard) -> tuple[str | None, ...]:
    return shard.standing.aroi_reason, f"Published proof belongs at {proof_place(shard)}"


def _rates(shard: Shard) -> tuple[str | None, ...]:
    relay = shard.relay
    limit, observed = relay.bandwidth_rate or 0, relay.observed_bandwidth or 0
    return (
        f"Rate limit {text.bandwidth(limit, shard.units)}",
        f"Observed {text.bandwidth(observed, shard.units)}",
    )


def _weight(shard: Shard) -> tuple[str | None, ...]:
    relay = shard.relay
    observed = text.bandwidth(relay.observed_bandwidth or 0, shard.units)
    return f"Consensus weight {text.weight(relay.consensus_weight or 0)}", f"Observed {observed}"


def _advertised(shard: Shard) -> tuple[str | None, ...]:
    advertised = shard.relay.advertised_bandwidth
    if advertised is None:
        return ()
    return (f"Advertised {text.bandwidth(advertised, shard.units)}",)


def _guard(shard: Shard) -> tuple[str | None, ...]:
    """Return the first thing that the flag needs and that is not met, or may not be."""
    requirements = guard_requirements(shard)
    verdict = worst(requirements)
    return (next((one.text for one in requirements if one.verdict == verdict), None),)


def _phase(shard: Shard) -> tuple[str | None, ...]:
    life = shard.past.lifecycle
    if life is None:
        return ()
    until = f", until {life.until} at the earliest" if life.until is not None else ""
    return (f"{life.phase.capitalize()} since {life.since}{until}",)


def _addresses(shard: Shard) -> tuple[str | None, ...]:
    return shard.relay.unreachable_or_addresses


def _alleged(shard: Shard) -> tuple[str | None, ...]:
    count = text.number_of(len(shard.relay.alleged_family), "listed relay")
    return (f"{count} without a listing in return",)


def _hsdir(shard: Shard) -> tuple[str | None, ...]:
    return (long_enough_up(shard).text,)


PROOFS: Final = frozenset({"aroi_unauthorized", "aroi_misconfigured"})
"""Findings about a proof that failed."""

EVIDENCE: Final[dict[str, Evidence]] = {
    "offline": _since,
    "version_obsolete": _version,
    "version_unrecommended": _version,
    "version_ahead": _version,
    "overload_fd": _reported("overload_fd"),
    "overload_general": _reported("overload_general"),
    "overload_rate": _reported("overload_rate"),
    "or_unreachable": _addresses,
    "not_fast": _advertised,
    "not_stable": _month,
    "no_hsdir": _hsdir,
    "no_guard": _guard,
    "no_guard_yet": _guard,
    "rate_limited": _rates,
    "underutilised": _weight,
    "aroi_unauthorized": _proof,
    "aroi_misconfigured": _proof,
    "aroi_incomplete": _aroi,
    "family_one_sided": _alleged,
    "phase": _phase,
}
"""Findings that are not here say all there is to say."""
