"""How many running relays have two things in common, such as a version and an operating system."""

from collections import Counter
from collections.abc import Callable, Iterable

from msgspec import Struct

from allium.model.relay import Relay

Values = Callable[[Relay], tuple[str, ...]]
"""Returns what a relay has of one sort: one country, or several flags."""


class CrossTable(Struct, frozen=True):
    """The most frequent values of two sorts, and how many relays have both of each pair."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: dict[tuple[str, str], int]
    totals: dict[str, int]
    """How many relays have the value of a row, whatever else they have."""
    values: int
    """How many values there are, of which the rows have the most frequent."""


def cross_table(
    relays: Iterable[Relay], rows: Values, columns: Values, most: tuple[int, int]
) -> CrossTable:
    """Return the table of running relays; `most` are so many rows and columns at most."""
    pairs: Counter[tuple[str, str]] = Counter()
    of_rows: Counter[str] = Counter()
    of_columns: Counter[str] = Counter()
    running = [relay for relay in relays if relay.running]
    # Few relays are unlike all others, so that their values are counted before they are paired.
    alike = Counter(zip(map(rows, running), map(columns, running), strict=True))
    for (down, across), count in alike.items():
        of_rows.update(dict.fromkeys(down, count))
        of_columns.update(dict.fromkeys(across, count))
        pairs.update({(row, column): count for row in down for column in across})
    shown_rows, shown_columns = _first(of_rows, most[0]), _first(of_columns, most[1])
    return CrossTable(
        rows=shown_rows,
        columns=shown_columns,
        counts={
            (row, column): pairs[row, column] for row in shown_rows for column in shown_columns
        },
        totals={row: of_rows[row] for row in shown_rows},
        values=len(of_rows),
    )


def _first(counts: Counter[str], most: int) -> tuple[str, ...]:
    """Return the most frequent values; of equals the first by letter."""
    return tuple(sorted(counts, key=lambda name: (-counts[name], name))[:most])
