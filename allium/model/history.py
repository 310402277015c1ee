"""What relays did before: the documents of histories, reduced to sums that stay exact.

A history is a row of whole numbers, each standing for one interval; none is `None`. Onionoo
divides each history by its own largest value, so that 999 stands for its best interval: only the
product with the history's factor is a quantity. Sums do not depend on order, and each is multiplied
once.
"""

from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Raw, Struct

from allium.model.relay import Flag

Period: TypeAlias = Literal["1_month", "6_months", "1_year", "5_years"]
PERIODS: Final[tuple[Period, ...]] = ("1_month", "6_months", "1_year", "5_years")
"""In print order, which is that of length."""
UNKNOWN: Final = -1
WHOLE: Final = 1_000_000_000
"""All the time, in the unit of uptimes.

Onionoo cuts values to thousandths of the largest; rounding a sum of them to billionths takes away
nothing but what its printed factors lack: 999 times 0.001001001001001001 is the whole again.
"""
LONGEST: Final = 4_000
"""No history has more values."""
WEIGHED: Final[tuple[Period, ...]] = ("6_months", "5_years")
"""The periods of which the history of weights is kept.

A choice of this site: a relay's page has no room for more. Their buckets are weeks and quarters, so
that weights change no page on other days than the first of a week.
"""
LARGEST: Final = 2**48
"""No bucket has more; the sum over a network of 32,768 relays is still below 2 ** 63."""


class Mean(Struct, frozen=True, array_like=True, gc=False):
    """The sum of the values that are known, and how many those are."""

    total: int = 0
    count: int = 0


Means: TypeAlias = dict[Period, Mean]


class Buckets(Struct, frozen=True, array_like=True, gc=False):
    """Values of consecutive buckets, the first one of the bucket number `first`.

    They are whole numbers, and `UNKNOWN` where nothing is known.
    """

    first: int
    values: tuple[int, ...]

    @property
    def end(self) -> int:
        """The number of the bucket after the last one."""
        return self.first + len(self.values)

    def between(self, first: int, end: int) -> list[int]:
        """Return the values of the buckets from `first` to before `end`."""
        size = max(end - first, 0)
        before = [UNKNOWN] * min(max(self.first - first, 0), size)
        known = self.values[max(first - self.first, 0) : max(end - self.first, 0)]
        return [*before, *known, *[UNKNOWN] * (size - len(before) - len(known))]


ByPeriod: TypeAlias = tuple[Buckets | None, ...]
"""Closed buckets of each of `PERIODS`, in their order; `None` where there is none."""
NO_BUCKETS: Final[ByPeriod] = (None,) * len(PERIODS)


class FlagRun(Struct, frozen=True, array_like=True, gc=False):
    """Since when a relay has held a flag, and when it last lost it; both are days since 1970.

    `since` is `None` where it does not hold the flag at the end of what is known; `from_start`
    tells that it always did, as far as that goes back.
    """

    since: int | None
    lost: int | None
    from_start: bool


class RateLimits(Struct, frozen=True, array_like=True, gc=False):
    """How often a relay hit its rate limits, and when it reported that, in ms since 1970.

    A limit is counted once a minute at most.
    """

    timestamp: int
    read: int
    written: int


_PAST: Final = msgspec.json.Decoder(tuple[ByPeriod, dict[Flag, FlagRun]])
_DIRECTIONS: Final = msgspec.json.Decoder(tuple[ByPeriod, ByPeriod])
_WEIGHTS: Final = msgspec.json.Decoder(ByPeriod)
_DAYS: Final[msgspec.json.Decoder[Buckets | None]] = msgspec.json.Decoder(Buckets | None)


class Uptime(Struct, frozen=True, omit_defaults=True):
    """In how much of each period a relay ran and held each flag, in billionths of the time.

    `past` is kept as it is stored: few of those who read a history need it, and
    undecoded it takes no memory of its own. `began` are the beginning and the end of the first
    interval of the longest history in which the relay ran, in seconds since 1970.
    """

    running: Means = {}
    flags: dict[Flag, Means] = {}
    past: Raw = Raw(msgspec.json.encode((NO_BUCKETS, {})))
    began: tuple[int, int] | None = None
    errors: int = 0

    @property
    def buckets(self) -> ByPeriod:
        """The part of each closed bucket in which the relay ran, in thousandths of the time."""
        return _PAST.decode(self.past)[0]

    @property
    def runs(self) -> dict[Flag, FlagRun]:
        """Since when the relay has held flags that are hard to get."""
        return _PAST.decode(self.past)[1]


class Rates(Struct, frozen=True, array_like=True):
    """Bytes per second over one period: value times `numerator` / 10 ** `decimals`.

    A value stands for `step` days, the first one for those around the day `first` (days since
    1970); `step` is 0 where an interval is no whole number of days. `unknown` are the positions
    without a value, `length` counts all positions, `interval` is in seconds.
    """

    total: int
    length: int
    unknown: tuple[int, ...]
    first: int
    interval: int
    numerator: int
    decimals: int

    @property
    def count(self) -> int:
        """How many values are known."""
        return self.length - len(self.unknown)


class Bandwidth(Struct, frozen=True, omit_defaults=True):
    """What a relay read and wrote over each period, and what it reported of its limits.

    `closed` are `directions`, and `daily` are `days`, kept as they are stored; see `Uptime`. Times
    are milliseconds since 1970.
    """

    read: dict[Period, Rates] = {}
    write: dict[Period, Rates] = {}
    closed: Raw = Raw(msgspec.json.encode((NO_BUCKETS, NO_BUCKETS)))
    daily: Raw = Raw(msgspec.json.encode(None))
    rate_limits: RateLimits | None = None
    file_descriptors: int | None = None
    errors: int = 0

    @property
    def rate_limited(self) -> int | None:
        """When the relay reported to have hit a rate limit."""
        return None if self.rate_limits is None else self.rate_limits.timestamp

    @property
    def directions(self) -> tuple[ByPeriod, ByPeriod]:
        """Mean rates of closed buckets in bytes per second: read, and written."""
        return _DIRECTIONS.decode(self.closed)

    @property
    def days(self) -> Buckets | None:
        """The values behind `read["6_months"]`, of days since 1970; `None` where it has no days."""
        return _DAYS.decode(self.daily)


class Weights(Struct, frozen=True, omit_defaults=True):
    """What weight a relay had while it was in the consensus, over each of `WEIGHED` in their order.

    `closed` are `buckets`, kept as they are stored; see `Uptime`. The others are averages of closed
    buckets in billionths: the share of all weight, and the probabilities that clients choose the
    relay for each position.
    """

    closed: Raw = Raw(msgspec.json.encode((None,) * len(WEIGHED)))
    share: tuple[Mean, ...] = (Mean(),) * len(WEIGHED)
    guard: tuple[Mean, ...] = (Mean(),) * len(WEIGHED)
    middle: tuple[Mean, ...] = (Mean(),) * len(WEIGHED)
    exit: tuple[Mean, ...] = (Mean(),) * len(WEIGHED)
    errors: int = 0

    @property
    def buckets(self) -> ByPeriod:
        """Mean consensus weights."""
        return _WEIGHTS.decode(self.closed)
