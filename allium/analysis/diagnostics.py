"""What is wrong with a relay, or could be better, as far as its public data tells.

Each rule is a condition on one relay; a rule that holds may silence others, so that one cause gives
one finding. Ages are taken at the time of the data.
"""

from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium import text
from allium.analysis.bands import LATE_DAYS, Phase
from allium.analysis.network import Member
from allium.analysis.platforms import family_key_ready
from allium.analysis.ratios import underutilised
from allium.model.relay import PortSummary, Relay

Severity: TypeAlias = Literal["Critical", "Warning", "Notice", "Good to know"]
SEVERITIES: Final[tuple[Severity, ...]] = ("Critical", "Warning", "Notice", "Good to know")

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
RECENT: Final = 72 * HOUR
PAST: Final = 7 * DAY
FUTURE: Final = 2 * HOUR
LOW_UPTIME: Final = 90
STABLE_DAYS: Final = 14
EXIT_PORTS: Final = (80, 443)
ALL_PORTS: Final = ("1-65535",)


class Patient(Struct, frozen=True, kw_only=True):
    """A relay, what is known of its past, and the time of the data in milliseconds since 1970."""

    member: Member
    now: int
    phase: Phase | None
    month_uptime: Fraction | None
    rate_limited: int | None = None
    file_descriptors: int | None = None

    @property
    def relay(self) -> Relay:
        """The relay itself."""
        return self.member.relay

    @property
    def age(self) -> int:
        """Milliseconds since the relay was first seen."""
        return self.now - text.seconds(self.relay.first_seen) * 1000

    def has(self, flag: str) -> bool:
        """Tell whether the relay holds a flag."""
        return flag in self.relay.flags

    def lacks(self, flag: str) -> bool:
        """Tell whether the relay runs without a flag."""
        return self.relay.running and flag not in self.relay.flags

    def within(self, moment: int | None, first: int, last: int) -> bool:
        """Tell whether something was reported from `first` to `last` milliseconds ago."""
        return moment is not None and first <= self.now - moment <= last


class Rule(Struct, frozen=True, kw_only=True):
    """A finding: when it holds, how much it matters, and the codes that it silences.

    A rule without severity is told to programs only: other findings say the same to readers.
    """

    code: str
    holds: Callable[[Patient], bool]
    severity: Severity | None = None
    silences: frozenset[str] = frozenset()


def port_allowed(summary: PortSummary | None, port: int) -> bool | None:
    """Tell whether an exit policy lets a port pass; `None` when there is no policy."""
    if summary is None:
        return None
    listed = summary.accept if summary.accept is not None else summary.reject or ()
    return any(_covers(ports, port) for ports in listed) == (summary.accept is not None)


def _covers(ports: str, port: int) -> bool:
    first, _, last = ports.partition("-")
    bounds = first, last or first
    return all(bound.isdecimal() for bound in bounds) and int(bounds[0]) <= port <= int(bounds[1])


def _ports(one: Patient) -> list[bool | None]:
    return [port_allowed(one.relay.exit_policy_summary, port) for port in EXIT_PORTS]


def accepts_some(summary: PortSummary | None) -> bool:
    """Tell whether an exit policy lets any port pass."""
    return summary is not None and summary.reject != ALL_PORTS and summary.accept != ()


def _version_status(*statuses: str) -> Callable[[Patient], bool]:
    return lambda one: one.relay.version_status in statuses


def _aroi(*statuses: str) -> Callable[[Patient], bool]:
    return lambda one: one.member.status in statuses


def _unmeasured(one: Patient) -> bool:
    return one.relay.running and one.relay.measured is False


def _not_recommended(one: Patient) -> bool:
    relay = one.relay
    return relay.version_status == "unrecommended" or (
        relay.recommended_version is False and relay.version_status is None
    )


def _no_guard(one: Patient) -> bool:
    return (
        one.lacks("Guard") and one.has("Fast") and one.has("Stable") and one.member.role != "exit"
    )


def _rate_limited(one: Patient) -> bool:
    rate = one.relay.bandwidth_rate
    return rate is not None and rate < (one.relay.observed_bandwidth or 0)


RULES: Final = (
    Rule(
        code="offline",
        severity="Critical",
        holds=lambda one: not one.relay.running,
        silences=frozenset(
            """or_unreachable not_measured not_fast not_stable no_hsdir no_guard no_guard_yet
            rate_limited underutilised exit_hint aroi_incomplete no_contact family_one_sided
            overload_rate phase no_ipv6 hibernating version_ahead aroi_not_checked""".split()
        ),
    ),
    Rule(
        code="bad_exit",
        severity="Critical",
        holds=lambda one: one.has("BadExit") and not one.has("MiddleOnly"),
    ),
    Rule(
        code="version_obsolete",
        severity="Critical",
        holds=_version_status("obsolete"),
        silences=frozenset({"version_unrecommended"}),
    ),
    Rule(
        code="overload_fd",
        severity="Critical",
        holds=lambda one: one.within(one.file_descriptors, -FUTURE, RECENT),
    ),
    Rule(
        code="middle_only",
        severity="Warning",
        holds=lambda one: one.has("MiddleOnly"),
        silences=frozenset({"no_guard", "no_guard_yet", "exit_hint"}),
    ),
    Rule(code="stale_desc", severity="Warning", holds=lambda one: one.has("StaleDesc")),
    Rule(
        code="overload_general",
        severity="Warning",
        holds=lambda one: one.within(one.relay.overload_general_timestamp, -FUTURE, RECENT),
    ),
    Rule(
        code="or_unreachable",
        severity="Warning",
        holds=lambda one: bool(one.relay.unreachable_or_addresses),
    ),
    Rule(
        code="not_measured",
        severity="Warning",
        holds=lambda one: _unmeasured(one) and one.age > LATE_DAYS * DAY,
        silences=frozenset({"underutilised"}),
    ),
    Rule(
        code="not_fast",
        severity="Warning",
        holds=lambda one: one.lacks("Fast"),
        silences=frozenset({"not_stable", "no_hsdir", "no_guard", "no_guard_yet"}),
    ),
    Rule(
        code="not_stable",
        severity="Warning",
        holds=lambda one: one.lacks("Stable") and one.has("Fast") and one.phase == "steady",
        silences=frozenset({"no_hsdir", "no_guard", "no_guard_yet"}),
    ),
    Rule(
        code="no_hsdir",
        severity="Notice",
        holds=lambda one: (
            one.lacks("HSDir") and all(one.has(flag) for flag in ("Fast", "Stable", "V2Dir"))
        ),
    ),
    Rule(
        code="no_guard",
        severity="Warning",
        holds=lambda one: _no_guard(one) and one.phase == "steady",
    ),
    Rule(
        code="no_guard_yet",
        severity="Notice",
        holds=lambda one: _no_guard(one) and one.phase != "steady",
    ),
    Rule(
        code="rate_limited",
        severity="Notice",
        holds=_rate_limited,
        silences=frozenset({"underutilised"}),
    ),
    Rule(code="underutilised", severity="Warning", holds=lambda one: underutilised(one.relay)),
    Rule(
        code="exit_hint",
        severity="Good to know",
        holds=lambda one: accepts_some(one.relay.exit_policy_summary) and not one.has("Exit"),
    ),
    Rule(code="version_unrecommended", severity="Warning", holds=_not_recommended),
    Rule(
        code="aroi_unauthorized",
        severity="Warning",
        holds=_aroi("unauthorized"),
        silences=frozenset({"aroi_incomplete", "no_contact"}),
    ),
    Rule(
        code="aroi_misconfigured",
        severity="Warning",
        holds=_aroi("misconfigured"),
        silences=frozenset({"aroi_incomplete", "no_contact"}),
    ),
    Rule(code="aroi_incomplete", severity="Notice", holds=_aroi("incomplete")),
    Rule(code="no_contact", severity="Notice", holds=_aroi("no_contact")),
    Rule(
        code="family_one_sided",
        severity="Warning",
        holds=lambda one: bool(one.relay.alleged_family),
    ),
    Rule(
        code="overload_rate",
        severity="Notice",
        holds=lambda one: one.within(one.rate_limited, -FUTURE, RECENT),
    ),
    Rule(
        code="phase",
        severity="Good to know",
        holds=lambda one: one.phase not in {None, "steady"},
    ),
    Rule(
        code="no_ipv6",
        severity="Good to know",
        holds=lambda one: not any(address.startswith("[") for address in one.relay.or_addresses),
    ),
    Rule(code="hibernating", severity="Good to know", holds=lambda one: one.relay.hibernating),
    Rule(
        code="version_ahead",
        severity="Good to know",
        holds=_version_status("experimental", "new in series"),
    ),
    Rule(code="aroi_not_checked", severity="Good to know", holds=_aroi("not_checked")),
    Rule(
        code="overload_past",
        holds=lambda one: one.within(one.relay.overload_general_timestamp, RECENT + 1, PAST),
    ),
    Rule(code="sybil", holds=lambda one: one.has("Sybil")),
    Rule(code="no_ed_consensus", holds=lambda one: one.has("NoEdConsensus")),
    Rule(
        code="not_measured_new",
        holds=lambda one: _unmeasured(one) and one.age <= LATE_DAYS * DAY,
    ),
    Rule(
        code="no_weight",
        holds=lambda one: one.relay.running and not one.relay.consensus_weight,
    ),
    Rule(
        code="low_uptime",
        holds=lambda one: one.month_uptime is not None and one.month_uptime < LOW_UPTIME,
    ),
    Rule(
        code="exit_no_policy",
        holds=lambda one: one.has("Exit") and not any(_ports(one)),
    ),
    Rule(
        code="exit_family_hint",
        holds=lambda one: all(_ports(one)) and not one.has("Exit") and not one.has("BadExit"),
    ),
    Rule(
        code="family_key_ready",
        holds=lambda one: family_key_ready(one.relay.version) and not one.relay.family_ids,
    ),
)
"""In the order of display within one severity; those without severity are not displayed."""

SEVERITY: Final = {rule.code: rule.severity for rule in RULES if rule.severity is not None}
"""How much each finding that is displayed matters."""


OVERLOADS: Final = frozenset({"overload_general", "overload_fd", "overload_rate"})
"""The findings of a relay that is overloaded now."""


def diagnosis(one: Patient) -> tuple[str, ...]:
    """Return the codes of all rules that hold, in the order of the rules."""
    return tuple(rule.code for rule in RULES if rule.holds(one))


def displayed(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the codes that readers of a relay's page are told: none that another one silences."""
    found = set(codes)
    silenced = {code for rule in RULES if rule.code in found for code in rule.silences}
    return in_order(found - silenced)


def in_order(codes: Collection[str]) -> tuple[str, ...]:
    """Return those of the codes that are displayed at all, by severity, then by rule."""
    shown = [code for code in SEVERITY if code in codes]
    return tuple(sorted(shown, key=lambda code: SEVERITIES.index(SEVERITY[code])))
