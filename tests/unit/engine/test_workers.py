"""What a task left in the process that ran it reaches the parent's task and its user."""

import os
from collections.abc import Callable, Iterator

import pytest
from doit.task import Stream, Task

from allium.engine import phases
from allium.engine.parallel import ALLOWED, JobPool
from allium.engine.workers import Result, Worker, task_batch


@pytest.mark.parametrize(
    ("out", "err"), [("", ""), ("said", ""), ("", "warned"), ("said", "warned")]
)
@pytest.mark.parametrize("verbosity", [0, 1, 2])
def test_what_an_action_said_is_kept_and_shown_as_the_verbosity_asks(
    capsys: pytest.CaptureFixture[str], verbosity: int, out: str, err: str
) -> None:
    task = Task("one", [pytest.fail], verbosity=verbosity)
    Result("one", None, {"count": 1}, {"count": 1}, [out], [err]).give(task, Stream(None))
    (action,) = task.actions
    assert ((action.out or ""), (action.err or "")) == (out, err)
    assert (task.values, task.result, task.executed) == ({"count": 1}, {"count": 1}, True)
    shown = capsys.readouterr()
    assert shown.out == (out if verbosity == 2 else "")
    assert shown.err == (err if verbosity else "")


class Heard:
    """Keeps the steps that it hears."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []

    def at(self, task: str, step: str) -> None:
        self.steps.append((task, step))

    def waiting(self) -> None:
        self.steps.append(("", ""))


@pytest.fixture
def heard() -> Iterator[Heard]:
    listener = Heard()
    phases.listen(listener)
    yield listener
    phases.listen(None)


def in_a_child(action: Callable[[], None]) -> int:
    """Run a task in a child; return how many messages came from it."""
    messages = 0
    tasks = task_batch([Task("one", [action])])
    assert tasks is not None
    worker = Worker(Stream(0))
    worker.send(tasks)
    while worker.held:
        worker.receive()
        messages += 1
    assert worker.close() == "ended with status 0"
    return messages


def reading_and_writing() -> None:
    for step in ("reading", "writing"):
        phases.at("one", step)


def saying_who() -> None:
    phases.at("one", str(os.getpid()))


def sharing_the_work() -> None:
    ALLOWED.set(2)
    with JobPool([saying_who] * 200, busy=True) as pool:
        saying_who()
        pool.results()


def test_the_steps_of_a_task_in_a_child_are_heard_in_the_parent(heard: Heard) -> None:
    in_a_child(reading_and_writing)
    assert heard.steps == [("one", "reading"), ("one", "writing")]


def test_no_step_is_sent_when_nobody_hears_of_it() -> None:
    assert in_a_child(reading_and_writing) == 1


def test_of_work_that_is_shared_only_the_process_that_shares_it_says_its_steps(
    heard: Heard,
) -> None:
    """Two processes that write into one pipe would mix up their messages."""
    in_a_child(sharing_the_work)
    assert len(set(heard.steps)) == 1
