import io

import pytest
from doit.exceptions import TaskFailed
from doit.task import Task

from allium.engine import progress
from allium.engine.progress import ProgressReporter
from allium.engine.quiet import QuietReporter


def task(name: str) -> Task:
    return Task(name, ["true"])


def test_a_line_comes_every_five_hundred_tasks_and_one_at_the_end() -> None:
    stream = io.StringIO()
    reporter = ProgressReporter(stream, {})
    for number in range(1200):
        reporter.add_success(task(f"render:relay:{number}"))
    assert stream.getvalue().count("\n") == 2
    reporter.skip_uptodate(task("render:contact:1"))
    reporter.complete_run()
    assert stream.getvalue().splitlines()[-1].endswith("render:relay 1200+0, render:contact 0+1")


def test_a_line_comes_every_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    stream = io.StringIO()
    reporter = ProgressReporter(stream, {})
    for _ in range(4):
        now += 6
        reporter.add_success(task("precompute:a"))
    assert stream.getvalue().count("\n") == 2


def test_a_group_is_not_counted() -> None:
    stream = io.StringIO()
    reporter = ProgressReporter(stream, {})
    reporter.add_success(Task("render", None))
    reporter.complete_run()
    assert "render" not in stream.getvalue()


def test_a_failure_is_told_at_once_and_success_is_not() -> None:
    stream = io.StringIO()
    reporter = QuietReporter(stream, {})
    reporter.execute_task(task("a"))
    reporter.add_success(task("a"))
    reporter.add_failure(task("b"), TaskFailed("the disk is full"))
    assert stream.getvalue() == "b: the disk is full\n"
