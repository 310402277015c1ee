"""What an authority remembers of a relay that it reached and did not reach, as Tor weighs it.

Tor's `rephist.c`: rep_hist_downrate_old_runs(), get_weighted_fractional_uptime(),
rep_hist_get_weighted_time_known(), get_stability(). What is over loses a twentieth every 12 hours,
what lasts now counts in full.
"""

from fractions import Fraction
from typing import NamedTuple

HOUR = 3_600
DAY = 24 * HOUR
STEP = 12 * HOUR
KEPT = Fraction(95, 100)


class Memory(NamedTuple):
    """Mean time between failures and time known in seconds, fractional uptime in millionths."""

    mtbf: int
    wfu: int
    known: int


def remembered(*parts: tuple[str, int]) -> Memory:
    """Return what is remembered of parts of time, each `up` or `out` with its seconds.

    Steps are counted from the end of the first part; what ends as one comes is not in it.
    """
    first = parts[0][1]
    runs = up = total = 0
    fraction = Fraction(0)
    begun = 0
    step = first + STEP
    for kind, seconds in parts:
        end = begun + seconds
        while step <= end:
            runs, up, total = (int(value * KEPT) for value in (runs, up, total))
            fraction, step = fraction * KEPT, step + STEP
        runs, up = (value + seconds * (kind == "up") for value in (runs, up))
        total, fraction = total + seconds, fraction + (kind == "up")
        begun = end
    return Memory(int(runs / fraction), up * 1_000_000 // total, total)
