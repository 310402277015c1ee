"""What is wrong with a relay, or could be better, as far as its public data tells.

Each rule is a condition on one relay; a rule that holds may silence others, so that one cause gives
one finding.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Final

from allium.analysis.relay_facts import RelayFacts
from allium.analysis.rules import RULES, SEVERITIES, FindingRule
from allium.model.relay import Flag

SEVERITY: Final = {rule.code: rule.severity for rule in RULES if rule.severity is not None}
"""How much each finding that is displayed matters."""

OVERLOADS: Final = frozenset({"overload_general", "overload_fd", "overload_rate"})
"""The findings of a relay that is overloaded now."""


def diagnosis(facts: RelayFacts) -> tuple[str, ...]:
    """Return the codes of all rules that hold, in the order of the rules."""
    relay = facts.relay
    rules = _about(relay.flags, running=relay.running)
    return tuple(rule.code for rule in rules if rule.holds(facts))


@lru_cache(maxsize=4096)
def _about(flags: tuple[Flag, ...], *, running: bool) -> tuple[FindingRule, ...]:
    """Return the rules that are about relays with these flags: a hundred sets of flags are all."""
    return tuple(rule for rule in RULES if rule.concerns(flags, running=running))


@lru_cache(maxsize=4096)
def displayed(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes that readers of a relay's page are told: none that another one silences."""
    found = set(codes)
    silenced = {code for rule in RULES if rule.code in found for code in rule.silences}
    return in_order(found - silenced)


def in_order(codes: Collection[str]) -> tuple[str, ...]:
    """Return those of the codes that are displayed at all, by severity, then by rule."""
    shown = [code for code in SEVERITY if code in codes]
    return tuple(sorted(shown, key=lambda code: SEVERITIES.index(SEVERITY[code])))
