"""What a task left in the process that ran it reaches the parent's task and its user."""

import pytest
from doit.task import Stream, Task

from allium.engine.workers import Result


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
