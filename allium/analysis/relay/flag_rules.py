"""What the directory authorities require for flags, and how a relay's public data compares.

The constants are those of Tor's own source; the names in the comments are its options, macros and
functions, of the files `src/feature/dirauth/dirauth_options.inc` and `voteflags.c` where no other
is given.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.model.relay import Flag, Relay, Time

HOUR: Final = 3_600
DAY: Final = 24 * HOUR

KILOBYTE: Final = 1_000
"""Bytes in what authorities compare: measurements, and options divided by 1000."""
FAST_BANDWIDTH: Final = 100 * 1_024
"""Bytes/s. Tor: AuthDirFastGuarantee, "100 KB"; a KB of Tor's options has 1,024 bytes."""
GUARD_BANDWIDTH: Final = 2 * 1_024 * 1_024
"""Bytes/s. Tor: AuthDirGuardBWGuarantee, "2 MB"."""
SLOWEST_COUNTED: Final = 4 * KILOBYTE
"""Bytes/s. Tor: ABSOLUTE_MIN_BW_VALUE_TO_CONSIDER_KB; slower relays move no threshold."""
FAST_EIGHTHS: Final = 1
"""Tor: dirserv_compute_performance_thresholds(); more than the slowest eighth is Fast, too."""
GUARD_EIGHTHS: Final = 6
"""Tor: AuthDirVoteGuardBwThresholdFraction, 0.75; the fastest quarter may be guards, too."""
GUARD_KNOWN: Final = 8 * DAY
"""Tor: AuthDirVoteGuardGuaranteeTimeKnown, "8 days" of weighted time known (guard-tk)."""
GUARD_UPTIME: Final = 98
"""Percent. Tor: AuthDirVoteGuardGuaranteeWFU, 0.98 of weighted fractional uptime (guard-wfu)."""
STABLE_MTBF: Final = 5 * DAY
"""Tor: AuthDirVoteStableGuaranteeMTBF, "5 days" of weighted mean time between failures."""
STABLE_UPTIME: Final = 30 * DAY
"""Tor: AuthDirVoteStableGuaranteeMinUptime, "30 days"; where an authority knows no failures.

Whoever ran for so long without a restart and is not Stable was out of reach in between: earlier
runs count for a twentieth by then (STABILITY_ALPHA, 0.95 in 12 hours; `rephist.c`).
"""
HSDIR_UPTIME: Final = 96 * HOUR
"""Tor: MinUptimeHidServDirectoryV2, "96 hours"; dirserv_thinks_router_is_hs_dir() counts them from
the last restart or from when the authority could not reach the relay, whichever is later."""
STALE_DESCRIPTOR: Final = 18 * HOUR
"""Tor: DESC_IS_STALE_INTERVAL (`voteflags.h`)."""
SCANNERS: Final = 3
"""Measurements that make a weight. Tor: dirvote.c, networkstatus_compute_consensus()."""

Shortfall: TypeAlias = Literal["unmeasured", "limit", "advertised", "measured"]
"""Why the bandwidth is not enough: no measurement; a configured limit; too little carried; less
measured than advertised."""


class Minimum(Struct, frozen=True):
    """The least bandwidth that a flag takes: advertised (bytes/s), and as consensus weight.

    Authorities that measure go by their measurement, in kB/s; the consensus weight is the median of
    measurements (networkstatus_compute_consensus()). The others go by what the relay advertises
    (dirserv_get_credible_bandwidth_kb(), `bwauth.c`).
    """

    bandwidth: int
    weight: int


class Minima(Struct, frozen=True):
    """The least bandwidth for the flags that depend on it."""

    fast: Minimum
    guard: Minimum


GUARANTEED: Final = Minima(
    Minimum(FAST_BANDWIDTH, FAST_BANDWIDTH // KILOBYTE),
    Minimum(GUARD_BANDWIDTH, GUARD_BANDWIDTH // KILOBYTE),
)
"""What is always enough, however fast the other relays are."""


def minima(weights: Sequence[int], bandwidths: Sequence[int]) -> Minima:
    """Return the least bandwidth for flags, given those of all running relays, ascending."""
    return Minima(
        _minimum(GUARANTEED.fast, FAST_EIGHTHS, weights, bandwidths),
        _minimum(GUARANTEED.guard, GUARD_EIGHTHS, weights, bandwidths),
    )


def _minimum(
    guaranteed: Minimum, eighths: int, weights: Sequence[int], bandwidths: Sequence[int]
) -> Minimum:
    return Minimum(
        _least(guaranteed.bandwidth, eighths, bandwidths, SLOWEST_COUNTED),
        _least(guaranteed.weight, eighths, weights, SLOWEST_COUNTED // KILOBYTE),
    )


def _least(guaranteed: int, eighths: int, ordered: Sequence[int], counted: int) -> int:
    """Return the value that so many eighths of those that count lie below, or what is enough."""
    first = bisect_left(ordered, counted)
    count = len(ordered) - first
    return min(guaranteed, ordered[first + eighths * count // 8]) if count else guaranteed


def shortfall(relay: Relay, least: Minimum) -> Shortfall | None:
    """Return why a relay's bandwidth is not enough; `None` when it is, or cannot be known."""
    advertised, weight = relay.advertised_bandwidth, relay.consensus_weight
    if unmeasured(relay):
        return "unmeasured"
    if advertised is not None and advertised < least.bandwidth:
        return "limit" if limited(relay, least) else "advertised"
    return "measured" if weight is not None and weight < least.weight else None


def unmeasured(relay: Relay) -> bool:
    """Tell whether a running relay is known to be without measurements.

    Onionoo calls all relays that are down unmeasured. Directory authorities get no weight from
    measurements (Tor: AuthDirDontVoteOnDirAuthBandwidth), so that nothing follows for them.
    """
    return relay.running and relay.measured is False and "Authority" not in relay.flags


def limited(relay: Relay, least: Minimum) -> bool:
    """Tell whether a configured limit keeps a relay below a minimum, and not what it carried."""
    limits = [limit for limit in (relay.bandwidth_rate, relay.bandwidth_burst) if limit is not None]
    limit = min(limits, default=least.bandwidth)
    return limit < least.bandwidth and limit <= (relay.observed_bandwidth or 0)


def up_for(relay: Relay, now: Time) -> int | None:
    """Return the seconds that a relay ran without a restart, as far as it was seen.

    A relay that is down ran until it was last seen. `None` when it does not say when it started.
    """
    if relay.last_restarted is None:
        return None
    return max(_until(relay, now) - formatting.seconds(relay.last_restarted), 0)


def known_for(relay: Relay, now: Time) -> int:
    """Return the seconds since a relay was first seen; of one that is down, until it was last."""
    return max(_until(relay, now) - formatting.seconds(relay.first_seen), 0)


def _until(relay: Relay, now: Time) -> int:
    return formatting.seconds(now if relay.running else relay.last_seen)


WITHHELD: Final[frozenset[Flag]] = frozenset({"Exit", "Guard", "HSDir", "V2Dir"})
"""Flags that MiddleOnly takes away. Tor: dirauth_set_routerstatus_from_routerinfo()."""
