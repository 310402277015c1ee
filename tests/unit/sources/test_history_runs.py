"""Since when a flag is held, and when it was lost."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from allium.model.history import FlagRun
from allium.sources.onionoo import history_record
from tests.support.histories import graph

EPOCH = date(1970, 1, 1)


def runs(flag: str = "Guard", **graphs: dict[str, Any]) -> FlagRun | None:
    periods = {name.removeprefix("of_"): one for name, one in graphs.items()}
    record = json.dumps({"flags": {flag: periods}}).encode()
    return history_record.uptime(Raw(record)).runs.get(flag)


def days(run: FlagRun | None) -> tuple[str | None, str | None]:
    assert run is not None
    since, lost = (
        None if day is None else str(EPOCH + timedelta(days=day)) for day in (run.since, run.lost)
    )
    return since, lost


FULL = 999


@pytest.mark.parametrize(
    ("values", "since", "lost"),
    [
        pytest.param([FULL] * 6, "2026-01-30", None, id="always"),
        pytest.param([0, 0, FULL, FULL], "2026-02-01", None, id="never lost"),
        pytest.param([FULL, FULL, 0, FULL], "2026-02-02", "2026-02-01", id="lost for a day"),
        pytest.param([FULL, 500, 0, 7, FULL], "2026-02-03", "2026-01-31", id="lost for days"),
        pytest.param([FULL, 0, FULL, 998], None, "2026-02-02", id="a part of the last day"),
        pytest.param([FULL, None, FULL], "2026-01-30", None, id="an unknown day is no gap"),
        pytest.param([0, 0, 0], None, None, id="never"),
        pytest.param([5, FULL], "2026-01-31", None, id="gained within a day"),
    ],
)
def test_a_run_goes_back_to_the_last_day_without_the_flag(
    values: list[int | None], since: str | None, lost: str | None
) -> None:
    assert days(runs(of_6_months=graph(values))) == (since, lost)


def test_the_finest_history_that_knows_of_a_gap_tells_of_it() -> None:
    fine = graph([FULL] * 12, first="2026-01-30 02:00:00", interval=14_400)
    gap = graph([FULL, 0, FULL, FULL], first="2026-01-30 02:00:00", interval=14_400)
    long = graph([FULL] * 9 + [0, FULL], first="2025-10-02 12:00:00", interval=864_000)
    assert days(runs(of_1_month=fine, of_1_year=long)) == ("2026-01-05", "2025-12-26")
    assert days(runs(of_1_month=gap, of_1_year=long)) == ("2026-01-30", "2026-01-30")
    lost = graph([0] * 4, first="2026-01-30 02:00:00", interval=14_400)
    assert days(runs(of_1_month=lost, of_1_year=long)) == (None, "2025-12-26")


def test_a_run_without_beginning_says_so() -> None:
    held, gained = graph([FULL] * 4), graph([0, FULL])
    assert [
        one.from_start for one in (runs(of_1_year=held), runs(of_1_year=gained)) if one is not None
    ] == [True, False]
    assert runs("Fast", of_1_year=held) is None
    assert runs(of_1_year=graph([])) is None


@given(st.lists(st.sampled_from([0, 400, FULL]), min_size=1, max_size=60))
def test_runs_are_those_that_a_walk_finds(values: list[int]) -> None:
    since, lost = days(runs(of_6_months=graph(values)))
    first = datetime.fromisoformat("2026-01-30").date()
    start = next((at + 1 for at in reversed(range(len(values))) if values[at] != FULL), 0)
    assert since == (str(first + timedelta(days=start)) if start < len(values) else None)
    losses = [at for at in range(1, len(values)) if values[at - 1] == FULL != values[at]]
    assert lost == (str(first + timedelta(days=losses[-1])) if losses else None)
