"""The rules of a relay's findings: when each holds, how much it matters, and what it silences.

Ages are taken at the time of the data, those of a relay that is down at its last sighting.
"""

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.relay.exit_policy import EXIT_PORTS, accepts_some, port_allowed
from allium.analysis.relay.flag_rules import DAY as DAY_SECONDS
from allium.analysis.relay.flag_rules import Shortfall, known_for, shortfall, unmeasured
from allium.analysis.relay.lifecycle import LATE_DAYS
from allium.analysis.relay.platform import family_key_ready
from allium.analysis.relay.relay_facts import RelayFacts
from allium.analysis.relay.weight_ratio import underutilised
from allium.model.relay import Flag

Severity: TypeAlias = Literal["Critical", "Warning", "Notice", "Good to know"]
SEVERITIES: Final[tuple[Severity, ...]] = ("Critical", "Warning", "Notice", "Good to know")

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
RECENT: Final = 72 * HOUR
"""How long a report of overload counts. Tor: a relay repeats it for 72 hours (proposal 328)."""
PAST: Final = 7 * DAY
"""A choice of this site: an overload of the same week is still worth knowing to programs."""
FUTURE: Final = 2 * HOUR
"""A choice of this site: clocks of relays may be ahead by this much, as for all times it reads."""
LOW_UPTIME: Final = 90
"""Percent of a month; a choice of this site, for programs only."""


def _always(_: RelayFacts) -> bool:
    return True


class FindingRule(Struct, frozen=True, kw_only=True):
    """A finding: when it holds, how much it matters, and the codes that it silences.

    It holds of relays with the flags `has` that run without the flag `lacks`, if one is named, and
    of which `holds` is true. A rule without severity is told to programs only: other findings say
    the same to readers.
    """

    code: str
    holds: Callable[[RelayFacts], bool] = _always
    has: tuple[Flag, ...] = ()
    lacks: Flag | None = None
    severity: Severity | None = None
    silences: frozenset[str] = frozenset()

    def concerns(self, flags: Collection[Flag], *, running: bool) -> bool:
        """Tell whether the rule is about relays with these flags.

        Directory authorities are busy with other things: no flag is missing there.
        """
        lacking = running and self.lacks not in flags and "Authority" not in flags
        return (lacking or self.lacks is None) and all(flag in flags for flag in self.has)


def _codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _ports(facts: RelayFacts) -> Iterator[bool | None]:
    return (port_allowed(facts.relay.exit_policy_summary, port) for port in EXIT_PORTS)


def _version_status(*statuses: str) -> Callable[[RelayFacts], bool]:
    return lambda facts: facts.relay.version_status in statuses


def _aroi(*statuses: str) -> Callable[[RelayFacts], bool]:
    return lambda facts: facts.status in statuses


def _late(facts: RelayFacts) -> bool:
    """Tell whether the relay should have been measured by now."""
    return known_for(facts.relay, facts.published) > LATE_DAYS * DAY_SECONDS


def _not_recommended(facts: RelayFacts) -> bool:
    relay = facts.relay
    return relay.version_status == "unrecommended" or (
        relay.recommended_version is False and relay.version_status is None
    )


def _no_fast(cause: Shortfall | None) -> Callable[[RelayFacts], bool]:
    """Return whether the cause holds for which a relay that is old enough lacks the Fast flag."""
    return lambda facts: not facts.young and shortfall(facts.relay, facts.minima.fast) == cause


def _no_guard_for(cause: Shortfall | None) -> Callable[[RelayFacts], bool]:
    """Return whether the cause holds for which a relay that is old enough lacks the Guard flag."""
    return lambda facts: facts.role != "exit" and not facts.young and facts.guard_shortfall == cause


def _no_ipv6(facts: RelayFacts) -> bool:
    relay = facts.relay
    announced = (*relay.or_addresses, *relay.unreachable_or_addresses)
    return not any(address.startswith("[") for address in announced)


def _exit_hint(facts: RelayFacts) -> bool:
    summary = facts.relay.exit_policy_summary
    return accepts_some(summary) and not facts.has("Exit") and not all(_ports(facts))


def _rate_limited(facts: RelayFacts) -> bool:
    rate = facts.relay.bandwidth_rate
    return rate is not None and rate < (facts.relay.observed_bandwidth or 0)


NO_FAST: Final = _codes("not_fast_yet not_fast_limit not_fast not_fast_measured not_fast_unclear")
NO_STABLE: Final = _codes("not_stable not_stable_unreached")
NO_HSDIR: Final = _codes("no_v2dir_exit no_hsdir_yet no_hsdir")
NO_GUARD: Final = _codes(
    "no_v2dir no_guard_limit no_guard_bandwidth no_guard_measured no_guard no_guard_yet"
)
WHILE_AWAY: Final = (
    NO_FAST
    | NO_STABLE
    | NO_HSDIR
    | NO_GUARD
    | _codes(
        """or_unreachable stale_desc not_measured not_measured_new rate_limited underutilised
        exit_hint aroi_incomplete no_contact family_one_sided family_gone overload_rate phase
        no_ipv6 version_ahead aroi_not_checked"""
    )
)
"""Findings that no one can act on, or that are of no use, while a relay does not run."""
WHILE_OVERLOADED: Final = _codes(
    "not_fast_limit no_guard_limit rate_limited overload_rate underutilised"
)
"""Advice to carry more, of a relay that has too much to do; or what that explains."""

RULES: Final = (
    FindingRule(
        code="offline",
        severity="Critical",
        holds=lambda one: not one.relay.running and not one.relay.hibernating,
        silences=WHILE_AWAY,
    ),
    FindingRule(
        code="bad_exit",
        severity="Critical",
        has=("BadExit",),
        holds=lambda one: not one.has("MiddleOnly"),
    ),
    FindingRule(
        code="version_obsolete",
        severity="Critical",
        holds=_version_status("obsolete"),
        silences=_codes("version_unrecommended"),
    ),
    FindingRule(
        code="overload_fd",
        severity="Critical",
        holds=lambda one: one.within(one.file_descriptors, -FUTURE, RECENT),
        silences=WHILE_OVERLOADED,
    ),
    FindingRule(
        code="middle_only_bad_exit",
        severity="Warning",
        has=("MiddleOnly", "BadExit"),
        silences=_codes("middle_only"),
    ),
    FindingRule(
        code="middle_only",
        severity="Warning",
        has=("MiddleOnly",),
        silences=NO_GUARD | NO_HSDIR | _codes("exit_hint"),
    ),
    FindingRule(code="stale_desc", severity="Warning", has=("StaleDesc",)),
    FindingRule(
        code="overload_general",
        severity="Warning",
        holds=lambda one: one.within(one.relay.overload_general_timestamp, -FUTURE, RECENT),
        silences=WHILE_OVERLOADED,
    ),
    FindingRule(
        code="or_unreachable",
        severity="Warning",
        holds=lambda one: bool(one.relay.unreachable_or_addresses),
    ),
    FindingRule(
        code="not_measured",
        severity="Warning",
        holds=lambda one: unmeasured(one.relay) and _late(one),
        silences=NO_FAST | NO_GUARD | _codes("underutilised"),
    ),
    FindingRule(
        code="not_measured_new",
        severity="Notice",
        holds=lambda one: unmeasured(one.relay) and not _late(one),
        silences=NO_FAST | NO_GUARD | _codes("underutilised phase"),
    ),
    FindingRule(
        code="not_fast_limit",
        severity="Warning",
        lacks="Fast",
        holds=_no_fast("limit"),
        silences=NO_STABLE | NO_HSDIR | NO_GUARD | _codes("rate_limited"),
    ),
    FindingRule(
        code="not_fast",
        severity="Warning",
        lacks="Fast",
        holds=_no_fast("advertised"),
        silences=NO_STABLE | NO_HSDIR | NO_GUARD,
    ),
    FindingRule(
        code="not_fast_measured",
        severity="Warning",
        lacks="Fast",
        holds=_no_fast("measured"),
        silences=NO_STABLE | NO_HSDIR | NO_GUARD | _codes("underutilised"),
    ),
    FindingRule(
        code="not_fast_yet",
        severity="Notice",
        lacks="Fast",
        holds=lambda one: one.young,
        silences=NO_STABLE | NO_HSDIR | NO_GUARD | _codes("phase"),
    ),
    FindingRule(
        code="not_fast_unclear",
        severity="Notice",
        lacks="Fast",
        holds=_no_fast(None),
        silences=NO_STABLE | NO_HSDIR | NO_GUARD,
    ),
    FindingRule(
        code="not_stable",
        severity="Warning",
        has=("Fast",),
        lacks="Stable",
        holds=lambda one: not one.young and one.restarted_lately(),
        silences=NO_HSDIR | NO_GUARD,
    ),
    FindingRule(
        code="not_stable_unreached",
        severity="Warning",
        has=("Fast",),
        lacks="Stable",
        holds=lambda one: not one.young and not one.restarted_lately(),
        silences=NO_HSDIR | NO_GUARD,
    ),
    FindingRule(
        code="no_hsdir_yet",
        severity="Notice",
        has=("Fast", "Stable", "V2Dir"),
        lacks="HSDir",
        holds=lambda one: one.up_long_enough() is False,
    ),
    FindingRule(
        code="no_hsdir",
        severity="Notice",
        has=("Fast", "Stable", "V2Dir"),
        lacks="HSDir",
        holds=lambda one: one.up_long_enough() is not False,
    ),
    FindingRule(
        code="no_v2dir",
        severity="Warning",
        has=("Fast", "Stable"),
        lacks="Guard",
        holds=lambda one: one.role != "exit" and not one.has("V2Dir"),
        silences=NO_GUARD - {"no_v2dir"},
    ),
    FindingRule(
        code="no_v2dir_exit",
        severity="Notice",
        has=("Fast", "Stable"),
        lacks="V2Dir",
        holds=lambda one: one.role == "exit",
    ),
    FindingRule(
        code="no_guard_limit",
        severity="Warning",
        has=("Fast", "Stable", "V2Dir"),
        lacks="Guard",
        holds=_no_guard_for("limit"),
        silences=_codes("rate_limited"),
    ),
    FindingRule(
        code="no_guard_bandwidth",
        severity="Warning",
        has=("Fast", "Stable", "V2Dir"),
        lacks="Guard",
        holds=_no_guard_for("advertised"),
    ),
    FindingRule(
        code="no_guard_measured",
        severity="Warning",
        has=("Fast", "Stable", "V2Dir"),
        lacks="Guard",
        holds=_no_guard_for("measured"),
        silences=_codes("underutilised"),
    ),
    FindingRule(
        code="no_guard",
        severity="Warning",
        has=("Fast", "Stable", "V2Dir"),
        lacks="Guard",
        holds=_no_guard_for(None),
    ),
    FindingRule(
        code="no_guard_yet",
        severity="Notice",
        has=("Fast", "Stable"),
        lacks="Guard",
        holds=lambda one: one.role != "exit" and one.young,
    ),
    FindingRule(
        code="rate_limited",
        severity="Notice",
        holds=_rate_limited,
        silences=_codes("underutilised"),
    ),
    FindingRule(
        code="underutilised",
        severity="Warning",
        holds=lambda one: underutilised(one.relay) and not one.young,
    ),
    FindingRule(
        code="exit_hint",
        severity="Good to know",
        holds=_exit_hint,
    ),
    FindingRule(code="version_unrecommended", severity="Warning", holds=_not_recommended),
    FindingRule(
        code="aroi_unauthorized",
        severity="Warning",
        holds=_aroi("unauthorized"),
        silences=_codes("aroi_incomplete no_contact"),
    ),
    FindingRule(
        code="aroi_misconfigured",
        severity="Warning",
        holds=_aroi("misconfigured"),
        silences=_codes("aroi_incomplete no_contact"),
    ),
    FindingRule(code="aroi_incomplete", severity="Notice", holds=_aroi("incomplete")),
    FindingRule(code="no_contact", severity="Notice", holds=_aroi("no_contact")),
    FindingRule(
        code="family_one_sided",
        severity="Warning",
        holds=lambda one: bool(one.unreturned.one_sided),
    ),
    FindingRule(
        code="family_gone",
        severity="Notice",
        holds=lambda one: bool(one.unreturned.gone),
    ),
    FindingRule(
        code="overload_rate",
        severity="Notice",
        holds=lambda one: one.within(one.rate_limited, -FUTURE, RECENT),
    ),
    FindingRule(
        code="phase",
        severity="Good to know",
        holds=lambda one: one.phase not in {None, "steady"},
    ),
    FindingRule(
        code="no_ipv6",
        severity="Good to know",
        holds=_no_ipv6,
    ),
    FindingRule(
        code="hibernating",
        severity="Good to know",
        holds=lambda one: one.relay.hibernating,
        silences=WHILE_AWAY,
    ),
    FindingRule(
        code="version_ahead",
        severity="Good to know",
        holds=_version_status("experimental", "new in series"),
    ),
    FindingRule(code="aroi_not_checked", severity="Good to know", holds=_aroi("not_checked")),
    FindingRule(
        code="overload_past",
        holds=lambda one: one.within(one.relay.overload_general_timestamp, RECENT + 1, PAST),
    ),
    FindingRule(code="sybil", has=("Sybil",)),
    FindingRule(code="no_ed_consensus", has=("NoEdConsensus",)),
    FindingRule(
        code="no_weight",
        holds=lambda one: one.relay.running and not one.relay.consensus_weight,
    ),
    FindingRule(
        code="low_uptime",
        holds=lambda one: one.month_uptime is not None and one.month_uptime < LOW_UPTIME,
    ),
    FindingRule(
        code="exit_no_policy",
        has=("Exit",),
        holds=lambda one: not any(_ports(one)),
    ),
    FindingRule(
        code="exit_family_hint",
        holds=lambda one: not one.has("Exit") and not one.has("BadExit") and all(_ports(one)),
    ),
    FindingRule(
        code="family_key_ready",
        holds=lambda one: family_key_ready(one.relay.version) and not one.relay.family_ids,
    ),
)
"""In the order of display within one severity; those without severity are not displayed."""


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
    held = set(codes)
    silenced = {code for rule in RULES if rule.code in held for code in rule.silences}
    return in_order(held - silenced)


def in_order(codes: Collection[str]) -> tuple[str, ...]:
    """Return those of the codes that are displayed at all, by severity, then by rule."""
    shown = [code for code in SEVERITY if code in codes]
    return tuple(sorted(shown, key=lambda code: SEVERITIES.index(SEVERITY[code])))
