"""What weight a relay had before, as its page prints it."""

from allium import formatting
from allium.model.history import WEIGHED, WHOLE, Mean, Weights
from allium.pages.parts.history_charts import HistoryFigures, weight_figures
from allium.pages.parts.page_base import PERIOD_WORDS, View


class PastChances(View, frozen=True):
    """The averages of one period: the share of all weight, and the probability of each position.

    `None` stands for what is not known.
    """

    period: str
    share: str | None
    guard: str | None
    middle: str | None
    exit: str | None


class PastWeights(View, frozen=True):
    """Figures of the chart, of each of `WEIGHED`, and averages of the periods that are known."""

    figures: HistoryFigures
    averages: tuple[PastChances, ...]


def past_weights(history: Weights) -> PastWeights:
    """Return what a relay's page prints of the history of its weight."""
    rows = tuple(_chances(history, place) for place in range(len(WEIGHED)))
    return PastWeights(
        figures=weight_figures(history.buckets),
        averages=tuple(row for row in rows if row is not None),
    )


def _chances(history: Weights, place: int) -> PastChances | None:
    """Return the averages of a period; `None` when nothing is known of it."""
    columns = history.share, history.guard, history.middle, history.exit
    shares = [_share(column[place]) for column in columns]
    return PastChances(PERIOD_WORDS[WEIGHED[place]], *shares) if any(shares) else None


def _share(mean: Mean) -> str | None:
    return formatting.share(mean.total, mean.count * WHOLE)
