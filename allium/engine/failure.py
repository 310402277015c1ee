"""Failures that a task expects: a sentence for the user and an exit status for their scripts."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from doit.exceptions import InvalidDodoFile, TaskFailed

from allium import printable

P = ParamSpec("P")
T = TypeVar("T")


class Failure(TaskFailed):  # type: ignore[misc]  # doit ships no types
    """Returned by an action that cannot do its work through no fault of the code.

    doit prints the message without a traceback; the `run` command ends with `exit_status`.
    """

    def __init__(self, message: str, exit_status: int = 1) -> None:
        super().__init__(printable.lines(message))
        self.exit_status = exit_status


class UnknownTasks(InvalidDodoFile):  # type: ignore[misc]  # doit ships no types
    """Raised by a task file that cannot tell its tasks through no fault of its own.

    Commands of doit tell it without a traceback and end with 3.
    """

    def __init__(self, message: str) -> None:
        super().__init__(printable.lines(message))


def telling(
    *expected: type[Exception], exit_status: int = 1
) -> Callable[[Callable[P, T]], Callable[P, T | Failure]]:
    """Have an action return these exceptions as failures: a full disk needs no traceback."""

    def decorated(action: Callable[P, T]) -> Callable[P, T | Failure]:
        @wraps(action)
        def told(*arguments: P.args, **named: P.kwargs) -> T | Failure:
            try:
                return action(*arguments, **named)
            except expected as error:
                return Failure(f"{type(error).__name__}: {error}", exit_status)

        vars(told)["__signature__"] = signature(action)  # doit asks for it each time it runs a task
        return told

    return decorated
