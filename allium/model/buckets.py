"""Buckets of the calendar: days, ISO weeks, months and quarters in UTC.

Buckets of one kind have consecutive numbers, and days are counted from 1970-01-01.
"""

from collections.abc import Callable
from datetime import date
from typing import Final, Literal, TypeAlias

from allium import formatting
from allium.model.history import PERIODS, Period

Span: TypeAlias = Literal["day", "week", "month", "quarter"]
SPANS: Final[dict[Period, Span]] = dict(
    zip(PERIODS, ("day", "week", "month", "quarter"), strict=True)
)
"""Of what buckets a chart of a period is."""
MOST: Final[dict[Span, int]] = {"day": 31, "week": 26, "month": 12, "quarter": 20}
"""So many buckets make up the period."""
SHORTEST: Final[dict[Span, int]] = {"day": 1, "week": 7, "month": 28, "quarter": 90}
"""Days that a bucket has at least."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
_THURSDAY: Final = 3
"""The weekday of 1970-01-01, counted from Monday."""


def _month(day: int) -> int:
    found = date.fromordinal(_EPOCH + day)
    return found.year * 12 + found.month - 1


_NUMBERS: Final[dict[Span, Callable[[int], int]]] = {
    "day": lambda day: day,
    "week": lambda day: (day + _THURSDAY) // 7,
    "month": _month,
    "quarter": lambda day: _month(day) // 3,
}
_FIRST_DAYS: Final[dict[Span, Callable[[int], int]]] = {
    "day": lambda number: number,
    "week": lambda number: number * 7 - _THURSDAY,
    "month": lambda number: formatting.days(number // 12, number % 12 + 1, 1),
    "quarter": lambda number: formatting.days(number // 4, number % 4 * 3 + 1, 1),
}


def bucket(day: int, span: Span) -> int:
    """Return the number of the bucket that a day belongs to."""
    return _NUMBERS[span](day)


def first_day(number: int, span: Span) -> int:
    """Return the first day of a bucket."""
    return _FIRST_DAYS[span](number)
