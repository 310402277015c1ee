"""`doit run` with figures, one exit status a cause, and one line for the user at the end."""

import sys
from typing import Any, ClassVar

from doit.cmd_run import Run as DoitRun

from allium.engine.report import Plan, Recorder, recording


class Run(DoitRun):  # type: ignore[misc]  # doit ships no types
    """doit's own command; `plan` is what the task file wants to be told about its builds."""

    plan: ClassVar[Plan | None] = None
    _recorder: Recorder | None = None
    _workers: int = 0

    @staticmethod
    def get_name() -> str:
        """Return the name under which the command replaces doit's own."""
        return "run"

    def execute(self, params: Any, args: list[str]) -> int:  # noqa: ANN401  doit's parameters
        """Run the tasks; return doit's status, or the one that a failed task asks for."""
        self._workers = params["num_process"]
        result = super().execute(params, args)
        return self._finish(int(result or 0))

    def _finish(self, result: int) -> int:
        if self._recorder is None:
            return result
        sys.stderr.write(f"{self._recorder.finish(result)}\n")
        return self._recorder.exit_status or result

    def get_reporters(self) -> dict[str, type]:
        """Return the reporters, each of which also records the build."""
        reporters: dict[str, type] = super().get_reporters()
        return _Recorded(self, reporters)


class _Recorded(dict[str, type]):
    """Reporter classes by name; taking one out begins the record of a build."""

    def __init__(self, command: Run, reporters: dict[str, type]) -> None:
        super().__init__(reporters)
        self._command = command

    def __getitem__(self, name: str) -> type:
        reporter = super().__getitem__(name)
        plan = self._command.plan
        if plan is None:
            return reporter
        self._command._recorder = Recorder(plan, self._command._workers)  # noqa: SLF001  its other half
        return recording(reporter, self._command._recorder)  # noqa: SLF001  as above
