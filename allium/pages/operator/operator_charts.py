"""The charts of an operator: what its relays carried together, and how reliably they ran."""

from allium.analysis.history.closed_buckets import average, days_end, together
from allium.pages.operator.operator_shards import OperatorShards
from allium.pages.parts.chart_views import Chart
from allium.pages.parts.history_charts import (
    traffic_chart,
    traffic_figures,
    uptime_chart,
    uptime_figures,
)
from allium.pages.parts.page_base import View


class OperatorCharts(View, frozen=True):
    """The sum of the relays' traffic and the mean of their uptimes; `None` where too little is."""

    traffic: Chart | None
    uptime: Chart | None


def operator_charts(shards: OperatorShards) -> OperatorCharts:
    """Return the charts of an operator."""
    units, subject = shards.position.units, "the relays" if len(shards.relays) > 1 else "the relay"
    carried = [history.directions for history in (shards.histories.bandwidth or {}).values()]
    directions = [together(relays) for relays in zip(*carried, strict=True)]
    ran = average([history.buckets for history in (shards.histories.uptime or {}).values()])
    return OperatorCharts(
        traffic=traffic_chart(traffic_figures(directions, units), units, subject),
        uptime=uptime_chart(uptime_figures(ran, days_end(directions, ran))),
    )
