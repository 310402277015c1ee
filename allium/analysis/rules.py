"""The rules of a relay's findings: when each holds, how much it matters, and what it silences.

Ages are taken at the time of the data.
"""

from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.bands import LATE_DAYS
from allium.analysis.patient import Patient
from allium.analysis.platforms import family_key_ready
from allium.analysis.ports import EXIT_PORTS, accepts_some, port_allowed
from allium.analysis.ratios import underutilised

Severity: TypeAlias = Literal["Critical", "Warning", "Notice", "Good to know"]
SEVERITIES: Final[tuple[Severity, ...]] = ("Critical", "Warning", "Notice", "Good to know")

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
RECENT: Final = 72 * HOUR
PAST: Final = 7 * DAY
FUTURE: Final = 2 * HOUR
LOW_UPTIME: Final = 90


class Rule(Struct, frozen=True, kw_only=True):
    """A finding: when it holds, how much it matters, and the codes that it silences.

    A rule without severity is told to programs only: other findings say the same to readers.
    """

    code: str
    holds: Callable[[Patient], bool]
    severity: Severity | None = None
    silences: frozenset[str] = frozenset()


def _ports(one: Patient) -> Iterator[bool | None]:
    return (port_allowed(one.relay.exit_policy_summary, port) for port in EXIT_PORTS)


def _version_status(*statuses: str) -> Callable[[Patient], bool]:
    return lambda one: one.relay.version_status in statuses


def _aroi(*statuses: str) -> Callable[[Patient], bool]:
    return lambda one: one.status in statuses


def _unmeasured(one: Patient) -> bool:
    return one.relay.running and one.relay.measured is False


def _not_recommended(one: Patient) -> bool:
    relay = one.relay
    return relay.version_status == "unrecommended" or (
        relay.recommended_version is False and relay.version_status is None
    )


def _no_guard(one: Patient) -> bool:
    return one.lacks("Guard") and one.has("Fast") and one.has("Stable") and one.role != "exit"


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
        holds=lambda one: not one.has("Exit") and not one.has("BadExit") and all(_ports(one)),
    ),
    Rule(
        code="family_key_ready",
        holds=lambda one: family_key_ready(one.relay.version) and not one.relay.family_ids,
    ),
)
"""In the order of display within one severity; those without severity are not displayed."""
