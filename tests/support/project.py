"""A real build in a temporary folder, by the real command."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allium.store import site_plan
from allium.store.site_plan import Page
from tests.support import forkserver
from tests.support.forkserver import REPOSITORY
from tests.support.network import Document, dumps


@dataclass
class Build:
    """What one build did: its exit status, its words, and the names of the tasks that ran."""

    status: int
    stdout: str
    stderr: str
    ran: list[str] = field(default_factory=list)

    def ran_of(self, prefix: str) -> list[str]:
        return [name for name in self.ran if name.startswith(prefix)]


@dataclass
class Project:
    """A source folder, a cache and a site below `folder`; the code is that of `code`.

    With an `origin` the documents come from there and not from the source folder.
    """

    folder: Path
    code: Path = REPOSITORY
    origin: str | None = None

    @property
    def source(self) -> Path:
        return self.folder / "source"

    @property
    def site(self) -> Path:
        return self.folder / "www"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def _variables(self) -> list[str]:
        return [f"source={self.origin or self.source}", f"out={self.site}", f"cache={self.cache}"]

    def given(self, details: Document | bytes, **others: Document | bytes) -> None:
        """Put documents into the source folder; `latest`, `uptime`, `bandwidth` are optional."""
        self.source.mkdir(parents=True, exist_ok=True)
        for name, document in {"details": details, **others}.items():
            body = document if isinstance(document, bytes) else dumps(document)
            (self.source / f"{name}.json").write_bytes(body)

    def doit(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run(*arguments, *self._variables, **environment)

    def front_door(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._python("allium", "--source", str(self.source), *arguments)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run doit, in a process of its own where the environment is to be another one."""
        if environment:
            return self._python("doit", *arguments, **environment)
        return forkserver.doit(self.code, arguments, self.environment())

    @staticmethod
    def environment() -> dict[str, str]:
        """Return this process's environment without what chooses settings.

        But for votes, which a test asks for: `votes=true`.
        """
        found = {name: text for name, text in os.environ.items() if not name.startswith("ALLIUM_")}
        return found | {"ALLIUM_VOTES": "false"}

    def _python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.code,
            env=self.environment() | environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a build, to be stopped."""
        return subprocess.Popen(
            [sys.executable, "-m", "doit", *arguments, *self._variables],
            cwd=self.code,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def build(self, *arguments: str, workers: int = 0, **environment: str) -> Build:
        """Build, and say which tasks ran."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        done = self.doit(
            "run", "-n", str(workers), "-r", "json", "-o", str(report), *arguments, **environment
        )
        tasks = _tasks(report)
        return Build(done.returncode, done.stdout, _told(tasks) + done.stderr, _ran(tasks))

    def pages(self) -> tuple[Page, ...]:
        """Return the pages that the last build planned."""
        return site_plan.load(f"{self.cache}/manifest.json").pages

    def tree(self) -> dict[str, bytes]:
        """Return every file of the site with its bytes."""
        return tree(self.site)

    def clean(self) -> dict[str, bytes]:
        """Return the site that a build from nothing gives for the present source."""
        fresh = Project(self.folder / "clean", self.code)
        fresh.folder.mkdir()
        (fresh.folder / "source").symlink_to(self.source)
        built = fresh.build()
        assert built.status == 0, built.stderr
        files = fresh.tree()
        subprocess.run(["rm", "-rf", str(fresh.folder)], check=True)
        return files


def copied(code: Path) -> Path:
    """Return a copy of everything that a build is made of."""
    shutil.copytree(REPOSITORY / "allium", code / "allium")
    shutil.copytree(REPOSITORY / "templates", code / "templates")
    for name in ("dodo.py", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, code)
    return code


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ran(report: Path) -> list[str]:
    """Return the tasks that ran, from what doit's JSON reporter wrote."""
    return _ran(_tasks(report))


def _tasks(report: Path) -> list[dict[str, Any]]:
    """Return what doit's JSON reporter says of each task."""
    if not report.exists() or not report.read_text():
        return []
    tasks: list[dict[str, Any]] = json.loads(report.read_text().splitlines()[-1])["tasks"]
    return tasks


def _told(tasks: list[dict[str, Any]]) -> str:
    """Return what the tasks complained of; one that never ran said nothing."""
    return "".join(task["err"] or "" for task in tasks)


def _ran(tasks: list[dict[str, Any]]) -> list[str]:
    """Return the tasks that ran; a group, whose name begins those of its tasks, does nothing."""
    names = [task["name"] for task in tasks if task["result"] in {"success", "fail"}]
    groups = re.compile(r"fetch|precompute|static|render(:[^:]+)?")
    return [name for name in names if not groups.fullmatch(name)]
