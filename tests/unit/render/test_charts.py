"""The markup of charts: which views are shown, and the unit of an axis without a legend."""

import pytest
from msgspec.structs import replace

from allium.pages.parts.chart_views import Chart, ChartColumn, ChartView
from allium.render.charts import chart

VIEW = ChartView(
    period="90 days",
    measure="weekly average",
    head="Week from",
    labels=("2026-01-05",),
    columns=(ChartColumn(head="Bandwidth", values=("7",), levels=(35,)),),
    ticks=("10", "0"),
)
ONE = Chart(
    id="it", name="It", look="one", words="", series=("Bandwidth",), views=(VIEW, VIEW), chosen=1
)


def test_of_several_views_of_one_series_the_chosen_one_is_shown() -> None:
    shown = chart(ONE)
    assert '<div class="views single" role="group" aria-label="It: period and form">' in shown
    assert 'id="it-2" checked>' in shown
    alone = chart(replace(ONE, views=(VIEW,), chosen=0))
    assert '<div class="views one single" role="group" aria-label="It: form">' in alone
    assert "radio" not in alone


@pytest.mark.parametrize(
    ("unit", "key"),
    [("Gbit/s", '<p class="key"><span>Gbit/s, weekly average</span></p>'), (None, "")],
)
def test_one_series_has_no_legend_but_its_unit(unit: str | None, key: str) -> None:
    shown = chart(replace(ONE, views=(replace(VIEW, unit=unit),)))
    assert ('class="key"' in shown) == (unit is not None)
    assert key in shown
