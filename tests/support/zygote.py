"""Builds by a fork server, with traps on their way.

Unless its order says that a copy's code is still that of the repository (`pristine`), the child drops
allium and imports it anew from the copy.
An audit hook in the child counts what it does to files, and at a chosen one of these moments kills
it, interrupts it or has the operation fail: so a fault can be put at every place, and again.
"""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.support.forkserver import ForkServer, enter, forget_code, serve
from tests.support.project import Build, Project, _ran, _tasks, _told

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


class Zygote(ForkServer):
    """One such process, with a hash seed and a locale of its own."""

    def __init__(self, seed: int = 0, locale: str = "C.UTF-8") -> None:
        own = {"PYTHONHASHSEED": str(seed), "LC_ALL": locale}
        super().__init__(__name__, Project.environment() | own)


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
        self._trap: dict[str, Any] | None = order.get("trap")

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
            self._spring(self._trap, os.fsdecode(named))

    def _note(self, event: str, path: Any) -> None:
        name = os.path.abspath(os.fsdecode(path))
        os.write(self._trace, (json.dumps([self.task, event, name]) + "\n").encode())

    def _spring(self, trap: dict[str, Any], path: str) -> None:
        kind: str = trap["kind"]
        if not trap["children"] and os.getpid() != self._owner:
            return
        if kind in SIGNALS:
            os.kill(os.getpid(), SIGNALS[kind])
        elif kind == "call":
            subprocess.run(trap["command"], check=True)
        else:
            number = getattr(errno, kind)
            raise OSError(number, os.strerror(number), path)


def _child(order: dict[str, Any]) -> None:
    if order.get("umask") is not None:
        os.umask(order["umask"])
    os.environ.update(order["environment"])
    enter(order)
    if order.get("pristine"):
        from allium import locations

        locations.CODE = locations.RESOURCES = Path(order["cwd"])
    else:
        forget_code()
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

    Run._finish = told  # type: ignore[assignment,method-assign]


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


def _trace(order: dict[str, Any]) -> dict[str, Any]:
    """Return what the child noted."""
    lines = Path(order["scratch"], "trace").read_text().splitlines()
    return {"trace": [json.loads(line) for line in lines]}


if __name__ == "__main__":
    serve(_child, _trace)
