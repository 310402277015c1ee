"""A reporter that shows nothing but failures: what a timer wants to mail."""

from doit.exceptions import BaseFail
from doit.reporter import ZeroReporter
from doit.task import Task

from allium import printable


class QuietReporter(ZeroReporter):  # type: ignore[misc]  # doit ships no types
    """Failures with their reason, on the error stream; nothing else."""

    desc = "only failures"

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Show a failure; a failure that was expected has no traceback."""
        self.write(f"{printable.lines(f'{task.name}: {fail.get_msg().strip()}')}\n")

    def runtime_error(self, msg: str) -> None:
        """Show an error of the build itself."""
        self.write(f"{printable.lines(msg)}\n")
