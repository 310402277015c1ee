"""Failures that a task expects: a sentence for the user and an exit status for their scripts."""

from doit.exceptions import TaskFailed


class Failure(TaskFailed):  # type: ignore[misc]  # doit ships no types
    """Returned by an action that cannot do its work through no fault of the code.

    doit prints the message without a traceback; the `run` command ends with `exit_status`.
    """

    def __init__(self, message: str, exit_status: int) -> None:
        super().__init__(message)
        self.exit_status = exit_status
