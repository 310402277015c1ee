"""The findings of a relay's page: severity, statement, evidence and advice."""

from collections.abc import Callable
from typing import Final, TypeAlias

from allium import formatting
from allium.analysis.relay.findings import SEVERITY
from allium.analysis.voting import vote_texts
from allium.analysis.voting.distance import Distance
from allium.analysis.voting.vote_rules import Condition
from allium.model.relay import Flag
from allium.pages.parts.aroi_texts import REMEDIES
from allium.pages.parts.page_base import FindingText
from allium.pages.relay import relay_life
from allium.pages.relay.finding_texts import ADVICE, COLOURS
from allium.pages.relay.flag_table import required, worst
from allium.pages.relay.relay_display import proof_place
from allium.pages.relay.relay_shard import RelayShard
from allium.pages.relay.votes_summary import distance, vote_findings

Evidence: TypeAlias = Callable[[RelayShard], tuple[str | None, ...]]


def findings(shard: RelayShard) -> tuple[FindingText, ...]:
    """Return the findings of a relay in the order of display."""
    found = [_finding(code, shard) for code in shard.history.findings]
    return tuple(sorted([*found, *vote_findings(shard.votes)], key=_rank))


def _rank(finding: FindingText) -> int:
    return [*COLOURS.values()].index(finding.colour)


def _finding(code: str, shard: RelayShard) -> FindingText:
    advice, evidence = ADVICE[code], EVIDENCE.get(code, _nothing)
    severity, voted = SEVERITY[code], _voted(code, shard)
    return FindingText(
        severity=severity,
        colour=COLOURS[severity],
        statement=f"The relay does not have the {voted.flag} flag." if voted else advice.says,
        evidence=tuple(words for words in evidence(shard) if words is not None),
        advice=_remedy(code, shard) or (_helps(voted, shard) if voted else advice.does),
        about=advice.about,
    )


def _voted(code: str, shard: RelayShard) -> Distance | None:
    """Return how far the relay is from a flag if votes state another cause than the finding has."""
    if code not in CAUSES:
        return None
    flag, cause = CAUSES[code]
    found = distance(shard.votes, flag)
    return found if found and found.lacking and found.lacking[0].condition != cause else None


def _helps(lacked: Distance, shard: RelayShard) -> str | None:
    """Return what helps with what most authorities miss, and where they are named."""
    words = vote_texts.advice(lacked)
    is_named = lacked.lacking[0].authorities or shard.votes is None or not shard.votes.has_page
    return words if is_named else f"{words} The page of the votes names the authorities."


def _remedy(code: str, shard: RelayShard) -> str | None:
    """Return what to do about the very problem that the proof has."""
    problem = shard.position.aroi_problem
    return REMEDIES[problem] if code in PROOFS and problem is not None else None


def _nothing(_: RelayShard) -> tuple[str | None, ...]:
    return ()


def _version(words: str) -> Evidence:
    return lambda shard: (f"{shard.relay.version or 'The version'} is {words}",)


def _version_status(shard: RelayShard) -> tuple[str | None, ...]:
    return (f"Version {shard.relay.version or 'unknown'} ({shard.relay.version_status})",)


def _reported(code: str) -> Evidence:
    return lambda shard: (f"Reported {formatting.minute(shard.history.reports[code])} UTC",)


def _aroi(shard: RelayShard) -> tuple[str | None, ...]:
    return (shard.position.aroi_reason,)


def _proof(shard: RelayShard) -> tuple[str | None, ...]:
    return shard.position.aroi_reason, f"The proof belongs at {proof_place(shard)}"


def _rates(shard: RelayShard) -> tuple[str | None, ...]:
    relay = shard.relay
    rate = formatting.bandwidth(relay.bandwidth_rate or 0, shard.units)
    observed = formatting.bandwidth(relay.observed_bandwidth or 0, shard.units)
    return (f"Bandwidth rate {rate}; observed bandwidth {observed}",)


def _weight(shard: RelayShard) -> tuple[str | None, ...]:
    relay = shard.relay
    observed = formatting.bandwidth(relay.observed_bandwidth or 0, shard.units)
    weight = formatting.weight(relay.consensus_weight or 0)
    return (f"Consensus weight {weight}; observed bandwidth {observed}",)


def _missing(flag: Flag) -> Evidence:
    """Return what a flag needs and is not met; where all is met, what nobody can tell."""

    def shown(shard: RelayShard) -> tuple[str | None, ...]:
        requirements = required(flag, shard)
        verdict = worst(requirements)
        return tuple(
            requirement.text for requirement in requirements if requirement.verdict == verdict
        )

    return shown


def _bandwidths(flag: Flag) -> Evidence:
    """Return all that a flag needs, met or not."""
    return lambda shard: tuple(requirement.text for requirement in required(flag, shard))


def _phase(shard: RelayShard) -> tuple[str | None, ...]:
    life = shard.history.lifecycle
    return () if life is None else (relay_life.sentence(life),)


def _addresses(shard: RelayShard) -> tuple[str | None, ...]:
    return shard.relay.unreachable_or_addresses


def _one_sided(shard: RelayShard) -> tuple[str | None, ...]:
    count, is_single = formatting.number_of(shard.one_sided, "relay"), shard.one_sided == 1
    verbs = ("is", "does") if is_single else ("are", "do")
    return (f"{count} {verbs[0]} listed here but {verbs[1]} not list this relay back",)


def _gone(shard: RelayShard) -> tuple[str | None, ...]:
    verb = "is" if shard.gone == 1 else "are"
    return (f"{formatting.number_of(shard.gone, 'listed relay')} {verb} not in the network",)


def _away(shard: RelayShard) -> tuple[str | None, ...]:
    relay, started = shard.relay, shard.relay.last_restarted
    moments = (
        None if relay.running else f"last seen {formatting.minute(relay.last_seen)} UTC",
        None if started is None else f"last restarted {formatting.minute(started)} UTC",
    )
    words = "; ".join(filter(None, moments))
    return (words[:1].upper() + words[1:] or None,)


CAUSES: Final[dict[str, tuple[Flag, Condition | None]]] = {
    "not_fast": ("Fast", "bandwidth"),
    "not_fast_measured": ("Fast", "bandwidth"),
    "not_fast_unclear": ("Fast", None),
    "not_stable": ("Stable", "mtbf"),
    "not_stable_unreached": ("Stable", "mtbf"),
    "no_hsdir": ("HSDir", "unknown"),
    "no_guard_bandwidth": ("Guard", "bandwidth"),
    "no_guard_measured": ("Guard", "bandwidth"),
    "no_guard": ("Guard", "wfu"),
}
"""The flag that each of these findings is about, and what it says that most authorities miss."""

PROOFS: Final = frozenset({"aroi_unauthorized", "aroi_misconfigured"})
"""Findings about a proof that failed."""

EVIDENCE: Final[dict[str, Evidence]] = {
    "offline": _away,
    "hibernating": _away,
    "version_obsolete": _version("older than every recommended version"),
    "version_unrecommended": _version("not one of the recommended versions"),
    "version_ahead": _version_status,
    "overload_fd": _reported("overload_fd"),
    "overload_general": _reported("overload_general"),
    "overload_rate": _reported("overload_rate"),
    "or_unreachable": _addresses,
    "not_measured_new": _phase,
    "not_fast_limit": _missing("Fast"),
    "not_fast": _missing("Fast"),
    "not_fast_measured": _missing("Fast"),
    "not_fast_yet": _phase,
    "not_fast_unclear": _bandwidths("Fast"),
    "not_stable": _missing("Stable"),
    "not_stable_unreached": _missing("Stable"),
    "no_hsdir_yet": _missing("HSDir"),
    "no_hsdir": _missing("HSDir"),
    "no_v2dir": _missing("V2Dir"),
    "no_v2dir_exit": _missing("V2Dir"),
    "no_guard_limit": _missing("Guard"),
    "no_guard_bandwidth": _missing("Guard"),
    "no_guard_measured": _missing("Guard"),
    "no_guard": _missing("Guard"),
    "no_guard_yet": _missing("Guard"),
    "rate_limited": _rates,
    "underutilised": _weight,
    "aroi_unauthorized": _proof,
    "aroi_misconfigured": _proof,
    "aroi_incomplete": _aroi,
    "family_one_sided": _one_sided,
    "family_gone": _gone,
    "phase": _phase,
}
"""Findings that are not here say all there is to say."""
