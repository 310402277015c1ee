"""Builds with the history of weights: what is asked, what moves a page, and that clean is equal."""

from pathlib import Path
from typing import Any

import pytest

from allium import formatting
from tests.support.network import Document, details, fingerprint, network
from tests.support.project import Project

ON = "weights=true"
WEEK = 7 * 24
DAYS = 100
MOVED = ("render:relay:", "render:contact:", "render:list:")


def histories(week: int = 400, hour: int = 400, changed: int = 0) -> Document:
    """Return the histories of eight relays; one has other values in a past week, or in an hour.

    The days end within the week of the usual hour.
    """
    records = []
    for number in range(8):
        own = number == changed
        days = [400 + number] * DAYS
        hours = [400 + number] * WEEK
        if own:
            days[40:60] = [week] * 20
            hours[-1] = hour
        graphs = {"1_week": _graph(3_600, hours), "6_months": _graph(86_400, days)}
        name = {"fingerprint": fingerprint(number)}
        records.append(name | {"consensus_weight": graphs, "consensus_weight_fraction": graphs})
    return details() | {"relays": records}


def _graph(interval: int, values: list[int]) -> dict[str, Any]:
    last = formatting.seconds("2026-02-15 12:00:00")
    first = formatting.time_of(last - (len(values) - 1) * interval)
    known = {"first": first, "last": "2026-02-15 12:00:00", "interval": interval}
    return known | {"factor": 0.001, "count": len(values), "values": values}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.given(network(8), weights=histories())
    return made


def clean(project: Project) -> dict[str, bytes]:
    """Return what a build from nothing gives."""
    fresh = Project(project.folder / "clean")
    fresh.folder.mkdir()
    (fresh.folder / "source").symlink_to(project.source)
    assert fresh.build(ON).status == 0
    return fresh.tree()


def page(project: Project, number: int) -> str:
    return (project.site / "relay" / fingerprint(number) / "index.html").read_text()


def test_without_the_setting_nothing_is_asked_and_no_page_is_another_one(project: Project) -> None:
    assert "fetch:weights" not in project.build().ran
    before = project.tree()
    assert "fetch:weights" in project.build(ON).ran
    assert "Weight by week" not in before[f"relay/{fingerprint(1)}/index.html"].decode()
    assert "Weight by week" in page(project, 1)
    assert project.build().status == 0
    assert project.tree() == before
    assert project.build(ON, "apis=details").status == 0
    assert "Weight by week" not in page(project, 1)


def test_a_document_that_is_asked_for_and_not_there_leaves_the_relays_as_they_are(
    project: Project,
) -> None:
    assert project.build().status == 0
    before = project.tree()
    (project.source / "weights.json").unlink()
    done = project.build(ON)
    assert done.status == 0
    assert "warning: weights" in done.stderr
    told = {name for name, body in project.tree().items() if before[name] != body}
    assert not any(name.startswith("relay/") for name in told)
    assert (
        "The source of weight histories is missing"
        in (project.site / "network-health" / "index.html").read_text()
    )


def test_a_weight_of_an_hour_moves_no_page_and_that_of_a_week_the_page_of_the_relay(
    project: Project,
) -> None:
    assert project.build(ON).status == 0
    project.given(network(8), weights=histories(hour=900))
    ran = project.build(ON).ran
    assert [name for name in ran if name.startswith(MOVED)] == []
    project.given(network(8), weights=histories(hour=900, week=800))
    ran = project.build(ON).ran
    assert [name for name in ran if name.startswith(MOVED)] == [f"render:relay:{fingerprint(0)}"]
    assert project.tree() == clean(project)
