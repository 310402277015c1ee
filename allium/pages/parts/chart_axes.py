"""Axes of charts: steps of numbers, floors of uptimes, and groups of buckets below the axis."""

from itertools import groupby
from typing import Final

from allium import formatting
from allium.model.buckets import Span, first_day
from allium.pages.parts.chart_views import LabelGroup

MOST_STEPS: Final = 5
LEAST_STEPS: Final = 2
_STEPS: Final = (10, 20, 25, 50)
"""Tenths of the steps that an axis may have, but for powers of ten."""
_FLOORS: Final = ((90, 25), (80, 50), (50, 100), (0, 250))
"""Percents at which an axis of uptimes may start, and its steps in thousandths."""
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_LEAST_OF_GROUP: Final[dict[Span, int]] = {"day": 3, "week": 3, "month": 1, "quarter": 1}
"""Fewer bars are too narrow for a label."""


def step_of(highest: int) -> int:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that reaches `highest` in five.

    It is a whole number, as `highest` is, so that there is no 2.5 itself.
    """
    power = 1
    while True:
        for tenths in _STEPS:
            step, rest = divmod(tenths * power, 10)
            if not rest and step * MOST_STEPS >= highest:
                return step
        power *= 10


def steps_of(highest: int, step: int) -> int:
    """Return how many steps an axis has: at least two."""
    return max(LEAST_STEPS, -(-highest // step))


def floor_of(lowest: int) -> tuple[int, int]:
    """Return the percents at which an axis of uptimes starts, and its step in thousandths.

    It is the highest one above which the lowest uptime (in thousandths) has a tenth of the height.
    """
    for floor, step in _FLOORS:
        if lowest >= 10 * floor + (100 - floor):
            return floor, step
    return _FLOORS[-1]


def labels(first: int, count: int, span: Span) -> tuple[str, ...]:
    """Return the labels of so many consecutive buckets."""
    return tuple(_label(number, span) for number in range(first, first + count))


def _label(number: int, span: Span) -> str:
    day = formatting.day_of(first_day(number, span))
    if span == "month":
        return day[:7]
    if span == "quarter":
        return f"{day[:4]}{formatting.NO_BREAK}Q{number % 4 + 1}"
    return day


def groups(first: int, count: int, span: Span) -> tuple[LabelGroup, ...]:
    """Return the labels of weeks, months or years below the axis, each with its number of rows."""
    days = [formatting.day_of(first_day(number, span)) for number in range(first, first + count)]
    found: list[LabelGroup] = []
    for label, members in groupby(enumerate(days), lambda item: _group(first + item[0], span)):
        rows = len(list(members))
        shown = short(days[0]) if span == "day" and not found else label
        shown = shown if rows >= _LEAST_OF_GROUP[span] else ""
        found.append(LabelGroup(label=shown, rows=rows))
    return tuple(found)


def _group(number: int, span: Span) -> str:
    """Return the label of the group of a bucket."""
    day = formatting.day_of(first_day(number, span))
    if span == "day":
        return short(formatting.day_of(number - (number + 3) % 7))
    if span == "quarter":
        return day[:4]
    # The year stands for its January, as both together are wider than four bars on a phone.
    return day[:4] if day[5:7] == "01" else _MONTHS[int(day[5:7]) - 1]


def short(day: str) -> str:
    """Return a date as `19 Jan`."""
    return f"{int(day[8:])}{formatting.NO_BREAK}{_MONTHS[int(day[5:7]) - 1]}"


def words(number: int, span: Span) -> str:
    """Return the name of a bucket in a sentence."""
    label = _label(number, span)
    if span == "month":
        return month(label)
    return f"week of {label}" if span == "week" else label


def month(label: str) -> str:
    """Return a month (`YYYY-MM`) in a sentence: `Jan 2026`."""
    return f"{_MONTHS[int(label[5:]) - 1]} {label[:4]}"
