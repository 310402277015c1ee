import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from doit.exceptions import TaskFailed, UnmetDependency
from doit.reporter import ZeroReporter
from doit.task import Task

from allium.engine import memory_use
from allium.engine.failure import Failure
from allium.engine.memory_use import Peak, tree_bytes
from allium.engine.parallel import ALLOWED, JobPool
from allium.engine.report import Figures, Recorder, recording


class Plan:
    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "last-build.json")

    def kind(self, task: str) -> str:
        return task.partition(":")[0]

    def finish(self, figures: Figures, values: dict[str, list[dict[str, Any]]]) -> None:
        figures.pages["written"] = sum(value["written"] for value in values["render"])

    def line(self, figures: Figures) -> str:
        return f"{figures.status}, {figures.pages['written']} written"


def task(name: str, **values: int) -> Task:
    made = Task(name, ["true"])
    made.values = values
    return made


def test_a_build_is_counted_by_kind_and_summed_from_what_its_tasks_say(tmp_path: Path) -> None:
    recorder = Recorder(Plan(tmp_path), workers=2)
    reporter = recording(ZeroReporter, recorder)(None, {})
    for name, count in (("render:a", 2), ("render:b", 3)):
        reporter.execute_task(task(name))
        reporter.add_success(task(name, written=count))
    reporter.skip_uptodate(task("render:c"))
    reporter.add_failure(task("fetch:d"), TaskFailed("no"))
    assert recorder.finish(1) == "failed, 5 written"
    report = json.loads((tmp_path / "last-build.json").read_text())
    assert report["tasks"] == {
        "fetch": {"run": 0, "up_to_date": 0, "failed": 1},
        "render": {"run": 2, "up_to_date": 1, "failed": 0},
    }
    phases = {name: second for name, second in report["seconds"].items() if name != "total"}
    assert abs(sum(phases.values()) - report["seconds"]["total"]) < 0.05
    assert (report["workers"], report["status"], report["version"]) == (2, "failed", 1)


def test_a_group_is_no_task_that_ran(tmp_path: Path) -> None:
    recorder = Recorder(Plan(tmp_path), workers=0)
    recorder.succeeded(Task("render", None))
    assert recorder.figures.tasks == {}


def test_the_first_failure_that_asks_for_an_exit_status_gets_it(tmp_path: Path) -> None:
    recorder = Recorder(Plan(tmp_path), workers=0)
    for failure in (TaskFailed("plain"), Failure("gone", 69), Failure("old", 65)):
        recorder.failed(task("fetch:a"), failure)
    assert recorder.exit_status == 69


def test_a_task_that_another_one_kept_back_did_not_fail(tmp_path: Path) -> None:
    recorder = Recorder(Plan(tmp_path), workers=0)
    recorder.failed(task("fetch:a"), Failure("gone", 69))
    recorder.failed(task("split"), UnmetDependency(["fetch:a"]))
    assert sum(one.failed for one in recorder.figures.tasks.values()) == 1


def test_the_memory_of_this_process_is_counted() -> None:
    assert 5_000_000 < tree_bytes() < 2_000_000_000


def test_the_memory_of_a_childs_child_is_counted() -> None:
    program = """
import os
from allium.engine.memory_use import tree_bytes
told, telling = os.pipe()
waiting, ending = os.pipe()
if os.fork() == 0:
    if os.fork() == 0:
        held = bytes(range(256)) * 400_000
        os.write(telling, b"!")
    os.close(ending)
    os.read(waiting, 1)
    os._exit(0)
os.read(told, 1)
print(tree_bytes())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert int(done.stdout) > 100_000_000


def test_the_peak_is_that_of_all_processes_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Peak, "seen", 0)
    monkeypatch.setattr(Peak, "_due", 0.0)
    monkeypatch.setattr(memory_use, "EVERY_SECONDS", 3600)
    before = ALLOWED.set(2)
    with JobPool([int] * 2) as pool:
        pool.results()
    ALLOWED.reset(before)
    seen = Peak.seen
    assert seen > 5_000_000
    Peak.look()
    assert Peak.seen == seen
    recorder = Recorder(Plan(tmp_path), workers=2)
    recorder.finish(0)
    assert recorder.figures.peak_rss_bytes >= seen
