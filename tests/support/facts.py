"""Facts about a relay, read from its record alone, and the findings that they allow and forbid.

Nothing here uses the rules: limits are written as Tor's options have them.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from allium import formatting
from allium.model.relay import PortSummary, Relay
from tests.support.network import HOUR

NOW: Final = formatting.seconds(HOUR)
KB: Final = 1_024
HOURS: Final = 3_600
DAYS: Final = 24 * HOURS


class Case(NamedTuple):
    """A relay among others, and what its histories and its AROI say."""

    relay: Relay
    others: Mapping[str, Relay]
    status: str = "validated"
    overloads: Mapping[str, int] = {}
    """Seconds ago, by kind."""


Fact = Callable[[Case], bool]


def seen(one: Case) -> int:
    """Return when a relay was seen last."""
    return NOW if one.relay.running else formatting.seconds(one.relay.last_seen)


def known(one: Case, seconds: int) -> bool:
    return seen(one) - formatting.seconds(one.relay.first_seen) >= seconds


def up(one: Case, seconds: int) -> bool:
    started = one.relay.last_restarted
    return started is not None and seen(one) - formatting.seconds(started) >= seconds


def held(flag: str) -> Fact:
    return lambda one: flag in one.relay.flags


def lacking(flag: str) -> Fact:
    return lambda one: flag not in one.relay.flags


def advertises(least: int) -> Fact:
    return lambda one: (one.relay.advertised_bandwidth or 0) >= least


def limited(least: int) -> Fact:
    """A rate or burst is below `least`, and the relay carries what it lets through."""

    def fact(one: Case) -> bool:
        limits = (one.relay.bandwidth_rate, one.relay.bandwidth_burst)
        lowest = min((limit for limit in limits if limit is not None), default=10**12)
        return lowest < least and lowest <= (one.relay.observed_bandwidth or 0)

    return fact


def weighs(least: int) -> Fact:
    return lambda one: (one.relay.consensus_weight or 0) >= least


def opens(summary: PortSummary | None, port: int) -> bool:
    if summary is None:
        return False
    ports = summary.accept if summary.accept is not None else summary.reject or ()
    inside = any(
        int(ends[0]) <= port <= int(ends[-1]) for ends in (one.split("-") for one in ports)
    )
    return inside == (summary.accept is not None)


def overloaded(*kinds: str) -> Fact:
    return lambda one: any(
        -2 * HOURS <= one.overloads[kind] <= 72 * HOURS for kind in kinds if kind in one.overloads
    )


def one_sided(one: Case) -> bool:
    return any(
        name in one.others and not set(one.others[name].family_ids) & set(one.relay.family_ids)
        for name in one.relay.alleged_family
    )


FACTS: Final[dict[str, Fact]] = {
    "running": lambda one: one.relay.running,
    "down": lambda one: not one.relay.running,
    "hibernating": lambda one: one.relay.hibernating,
    "authority": held("Authority"),
    "known 8 days": lambda one: known(one, 8 * DAYS),
    "known 14 days": lambda one: known(one, 14 * DAYS + 1),
    "known 68 days": lambda one: known(one, 68 * DAYS),
    "up 96 hours": lambda one: up(one, 96 * HOURS),
    "up 30 days": lambda one: up(one, 30 * DAYS),
    "start unknown": lambda one: one.relay.last_restarted is None,
    "unmeasured": lambda one: one.relay.measured is False,
    "measured": lambda one: one.relay.measured is True,
    "advertises Fast": advertises(100 * KB),
    "advertises Guard": advertises(2 * KB * KB),
    "limited below Fast": limited(100 * KB),
    "limited below Guard": limited(2 * KB * KB),
    "measured Fast": weighs(102),
    "measured Guard": weighs(2_097),
    "bandwidth unknown": lambda one: one.relay.advertised_bandwidth is None,
    "weight unknown": lambda one: one.relay.consensus_weight is None,
    "rate below observed": lambda one: (
        one.relay.bandwidth_rate is not None
        and one.relay.bandwidth_rate < (one.relay.observed_bandwidth or 0)
    ),
    "observes 10 MB/s": lambda one: (one.relay.observed_bandwidth or 0) >= 10_000_000,
    "half the usual weight": lambda one: (
        2_000 * (one.relay.consensus_weight or 0) >= (one.relay.observed_bandwidth or 0)
    ),
    "exit role": lambda one: (
        {"Exit"} <= set(one.relay.flags) - {"BadExit"} and not held("BadExit")(one)
    ),
    "ports open": lambda one: all(opens(one.relay.exit_policy_summary, at) for at in (80, 443)),
    "some policy": lambda one: (
        one.relay.exit_policy_summary
        not in (
            None,
            PortSummary(reject=("1-65535",)),
            PortSummary(accept=()),
        )
    ),
    "unreachable": lambda one: bool(one.relay.unreachable_or_addresses),
    "IPv6": lambda one: any(
        address.startswith("[")
        for address in (*one.relay.or_addresses, *one.relay.unreachable_or_addresses)
    ),
    "one-sided": one_sided,
    "strangers": lambda one: any(name not in one.others for name in one.relay.alleged_family),
    "obsolete": lambda one: one.relay.version_status == "obsolete",
    "not recommended": lambda one: (
        one.relay.version_status == "unrecommended"
        or (one.relay.version_status is None and one.relay.recommended_version is False)
    ),
    "ahead": lambda one: one.relay.version_status in {"experimental", "new in series"},
    "overloaded": overloaded("general", "files"),
    "overloaded in general": overloaded("general"),
    "out of files": overloaded("files"),
    "limit reached": overloaded("rate"),
    **{flag: held(flag) for flag in "Fast Stable V2Dir HSDir Guard Exit BadExit".split()},
    **{flag: held(flag) for flag in "MiddleOnly StaleDesc".split()},
    **{
        f"no {flag}": lacking(flag)
        for flag in "Fast Stable V2Dir HSDir Guard Exit BadExit MiddleOnly".split()
    },
    **{
        f"AROI {status}": lambda one, status=status: one.status == status  # type: ignore[misc]
        for status in "unauthorized misconfigured incomplete no_contact not_checked".split()
    },
}
"""By name; each is either so or not so."""


class Allowed(NamedTuple):
    """When a finding may be shown: all facts of `only` hold, and none of `never`."""

    only: tuple[str, ...]
    never: tuple[str, ...] = ()


AWAY: Final = ("down", "hibernating")
NO_FLAG: Final = (*AWAY, "authority")
NO_FAST: Final = (*NO_FLAG, "unmeasured")
NO_GUARD: Final = (*NO_FAST, "exit role", "MiddleOnly")

TABLE: Final[dict[str, Allowed]] = {
    "offline": Allowed(("down",), ("hibernating",)),
    "hibernating": Allowed(("hibernating",)),
    "bad_exit": Allowed(("BadExit",), ("MiddleOnly",)),
    "middle_only_bad_exit": Allowed(("MiddleOnly", "BadExit")),
    "middle_only": Allowed(("MiddleOnly",), ("BadExit",)),
    "stale_desc": Allowed(("StaleDesc",), AWAY),
    "version_obsolete": Allowed(("obsolete",)),
    "version_unrecommended": Allowed(("not recommended",), ("obsolete",)),
    "version_ahead": Allowed(("ahead",), (*AWAY, "obsolete", "not recommended")),
    "overload_fd": Allowed(("out of files",)),
    "overload_general": Allowed(("overloaded in general",)),
    "overload_rate": Allowed(("limit reached",), (*AWAY, "overloaded")),
    "or_unreachable": Allowed(("unreachable",), AWAY),
    "no_ipv6": Allowed((), (*AWAY, "IPv6")),
    "not_measured": Allowed(("unmeasured", "known 14 days"), NO_FLAG),
    "not_measured_new": Allowed(("unmeasured",), (*NO_FLAG, "known 14 days")),
    "not_fast_yet": Allowed(("no Fast",), (*NO_FAST, "known 8 days")),
    "not_fast_limit": Allowed(
        ("no Fast", "known 8 days", "limited below Fast"),
        (*NO_FAST, "advertises Fast", "overloaded"),
    ),
    "not_fast": Allowed(
        ("no Fast", "known 8 days"), (*NO_FAST, "advertises Fast", "limited below Fast")
    ),
    "not_fast_measured": Allowed(
        ("no Fast", "known 8 days"), (*NO_FAST, "measured Fast", "limited below Fast")
    ),
    "not_fast_unclear": Allowed(("no Fast", "known 8 days"), NO_FAST),
    "not_stable": Allowed(("no Stable", "Fast", "known 8 days"), (*NO_FLAG, "up 30 days")),
    "not_stable_unreached": Allowed(("no Stable", "Fast", "known 8 days", "up 30 days"), NO_FLAG),
    "no_hsdir_yet": Allowed(
        ("no HSDir", "Fast", "Stable", "V2Dir"),
        (*NO_FLAG, "MiddleOnly", "up 96 hours", "start unknown"),
    ),
    "no_v2dir": Allowed(("no V2Dir", "no Guard", "Fast", "Stable"), NO_GUARD),
    "no_v2dir_exit": Allowed(("no V2Dir", "exit role", "Fast", "Stable"), NO_FLAG),
    "no_guard_yet": Allowed(("no Guard", "Fast", "Stable", "V2Dir"), (*NO_GUARD, "known 8 days")),
    "no_guard_limit": Allowed(
        ("no Guard", "Fast", "Stable", "V2Dir", "known 8 days", "limited below Guard"),
        (*NO_GUARD, "advertises Guard", "overloaded"),
    ),
    "no_guard_bandwidth": Allowed(
        ("no Guard", "Fast", "Stable", "V2Dir", "known 8 days"),
        (*NO_GUARD, "advertises Guard", "limited below Guard"),
    ),
    "no_guard_measured": Allowed(
        ("no Guard", "Fast", "Stable", "V2Dir", "known 8 days"), (*NO_GUARD, "measured Guard")
    ),
    "no_guard": Allowed(("no Guard", "Fast", "Stable", "V2Dir", "known 8 days"), NO_GUARD),
    "no_hsdir": Allowed(("no HSDir", "Fast", "Stable", "V2Dir"), (*NO_FLAG, "MiddleOnly")),
    "rate_limited": Allowed(("rate below observed",), (*AWAY, "overloaded")),
    "underutilised": Allowed(
        ("observes 10 MB/s", "known 8 days"),
        (*AWAY, "half the usual weight", "rate below observed", "overloaded"),
    ),
    "exit_hint": Allowed(("some policy", "no Exit"), (*AWAY, "MiddleOnly", "ports open")),
    "aroi_unauthorized": Allowed(("AROI unauthorized",)),
    "aroi_misconfigured": Allowed(("AROI misconfigured",)),
    "aroi_incomplete": Allowed(("AROI incomplete",), AWAY),
    "aroi_not_checked": Allowed(("AROI not_checked",), AWAY),
    "no_contact": Allowed(("AROI no_contact",), AWAY),
    "family_one_sided": Allowed(("one-sided",), AWAY),
    "family_gone": Allowed(("strangers",), AWAY),
    "phase": Allowed(("running",), ("hibernating", "known 68 days")),
}
"""By the code of each finding that readers see."""


def broken(code: str, one: Case) -> list[str]:
    """Return the facts that forbid a finding of a relay."""
    allowed = TABLE[code]
    return [fact for fact in allowed.only if not FACTS[fact](one)] + [
        f"not: {fact}" for fact in allowed.never if FACTS[fact](one)
    ]
