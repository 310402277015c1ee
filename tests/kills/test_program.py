"""`python -m tests.kills` judges what it says."""

import random
from pathlib import Path

import pytest

from tests.kills import __main__ as kills
from tests.kills.__main__ import Hour, Kill
from tests.support.project import Project

ARGUMENTS = ("relays=40", "hour=0")


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Hour:
    return kills.reference(tmp_path_factory.mktemp("clean") / "it", "sample", ARGUMENTS)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, origin="sample")


def test_a_killed_build_is_completed_by_the_next(
    project: Project, hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kills, "BUSY_SECONDS", 20)  # other tests keep the machine busy
    one = kills.kill(project, hour, random.Random(1), fresh=True)  # noqa: S311  an instant
    assert one.complaints == []
    assert one.ran > 0


def test_what_a_build_should_not_leave_is_complained_of(project: Project, hour: Hour) -> None:
    built = project.build(*ARGUMENTS)
    (project.site / "index.html").write_text("altered")
    (project.cache / "shards" / "x.allium-tmp").touch()
    one = Kill(what="", after=0, complaints=[])
    kills._judge(project, hour, built, one)
    assert [said.split()[0] for said in one.complaints] == [
        "1",
        str(project.cache / "shards" / "x.allium-tmp"),
    ]
