"""What the head of an operator's page says: how many relays run, what matters most, tiles."""

from collections.abc import Iterator, Mapping
from typing import Final

from allium import formatting
from allium.analysis.relay.role import Role
from allium.pages.operator.operator_display import OperatorDisplay, RoleRow
from allium.pages.operator.operator_facts import OperatorFacts
from allium.pages.parts.levels import level
from allium.pages.parts.network_figures import NOT_IN_DATA
from allium.pages.parts.page_base import PERIOD_WORDS, Colour, Tile, Verdict

RECENT: Final = PERIOD_WORDS["6_months"]
MANY: Final = 10
"""From so many relays on, shares of them are said in percent."""


def running(facts: OperatorFacts) -> str:
    """Return how many relays run, of how many."""
    who = "Operator of" if facts.contact is not None else ""
    shown = formatting.number_of(facts.running, "running relay")
    of = "" if facts.running == facts.relays else f" (of {formatting.count(facts.relays)})"
    return f"{who} {shown}{of}".strip()


def verdict(facts: OperatorFacts) -> Verdict:
    """Return what matters most about an operator's relays."""
    if facts.contact is None:
        return Verdict(
            text="These relays publish no contact information. They do not belong to one operator.",
            colour="note",
        )
    return Verdict(text=" ".join(_sentences(facts)), colour=_colour(facts))


def _colour(facts: OperatorFacts) -> Colour:
    """Return the colour of what matters most, which is that of the worst finding."""
    found = facts.attention
    if found.down or found.critical:
        return "crit"
    if found.warning:
        return "warn"
    return "note" if found.hibernating else "good"


def _sentences(facts: OperatorFacts) -> Iterator[str]:
    found, relays = facts.attention, facts.relays
    if relays == 1:
        state = "down" if found.down else "hibernating" if found.hibernating else "running"
        yield f"The relay is {state}."
    else:
        yield _running(facts.running, relays)
        yield from _away(found.down, "down")
        yield from _away(found.hibernating, "hibernating")
    if found.critical:
        yield _problem(found.critical, relays, "a critical problem")
    elif found.warning:
        yield _problem(found.warning, relays, "a warning")
    elif not (found.down or found.hibernating):
        yield "Nothing needs attention."


def _running(running: int, relays: int) -> str:
    if running == relays:
        return f"{'Both' if relays == 2 else f'All {formatting.count(relays)}'} relays are running."
    who = f"{formatting.count(running)} of {formatting.count(relays)} relays"
    return f"{who} {_verb(running)} running."


def _away(count: int, state: str) -> Iterator[str]:
    if count:
        yield f"{formatting.count(count)} {_verb(count)} {state}."


def _verb(count: int) -> str:
    return "is" if count == 1 else "are"


def _problem(count: int, relays: int, what: str) -> str:
    """Return how many of the relays have a problem."""
    if relays == 1:
        return f"It has {what}."
    share = f" ({formatting.part(count / relays, 1)})" if relays >= MANY else ""
    return f"{formatting.count(count)}{share} {'has' if count == 1 else 'have'} {what}."


def tiles(facts: OperatorFacts, shown: OperatorDisplay) -> tuple[Tile, ...]:
    """Return the figures at the head of the page; what is not known has no tile."""
    return tuple(_tiles(facts, shown))


def _tiles(facts: OperatorFacts, shown: OperatorDisplay) -> Iterator[Tile]:
    yield Tile(
        label="Relays running",
        value=shown.running,
        remark=f"of {shown.relays}",
        level=level(facts.running, facts.relays),
    )
    if shown.weight_share is not None:
        yield Tile(label="Consensus weight", value=shown.weight_share, remark="of the network")
    shares = {row.role: row for row in shown.roles}
    for role in headed(facts.counts):
        row = shares[role]
        yield Tile(
            label=row.name,
            value=row.share,
            remark=_role_remark(row) if facts.counts[role] else row.relays,
        )
    several = facts.relays > 1
    yield Tile(
        label="Observed bandwidth",
        value=shown.bandwidth,
        remark="sum over running relays" if several and shown.bandwidth != NOT_IN_DATA else None,
    )
    uptime = facts.reliability and facts.reliability.uptime
    half_year = uptime and next((row for row in uptime.rows if row.period == RECENT), None)
    if half_year:
        yield Tile(
            label=f"Uptime, {RECENT}",
            value=half_year.average,
            remark="average of its relays" if several else None,
        )


def _role_remark(row: RoleRow) -> str:
    return row.relays if row.bandwidth == NOT_IN_DATA else f"{row.relays}, {row.bandwidth}"


def headed(counts: Mapping[Role, int]) -> tuple[Role, Role]:
    """Return the roles that have tiles: guard and exit; one without relays gives way to middles."""
    if counts["middle"] and not counts["exit"] and counts["guard"]:
        return "guard", "middle"
    if counts["middle"] and not counts["guard"]:
        return "middle", "exit"
    return "guard", "exit"


def more_roles(counts: Mapping[Role, int], rows: tuple[RoleRow, ...]) -> tuple[RoleRow, ...]:
    """Return the roles with running relays that have no tile."""
    return tuple(row for row in rows if counts[row.role] and row.role not in headed(counts))
