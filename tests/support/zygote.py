"""Builds without the second that Python takes to start, and with traps on their way.

A zygote is a Python process that has imported everything. For each build it forks a child that
does what `python -m doit` does in the project's folder. Unless its order says that a copy's code is
still that of the repository (`pristine`), the child drops allium and imports it anew from the copy.
An audit hook in the child counts what it does to files, and at a chosen one of these moments kills
it, interrupts it or has the operation fail: so a fault can be put at every place, and again.
"""

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.support.project import REPOSITORY, Build, _ran, _tasks, _told

CHANGES = {
    "os.rename": (0, 1),
    "os.remove": (0,),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.utime": (0,),
}
"""Audit events that change a file, with the places of its path among their arguments."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SIGNALS = {"kill": signal.SIGKILL, "interrupt": signal.SIGINT, "terminate": signal.SIGTERM}


class Zygote:
    """One such process, with a hash seed and a locale of its own."""

    def __init__(self, seed: int = 0, locale: str = "C.UTF-8") -> None:
        environment = {n: text for n, text in os.environ.items() if not n.startswith("ALLIUM_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.zygote"],
            cwd=REPOSITORY,
            env=environment | {"PYTHONHASHSEED": str(seed), "LC_ALL": locale},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, **order: Any) -> dict[str, Any]:
        """Carry out one order; return the status and what the child traced."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()


def build(
    zygote: Zygote,
    code: Path,
    folder: Path,
    arguments: list[str],
    environment: Mapping[str, str] | None = None,
    *,
    spoken: bool = False,
    **order: Any,
) -> tuple[Build, list[list[str]]]:
    """Build in `folder`; return the build, and each change of a file as task, event and path.

    A `spoken` build says what a user would read, but not which tasks ran.
    """
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    answer = zygote.run(
        cwd=str(code),
        arguments=["run", *([] if spoken else ["-r", "json", "-o", str(report)]), *arguments],
        environment=dict(environment or {}),
        scratch=str(folder),
        **order,
    )
    tasks = _tasks(report)
    words = [(folder / name).read_text(errors="replace") for name in ("stdout", "stderr")]
    done = Build(answer["status"], words[0], _told(tasks) + words[1], _ran(tasks))
    return done, answer["trace"]


class Tracer:
    """Notes what happens to files, and springs the trap of an order."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        self.task = ""
        self._order = order
        self._seen = 0
        self._owner = os.getpid()
        self._trace = os.open(
            f"{order['scratch']}/trace", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644
        )
        self._trap = order.get("trap")

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._opened(*arguments)
        elif event in CHANGES:
            self._changed(event, [arguments[place] for place in CHANGES[event]])

    def _opened(self, path: Any, mode: Any, flags: int) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        if flags & WRITES or (isinstance(mode, str) and set(mode) & set("wax+")):
            self._changed("open", [path])
        elif self._order.get("reads"):
            self._note("read", path)

    def _changed(self, event: str, paths: list[Any]) -> None:
        for path in paths:
            if isinstance(path, str | bytes | os.PathLike):
                self._note(event, path)
        self._seen += 1
        if self._trap and self._seen == self._trap["at"]:
            named = paths[0] if isinstance(paths[0], str | bytes | os.PathLike) else "a file"
            self._spring(self._trap["kind"], os.fsdecode(named))

    def _note(self, event: str, path: Any) -> None:
        name = os.path.abspath(os.fsdecode(path))
        os.write(self._trace, (json.dumps([self.task, event, name]) + "\n").encode())

    def _spring(self, kind: str, path: str) -> None:
        if not self._trap["children"] and os.getpid() != self._owner:
            return
        if kind in SIGNALS:
            os.kill(os.getpid(), SIGNALS[kind])
        elif kind == "call":
            subprocess.run(self._trap["command"], check=True)
        else:
            number = getattr(errno, kind)
            raise OSError(number, os.strerror(number), path)


def _child(order: dict[str, Any]) -> None:
    os.chdir(order["cwd"])
    if order.get("umask") is not None:
        os.umask(order["umask"])
    os.environ.update(order["environment"])
    time.tzset()
    for number, name in ((1, "stdout"), (2, "stderr")):
        path = f"{order['scratch']}/{name}"
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), number)
    sys.stdout, sys.stderr = (
        os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2)
    )
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc]
    sys.path.insert(0, order["cwd"])
    if order.get("pristine"):
        from allium import locations

        locations.CODE = locations.RESOURCES = Path(order["cwd"])
    else:
        for name in [name for name in sys.modules if name.split(".")[0] == "allium"]:
            del sys.modules[name]
    sys.argv = ["doit", *order["arguments"]]
    tracer = Tracer(order)
    _name_tasks(tracer)
    sys.addaudithook(tracer)
    from doit.doit_cmd import DoitMain

    if order.get("tasks"):
        _tell_tasks(Path(order["scratch"], "tasks"))
    sys.exit(DoitMain().run(order["arguments"]))


def _tell_tasks(into: Path) -> None:
    """Have the build end by writing what each of its tasks declares."""
    from allium.engine.run import Run

    finish: Callable[..., Any] = Run._finish

    def told(run: Any, result: int) -> int:
        tasks = run.control.tasks.values()
        into.write_text(
            json.dumps(
                {
                    task.name: [
                        [os.path.abspath(path) for path in task.file_dep],
                        [os.path.abspath(path) for path in task.targets],
                    ]
                    for task in tasks
                }
            )
        )
        return int(finish(run, result))

    Run._finish = told  # type: ignore[method-assign]


def _name_tasks(tracer: Tracer) -> None:
    """Have the tracer know which task is at work."""
    from doit.task import Task

    execute: Callable[..., Any] = Task.execute

    def named(task: Any, *arguments: Any) -> Any:
        tracer.task = task.name
        try:
            return execute(task, *arguments)
        finally:
            tracer.task = ""

    Task.execute = named


def _preload() -> None:
    for name in (
        *("doit.doit_cmd", "doit.runner", "doit.cmd_run", "doit.reporter", "doit.dependency"),
        *("jinja2", "jinja2.meta", "jinja2.ext", "msgspec.json", "requests", "urllib3", "rich"),
        *("sqlite3", "lzma", "gzip", "tomllib", "cloudpickle", "ctypes", "fractions", "decimal"),
        *("zoneinfo", "unicodedata", "ipaddress", "html", "mmap", "argparse", "importlib.metadata"),
        *("http.client", "email.utils", "statistics", "resource", "fcntl", "multiprocessing"),
        *("allium.actions.project", "allium.actions.split", "allium.actions.render"),
        *("allium.actions.precompute", "allium.actions.site"),
        *("allium.engine.run", "allium.engine.check", "allium.engine.why", "allium.engine.state"),
        *("allium.engine.bars", "allium.engine.progress", "allium.engine.quiet"),
        *(f"allium.views.{path.stem}" for path in (REPOSITORY / "allium/views").glob("*.py")),
    ):
        with contextlib.suppress(ImportError):
            __import__(name)


def _serve() -> None:
    _preload()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _child(order)
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 1
            except BaseException:  # noqa: BLE001
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, ended = os.waitpid(pid, 0)
        trace = Path(order["scratch"], "trace")
        events = [json.loads(one) for one in trace.read_text().splitlines()]
        answer = {"status": os.waitstatus_to_exitcode(ended), "trace": events}
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    _serve()
