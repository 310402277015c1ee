"""`doit run` for twenty thousand tasks: one build at a time, in forked children, with a report."""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn, TextIO

from doit.cmd_run import Run as DoitRun
from doit.cmd_run import opt_num_process
from doit.cmdparse import CmdParseError
from msgspec import Struct

from allium import printable
from allium.engine import cpu_count, doit_internals, streams
from allium.engine.build_lock import BUSY, LockedError, lock, writing_into
from allium.engine.parallel import ALLOWED, ENDINGS
from allium.engine.progress import suited
from allium.engine.report import Recorder, ReportPlan, recording
from allium.engine.runner import ForkRunner
from allium.engine.state import UnusableStateError
from allium.engine.streams import unfailing
from allium.engine.task_status import QuickDependency

INTERRUPTED: Final = 130
ENDED: Final = {INTERRUPTED, 129, 143}
"""128 and the number of the signal: SIGINT, SIGHUP, SIGTERM."""
USAGE: Final = 3
WRONG_SETTING: Final = 78


def processes(text: str) -> int:
    """Return the number of processes that an option asks for; `auto` is what this machine has.

    Raises `CmdParseError`.
    """
    if text == "auto":
        return cpu_count.workers()
    if not (text.isascii() and text.isdigit()):
        raise CmdParseError(f"-n {text}: give a number of processes, or `auto`")
    return int(text)


_NUMBER = opt_num_process | {
    "type": processes,
    "default": cpu_count.workers(),
    "help": "number of processes, or `auto`; 0 runs all tasks in this one [default: auto]",
}
_WAIT = {
    "name": "wait",
    "short": "",
    "long": "wait",
    "type": bool,
    "default": False,
    "help": "wait until another build of the same cache ends, instead of exiting with status 75",
}


class Build(Struct, frozen=True):
    """What a task file says of its build to the command that runs it."""

    plan: ReportPlan | None = None
    """What the product adds to the report of its builds."""
    folders: Mapping[str, str] = {}
    """The folders that the build writes into, by the settings that name them."""
    absent: Mapping[str, str] = {}
    """Tasks that the settings leave out, and what would make them."""
    leaves_at_once: bool = False
    """Whether the process ends without freeing its objects.

    Python takes a second to free twenty thousand tasks one by one; the system takes none."""


class Run(DoitRun):  # type: ignore[misc]  # doit ships no types
    """doit's own command; the task file sets `build` in its `DOIT_CONFIG`, as it may any option."""

    cmd_options = (
        *(option for option in DoitRun.cmd_options if option["name"] != "num_process"),
        _NUMBER,
        _WAIT,
    )
    _known = Build()
    _recorder: Recorder | None = None
    _workers: int = 0

    @staticmethod
    def get_name() -> str:
        """Return the name under which the command replaces doit's own."""
        return "run"

    def execute(self, params: Any, args: list[str]) -> int:  # noqa: ANN401  doit's parameters
        """Run the tasks; return doit's status, or the one that the cause of a failure has."""
        streams.secure()
        _heed_signals()
        try:
            self._prepare(params)
            return self._alone(params, args)
        except KeyboardInterrupt:
            return self._finish(INTERRUPTED)
        except _EndedError as error:
            return self._finish(128 + error.signal)

    def _prepare(self, params: Any) -> None:  # noqa: ANN401  doit's parameters
        """Load the task file, which makes the folder of the build's memory."""
        self.loader.setup(params)
        params.update_defaults(self.loader.load_doit_config())
        self._known = params.get("build", self._known)
        self._workers = params["num_process"] = _forkable(params["num_process"])
        ALLOWED.set(max(1, self._workers))

    def _alone(self, params: Any, args: list[str]) -> int:  # noqa: ANN401  doit's parameters
        """Build while no other build uses the same memory or writes into the same folders."""
        memory, wait = Path(params["dep_file"]), params["wait"]
        try:
            with ExitStack() as locks:
                locks.enter_context(lock(memory.parent, wait=wait))
                for name, folder in self._known.folders.items():
                    try:
                        locks.enter_context(writing_into(Path(folder), wait=wait))
                    except OSError as error:
                        words = printable.line(f"{name}={folder}: {error.strerror}")
                        sys.stderr.write(f"allium: {words}\n")
                        return WRONG_SETTING
                with _written(params) as params["outfile"]:
                    result = self._build(params, args)
                return self._finish(result)
        except LockedError as error:
            sys.stderr.write(f"{error}\n")
            return BUSY
        except UnusableStateError as error:
            sys.stderr.write(f"{error}\n")
        except sqlite3.Error as error:
            sys.stderr.write(f"{memory}, the build's database, cannot be used: {error}\n")
        except OSError as error:
            sys.stderr.write(f"the build cannot continue: {printable.line(str(error))}\n")
        return self._finish(1)

    def _build(self, params: Any, args: list[str]) -> int:  # noqa: ANN401  doit's parameters
        self.dep_manager = QuickDependency(
            self._backends.get(params["backend"]),
            params["dep_file"],
            checker_cls=self.get_checker_cls(params["check_file_uptodate"]),
            codec_cls=self.get_codec_cls(params["codec_cls"]),
        )
        for name in args:
            if name in self._known.absent:
                sys.stderr.write(f"there is no task {name}: {self._known.absent[name]}\n")
                return USAGE
        # doit: control.py, _process_filter matches a pattern such as `render:*` with existing tasks
        # only. So the delayed ones are created at once, from the plan of the last build.
        self.execute_tasks = not any("*" in name for name in args)
        with doit_internals.parallel_runner(ForkRunner):
            result = int(super().execute(params, args) or 0)
        for name in args:
            if doit_internals.is_unknown(self.control.tasks.get(name)):
                sys.stderr.write(f"there is no task {name}\n")
                result = USAGE
        if result == 0 and not args:
            self._forget_the_vanished()
        return result

    def _forget_the_vanished(self) -> None:
        """Drop what is remembered of tasks that a complete build did not have."""
        backend = self.dep_manager.backend
        if hasattr(backend, "retain"):
            backend.retain(self.control.tasks.keys())
            backend.dump()

    def _finish(self, result: int) -> int:
        """Report the build; then end the process at once when the task file asked for that."""
        if self._recorder is not None:
            try:
                sys.stderr.write(f"{self._recorder.finish(result)}\n")
            except OSError as error:
                sys.stderr.write(f"warning: the build cannot be reported: {error}\n")
            result = self._recorder.exit_status or result
        elif result in ENDED:
            sys.stderr.write("interrupted before any task ran\n")
        if self._known.leaves_at_once:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(result)
        return result

    def get_reporters(self) -> dict[str, type]:
        """Return the reporters, each of which also records the build."""
        return _Recorded(super().get_reporters(), self._record)

    def _record(self, reporter: type) -> type:
        if self._known.plan is None:
            return reporter
        self._recorder = Recorder(self._known.plan, self._workers)
        return recording(reporter, self._recorder)


def _forkable(number: int) -> int:
    """Return how many processes can be had of those asked for."""
    if number and not hasattr(os, "fork"):
        sys.stderr.write("this system cannot fork: the build runs in one process\n")
        return 0
    return number


@contextmanager
def _written(params: Any) -> Iterator[TextIO]:  # noqa: ANN401  doit's parameters
    """Yield the stream of what the reporter shows: it never fails, wherever it goes."""
    place = params["outfile"]
    if not isinstance(place, str):
        yield sys.stdout
        return
    stream = Path(place).open("w", encoding="utf-8")  # noqa: SIM115  it is closed below
    try:
        yield unfailing(stream)
    finally:
        with suppress(OSError):
            stream.close()


class _EndedError(BaseException):
    """The system or its operator asked the build to end, by this signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.signal = number


def _heed_signals() -> None:
    """Install the handlers of the signals that end a build.

    A signal that is ignored stays ignored: `nohup` ignores SIGHUP for the program that it starts.
    """
    for ending in ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, _end)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """End the build, once; later signals are ignored, so that the report is still written."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise _EndedError(number)


class _Recorded(dict[str, type]):
    """Reporter classes by name; taking one out begins the record of a build."""

    def __init__(self, reporters: dict[str, type], record: Callable[[type], type]) -> None:
        super().__init__(reporters)
        self._record = record

    def __getitem__(self, name: str) -> type:
        terminal = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        return self._record(suited(super().__getitem__(name), terminal=terminal))
