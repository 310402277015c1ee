"""What a vote says of a relay, as coarse as pages print it, so that an hour changes few pages.

Values of relays move all the time; what decides about flags does so rarely.
"""

from collections.abc import Container
from typing import Final, Literal, TypeAlias

from allium.analysis.relay.flag_rules import DAY
from allium.model.relay import Flag

PERCENT: Final = 10_000
"""A percent in millionths."""
NARROWEST_BAND: Final = 5 * PERCENT

Reached: TypeAlias = Literal[
    "reached", "not reached", "not known", "not stated", "not tested", "not announced"
]


def one_digit(value: int) -> int:
    """Return a whole number with one digit that counts, half up."""
    step = int(10 ** (len(str(value)) - 1))
    return (value + step // 2) // step * step


def uptime(wfu: int, bound: int) -> str:
    """Return the band of a weighted fractional uptime; both are in millionths."""
    if wfu >= bound:
        return f"at least {percent(bound)}"
    if wfu >= 95 * PERCENT:
        return f"95% to {percent(bound)}"
    if wfu >= 90 * PERCENT:
        return "90 to 95%"
    low = wfu // (10 * PERCENT) * 10
    return f"{low} to {low + 10}%"


def percent(millionths: int) -> str:
    """Return a share in percent, exactly, without needless digits."""
    whole, rest = divmod(millionths, PERCENT)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".") + "%"


def days(seconds: int, bound: int) -> str:
    """Return a time against what is needed, in whole days.

    Bounds that are medians move by hundredths of a day: they are cut to a decimal, so that they
    stand.
    """
    if seconds >= bound:
        tenths = bound * 10 // DAY
        whole = tenths % 10 == 0
        return f"at least {tenths // 10 if whole else f'{tenths // 10}.{tenths % 10}'} days"
    return f"{seconds // DAY} of {-(-bound // DAY)} days"


def reached_ipv4(flags: frozenset[Flag], known: Container[Flag], reached_ipv6: Reached) -> Reached:
    """Return whether an authority reached the IPv4 address of a relay that it lists.

    Running says so, and says the same of an announced IPv6 address where that is tested: without
    it, one of the two was not reached. `known` are the flags that the authority votes on. A relay
    that is surplus on its address has no flags, whatever was reached (Sybil).
    """
    if "Running" in flags:
        return "reached"
    if "Running" not in known or "Sybil" in flags:
        return "not stated"
    return "not known" if reached_ipv6 == "not reached" else "not reached"


def reached_ipv6(*, announced: bool, tests: bool, reached: bool) -> Reached:
    """Return whether an authority reached an IPv6 address of a relay that it lists."""
    if not announced:
        return "not announced"
    if not tests:
        return "not tested"
    return "reached" if reached else "not reached"
