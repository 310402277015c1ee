"""Since when a relay has held a flag, and when it last lost it, from the flag's histories."""

from collections.abc import Mapping
from typing import Final, cast

from allium import formatting
from allium.model.history import PERIODS, FlagRun, Period
from allium.model.relay import Flag
from allium.sources.onionoo.history_graph import Graph

RUN_FLAGS: Final[tuple[Flag, ...]] = ("Exit", "Guard", "HSDir", "Stable")
"""Flags that a relay works for; those that take the longest to come back."""
THROUGHOUT: Final = 999
"""Thousandths of an interval from which a flag was held in all of it: values are cut to these."""
DAY: Final = 86_400


def flag_run(graphs: Mapping[Period, Graph]) -> FlagRun | None:
    """Return the unbroken run up to the end of a flag's histories; `None` without a history.

    The finest history that knows of a gap tells of it: the precision is that of its intervals.
    """
    known = [graphs[period] for period in PERIODS if period in graphs and graphs[period].values]
    if not known:
        return None
    gaps = [(graph, gap) for graph in known if (gap := _last_gap(graph)) is not None]
    if not gaps:
        return FlagRun(since=_day(known[-1], 0), lost=None, from_start=True)
    finest, (_, end) = gaps[0]
    since = _day(finest, end) if end < len(finest.values) else None
    lost = next((_day(graph, start) for graph, (start, _) in gaps if start), None)
    return FlagRun(since=since, lost=lost, from_start=False)


def _day(graph: Graph, position: int) -> int:
    """Return the day (since 1970) on which an interval begins."""
    middle = formatting.seconds(graph.first) + position * graph.interval
    return (middle - graph.interval // 2) // DAY


def _last_gap(graph: Graph) -> tuple[int, int] | None:
    """Return where the last gap begins, and the position after it; unknown values are no gap."""
    numerator, decimals = graph.scale
    least = -(-THROUGHOUT * 10**decimals // (1000 * numerator)) if numerator else 1
    if None not in graph.values and min(cast("list[int]", graph.values)) >= least:
        return None
    held = [value is None or value >= least for value in graph.values]
    if all(held):
        return None
    end = len(held) - held[::-1].index(False)
    start = end - 1
    while start and not held[start - 1]:
        start -= 1
    return start, end
