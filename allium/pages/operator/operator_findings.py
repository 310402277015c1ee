"""What an operator should look at: the findings of their relays, summed up."""

from allium import formatting
from allium.analysis.relay.findings import SEVERITY
from allium.analysis.relay.role import ROLES
from allium.pages.operator.operator_facts import Facts
from allium.pages.operator.operator_parts import Affected, Down
from allium.pages.parts.page_base import FindingText
from allium.pages.relay.finding_texts import ADVICE, COLOURS


def findings(facts: Facts) -> tuple[FindingText, ...]:
    """Return the findings of all relays, the worst first."""
    return tuple(_finding(one, facts.down) for one in facts.affected)


def _finding(affected: Affected, down: Down | None) -> FindingText:
    advice, severity = ADVICE[affected.code], SEVERITY[affected.code]
    left = affected.count - len(affected.relays)
    evidence = _down(down) if affected.code == "offline" and down is not None else ()
    return FindingText(
        severity=severity,
        colour=COLOURS[severity],
        statement=f"{formatting.number_of(affected.count, 'relay')} {advice.many}.",
        evidence=evidence,
        advice=advice.does,
        about=advice.about,
        relays=affected.relays,
        more=formatting.number_of(left, "more relay", "more relays") if left else None,
    )


def _down(down: Down) -> tuple[str, ...]:
    """Return what is missing while relays are down, in their last known values."""
    roles = ", ".join(
        formatting.number_of(down.counts[role], role) for role in ROLES if role in down.counts
    )
    parts = [roles]
    if down.bandwidth is not None:
        parts.append(f"{down.bandwidth} of the operator's last known bandwidth")
    if down.weight is not None:
        parts.append(f"{down.weight} of its last known weight")
    return tuple(parts)
