"""Small task files, run by doit with the engine of allium or with its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import forkserver
from tests.support.project import REPOSITORY

MANY = """
import os, sys, time
def work(name, *, fail=False):
    with open(name, "w") as file:
        file.write(name)
    if fail:
        raise ValueError(f"{name} went wrong")
    return {"pid": os.getpid(), "name": name}
def task_first():
    return {"actions": [(work, ["first"])], "targets": ["first"]}
"""
PLAIN = (
    MANY
    + """
def task_many():
    for n in range(300):
        yield {"name": str(n), "actions": [(work, [f"out{n}"])], "file_dep": ["first"],
               "targets": [f"out{n}"]}
def task_last():
    return {"actions": [(work, ["last"])], "task_dep": ["many"], "targets": ["last"]}
"""
)
FAILING = PLAIN.replace('[f"out{n}"])', '[f"out{n}"], {"fail": n in (7, 250)})', 1)
PLUGINS = """
[tool.doit]
dep_file = "state.db"
backend = "state"
[tool.doit.plugins.command]
run = "allium.engine.run:Run"
[tool.doit.plugins.backend]
state = "allium.engine.state:StateDB"
"""
NOT_MADE = ("dodo.py", "pyproject.toml", "report.json", "state.db", ".doit.db", "lock", "pid")
"""What the names of files begin with that no task makes, or that no two builds make equal."""


class Builds:
    """One task file in a folder of its own, run by doit with or without the fork runner."""

    def __init__(self, folder: Path, text: str, *, plugins: bool) -> None:
        folder.mkdir()
        self.folder = folder
        self.plugins = plugins
        (folder / "dodo.py").write_text(text)
        if plugins:
            (folder / "pyproject.toml").write_text(PLUGINS)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "doit", *arguments],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def say(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command; return its status and what it said on both streams."""
        done = forkserver.doit(self.folder, arguments, os.environ)
        return done.returncode, done.stdout, done.stderr

    def run(self, *arguments: str) -> dict[str, Any]:
        """Run tasks; return status, results by task, the files that were made, and all words."""
        status, out, err = self.say("run", "-r", "json", "-o", "report.json", *arguments)
        written = self.folder / "report.json"
        assert written.exists(), f"ended with {status} and without a report: {out}{err}"
        report = written.read_text()
        tasks = json.loads(report)["tasks"] if report else []
        return {
            "status": status,
            "results": {task["name"]: task["result"] for task in tasks},
            "files": self.made(),
            "text": out + err + report,
        }

    def made(self) -> dict[str, str]:
        """Return the files that tasks made, with what they hold."""
        return {
            path.name: path.read_text()
            for path in sorted(self.folder.iterdir())
            if path.is_file() and not path.name.startswith(NOT_MADE)
        }
