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
    """Raised by a task file that cannot list its tasks, such as for a damaged plan.

    doit prints it without a traceback and exits with 3 (doit: doit_cmd.py, DoitMain.run).
    """

    def __init__(self, message: str) -> None:
        super().__init__(printable.lines(message))


def reports(
    *expected: type[Exception], exit_status: int = 1
) -> Callable[[Callable[P, T]], Callable[P, T | Failure]]:
    """Decorate an action so that it returns these exceptions as failures, without a traceback."""

    def decorated(action: Callable[P, T]) -> Callable[P, T | Failure]:
        @wraps(action)
        def reporting(*arguments: P.args, **named: P.kwargs) -> T | Failure:
            try:
                return action(*arguments, **named)
            except expected as error:
                return Failure(f"{type(error).__name__}: {error}", exit_status)

        # doit: action.py, PythonAction._prepare_kwargs inspects the signature at each run
        vars(reporting)["__signature__"] = signature(action)
        return reporting

    return decorated
