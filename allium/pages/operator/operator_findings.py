"""What an operator should look at: the findings of their relays, summed up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from allium import formatting
from allium.analysis.network import Member
from allium.analysis.relay.findings import SEVERITY, Severity, in_order
from allium.analysis.relay.role import ROLES, Role
from allium.model.relay import Fingerprint, Relay
from allium.pages.operator.operator_advice import advice
from allium.pages.operator.operator_shards import OperatorRelay
from allium.pages.parts import relay_rows
from allium.pages.parts.page_base import FindingText, Link, View
from allium.pages.relay.finding_texts import ADVICE, COLOURS

ATTENTION: Final[tuple[Severity, ...]] = ("Critical", "Warning")
"""What an operator's page shows, the worst first; what matters less is on the relays' pages."""
NAMED: Final = 10
"""So many relays are named under a finding."""


class Affected(View, frozen=True):
    """The relays that one finding is about: how many, and the first of them."""

    code: str
    count: int
    relays: tuple[Link, ...]


class Down(View, frozen=True):
    """The relays that are down, by role, and the share of the operator's own that they were."""

    counts: dict[Role, int]
    bandwidth: str | None
    weight: str | None


def affected_relays(
    relays: Sequence[OperatorRelay], names: Mapping[Fingerprint, str]
) -> tuple[Affected, ...]:
    """Return what needs attention: each warning or worse, and the relays that it is about."""
    relays_by_code: dict[str, list[Relay]] = defaultdict(list)
    for shard in relays:
        for code in shard.history.findings:
            if SEVERITY[code] in ATTENTION:
                relays_by_code[code].append(shard.relay)
    return tuple(
        Affected(
            code=code,
            count=len(relays_by_code[code]),
            relays=tuple(relay_rows.named(relay, names) for relay in relays_by_code[code][:NAMED]),
        )
        for code in in_order(relays_by_code)
    )


def relays_down(members: Sequence[Member]) -> Down | None:
    """Return what is down; shares are of the last known values of all the operator's relays.

    Relays that hibernate are away on purpose and not down.
    """
    down = [
        member for member in members if not member.relay.running and not member.relay.hibernating
    ]
    if not down:
        return None
    roles = Counter(member.role for member in down)
    return Down(
        counts={role: roles[role] for role in ROLES if roles[role]},
        bandwidth=_whole(_bandwidth(down), _bandwidth(members)),
        weight=_whole(_weight(down), _weight(members)),
    )


def _bandwidth(members: Iterable[Member]) -> int:
    return sum(member.relay.observed_bandwidth or 0 for member in members)


def _weight(members: Iterable[Member]) -> int:
    return sum(member.relay.consensus_weight or 0 for member in members)


def _whole(part: int, total: int) -> str | None:
    """Return a part as whole percent, which stands still while it is down."""
    return f"{formatting.half_up(100 * part, total)}%" if total else None


def findings(affected: Sequence[Affected], down: Down | None) -> tuple[FindingText, ...]:
    """Return the findings of all relays, the worst first."""
    return tuple(_finding(relays, down) for relays in affected)


def _finding(affected: Affected, down: Down | None) -> FindingText:
    severity = SEVERITY[affected.code]
    left = affected.count - len(affected.relays)
    evidence = _down(down) if affected.code == "offline" and down is not None else ()
    return FindingText(
        severity=severity,
        colour=COLOURS[severity],
        statement=ADVICE[affected.code].of(affected.count),
        evidence=evidence,
        advice=advice(affected.code, affected.count),
        about=ADVICE[affected.code].about,
        relays=affected.relays,
        more=f"{formatting.count(left)} more" if left else None,
    )


def _down(down: Down) -> tuple[str, ...]:
    """Return what is missing while relays are down, in their last known values."""
    roles = ", ".join(
        formatting.number_of(down.counts[role], role) for role in ROLES if role in down.counts
    )
    shares = ((down.bandwidth, "bandwidth"), (down.weight, "consensus weight"))
    carried = " and ".join(f"{share} of its {what}" for share, what in shares if share is not None)
    return (f"{roles}; when last seen: {carried}",) if carried else (roles,)
