"""The structs of charts: one picture over time in several periods, and distributions."""

from typing import Literal, TypeAlias

from allium.pages.parts.page_base import View

Look: TypeAlias = Literal["two", "one", "up"]
"""How rows are drawn: a bar and a line, a bar, or what is missing to the whole."""


class ChartColumn(View, frozen=True):
    """One series: the head of its column, and the text and level (0 to 50) of each row.

    Both are `None` where nothing is known.
    """

    head: str
    values: tuple[str | None, ...]
    levels: tuple[int | None, ...]


class LabelGroup(View, frozen=True):
    """Consecutive rows that have one label below the axis, which may be empty."""

    label: str
    rows: int


class ChartView(View, frozen=True):
    """One period of a chart; without rows where too little is known.

    `measure` says what a value is, `head` what a row is, and `labels` name the rows. `ticks` are
    the labels of the axis from the top down; it starts at `floor`, which is 0 or a percentage.
    """

    period: str
    measure: str = ""
    unit: str | None = None
    head: str = ""
    labels: tuple[str, ...] = ()
    columns: tuple[ChartColumn, ...] = ()
    ticks: tuple[str, ...] = ()
    groups: tuple[LabelGroup, ...] = ()
    floor: int = 0


class Chart(View, frozen=True):
    """A picture that is its own table, in one or several periods.

    `id` names it on its page, `series` are the names of its columns, `words` say in one sentence
    what is to be seen. `chosen` is the view that is shown first.
    """

    id: str
    name: str
    look: Look
    words: str
    series: tuple[str, ...]
    views: tuple[ChartView, ...]
    chosen: int = 0


class HistogramBar(View, frozen=True):
    """How many are in one class, and the level of its bar (0 to 50)."""

    label: str
    value: str
    level: int


class Histogram(View, frozen=True):
    """How many are in each class.

    Each bar has its value above and its class below, and there is no axis.
    """

    id: str
    title: str
    bars: tuple[HistogramBar, ...]
