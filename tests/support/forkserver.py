"""Commands of doit without the second that Python takes to start and to import.

The server is a Python process that has imported everything. For each command it forks a child that
does what `python -m doit` does; the server itself never runs a task, so each child is as fresh as a
new process. Code of a copy is imported anew in the child.
"""

import atexit
import contextlib
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = 300
"""A command that takes longer is ended."""
LIBRARIES = (
    *("doit.doit_cmd", "doit.runner", "doit.cmd_run", "doit.reporter", "doit.dependency"),
    *("jinja2", "jinja2.meta", "jinja2.ext", "msgspec.json", "requests", "urllib3", "rich"),
    *("sqlite3", "lzma", "gzip", "tomllib", "cloudpickle", "ctypes", "fractions", "decimal"),
    *("zoneinfo", "unicodedata", "ipaddress", "html", "mmap", "argparse", "importlib.metadata"),
    *("http.client", "email.utils", "statistics", "resource", "fcntl", "multiprocessing"),
)


class ForkServer:
    """The server's process; `module` is what it runs."""

    def __init__(
        self, module: str = __name__, environment: Mapping[str, str] | None = None
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, **order: Any) -> dict[str, Any]:
        """Have a child carry out one order; return the server's answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()


def doit(
    code: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    program: str = "doit",
) -> subprocess.CompletedProcess[str]:
    """Run `python -m doit` with the code of a folder; return its status and what it said.

    The other `program` is `allium`, whose folder is where it is started.
    """
    order = {"cwd": str(code), "arguments": arguments, "environment": dict(environment)}
    with tempfile.TemporaryDirectory() as scratch:
        answer = _server().run(**order, program=program, scratch=scratch)
        said = [Path(scratch, name).read_text(errors="replace") for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(arguments, answer["status"], *said)


@cache
def _server() -> ForkServer:
    server = ForkServer()
    atexit.register(server.close)
    return server


def enter(order: Mapping[str, Any]) -> None:
    """Have this child be where its order says, with the streams and the code that it says."""
    os.chdir(order["cwd"])
    time.tzset()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        path = f"{order['scratch']}/{name}"
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), number)
    sys.stdout, sys.stderr = (
        os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2)
    )
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc]
    sys.path.insert(0, order["cwd"])
    sys.argv = ["doit", *order["arguments"]]


def forget_code() -> None:
    """Have this child import allium anew."""
    for name in [name for name in sys.modules if name.split(".")[0] == "allium"]:
        del sys.modules[name]


def serve(
    child: Callable[[dict[str, Any]], None],
    answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {},
) -> None:
    """Have a child carry out each order that comes, until there are no more."""
    _preload()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _end_with(child, order)
        _, ended = os.waitpid(pid, 0)
        told = {"status": os.waitstatus_to_exitcode(ended)} | answer(order)
        print(json.dumps(told), flush=True)  # noqa: T201


def _end_with(child: Callable[[dict[str, Any]], None], order: dict[str, Any]) -> None:
    status = 1
    try:
        child(order)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())
    finally:
        # Tasks in threads may have left others' streams in the place of these.
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            if stream is not None:
                stream.flush()
        os._exit(status)


def _preload() -> None:
    sys.argv[0] = "doit"  # doit calls itself by this name
    import allium

    own = (one.name for one in pkgutil.walk_packages(allium.__path__, "allium."))
    for name in (*LIBRARIES, *own):
        if not name.endswith("__main__"):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    _compile_templates()
    _read_stages()


def _read_stages() -> None:
    """Have children know what the repository's stages are made of, a quarter of a small build."""
    from allium.build import stages
    from allium.settings import Settings

    stages.compositions(REPOSITORY, REPOSITORY, Settings())


def _compile_templates() -> None:
    """Have children find the repository's templates compiled, which is most of a small build.

    What a template is compiled to depends on its text, its name and its file only.
    """
    from jinja2 import Environment

    from allium.render.environment import environment
    from allium.render.site_info import Site

    compile_, known = Environment.compile, {}

    def compiled(self: Environment, *named: Any) -> Any:
        if named not in known:
            known[named] = compile_(self, *named)
        return known[named]

    Environment.compile = compiled  # type: ignore[assignment,method-assign]
    templates = environment("templates", Site(site_title=""))
    for name in templates.list_templates(["html"]):
        templates.get_template(name)


def _child(order: dict[str, Any]) -> None:
    signal.alarm(SECONDS)
    os.environ.clear()
    os.environ.update(order["environment"])
    enter(order)
    if Path(order["cwd"]) != REPOSITORY and Path("allium").is_dir():
        forget_code()
    if order["program"] == "allium":
        from allium.__main__ import main

        sys.exit(main(order["arguments"]))
    from doit.doit_cmd import DoitMain

    sys.exit(DoitMain().run(order["arguments"]))


if __name__ == "__main__":
    serve(_child)
