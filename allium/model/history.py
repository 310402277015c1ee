"""What relays did before: the uptime and bandwidth documents, reduced to sums that stay exact.

A history is a row of whole numbers, each standing for one interval; none is `None`. Onionoo
divides each history by its own largest value, so that 999 stands for its best interval: only the
product with the history's factor is a quantity. Sums do not depend on order, and each is multiplied
once.
"""

from collections.abc import Iterator, Sequence
from struct import pack, unpack
from typing import Final, Literal, TypeAlias, TypeVar

from msgspec import Struct

from allium.model.relay import Flag

T = TypeVar("T")

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


class Mean(Struct, frozen=True, array_like=True, gc=False):
    """The sum of the values that are known, and how many those are."""

    total: int = 0
    count: int = 0


Means: TypeAlias = dict[Period, Mean]


class Uptime(Struct, frozen=True, omit_defaults=True):
    """In how much of each period a relay ran and held each flag, in billionths of the time.

    `months` are those of the longest fine history, by `YYYY-MM`. `began` are the beginning and the
    end of the first interval of the longest history in which the relay ran, in seconds since 1970.
    """

    running: Means = {}
    flags: dict[Flag, Means] = {}
    months: dict[str, Mean] = {}
    began: tuple[int, int] | None = None
    errors: int = 0


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


def monday(day: int) -> int:
    """Return the Monday of the week of a day, both in days since 1970-01-01 (a Thursday)."""
    return day - (day + 3) % 7


class Series(Struct, frozen=True, array_like=True):
    """The values of consecutive days, the first one of the day `first` (days since 1970).

    `packed` are the values in 16 bits each, the lower ones first, and `UNKNOWN` where there is
    none: the network's half year takes a tenth of the memory that Python's numbers would.
    """

    first: int
    packed: bytes

    @classmethod
    def of(cls, first: int, values: Sequence[int | None]) -> "Series":
        """Return the series of values from 0 to 999, or none."""
        if None in values:
            values = [UNKNOWN if value is None else value for value in values]
        return cls(first, pack(f"<{len(values)}h", *values))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The values, `UNKNOWN` where there is none."""
        return unpack(f"<{len(self.packed) // 2}h", self.packed)


def by_week(first: int, values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values of consecutive days from the day `first`, week by week."""
    starts = range(monday(first) - first, len(values), 7)
    return (values[max(start, 0) : start + 7] for start in starts)


class Weeks(Struct, frozen=True, array_like=True):
    """Sums and numbers of the known values of consecutive weeks, the first from Monday `first`.

    The first and the last week may be cut short.
    """

    first: int
    sums: tuple[Mean, ...]

    @classmethod
    def of(cls, days: Series) -> "Weeks":
        """Return the weeks of a series of days."""
        weeks = by_week(days.first, days.numbers)
        return cls(monday(days.first), tuple(_known(week) for week in weeks))


def _known(week: Sequence[int]) -> Mean:
    gaps = week.count(UNKNOWN)
    return Mean(sum(week) - gaps * UNKNOWN, len(week) - gaps)


class Bandwidth(Struct, frozen=True, omit_defaults=True):
    """What a relay read and wrote over each period, and what it reported of its limits.

    `days` are the values behind `read["6_months"]`; times are milliseconds since 1970.
    """

    read: dict[Period, Rates] = {}
    write: dict[Period, Rates] = {}
    days: Series | None = None
    rate_limited: int | None = None
    file_descriptors: int | None = None
    errors: int = 0
