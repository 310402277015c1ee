"""`doit check`: whether the output folder is, byte for byte, what the tasks wrote into it.

A build looks at sizes and times. This command reads every file, and so finds what was changed
without a trace. What a file should be is what the task that wrote it recorded. Only without the
build's database is the site's own record, `manifest.json`, believed.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from doit.cmd_base import DoitCmdBase
from doit.task import Task
from msgspec import Struct

from allium import printable
from allium.engine import streams
from allium.engine.build_lock import in_turn
from allium.engine.uptodate import written
from allium.store import site_record

NOTHING_TO_CHECK: Final = 3
_REPAIR = {
    "name": "repair",
    "short": "",
    "long": "repair",
    "type": bool,
    "default": False,
    "help": "make the next build write missing and altered files again",
}


class CheckFinding(Struct, frozen=True):
    """A file that is not as it should be: `missing`, `altered` or `foreign`."""

    what: str
    path: str


class Check(DoitCmdBase):  # type: ignore[misc]  # doit ships no types
    """Compares the site with what was built; `out` is its folder, from the `DOIT_CONFIG`."""

    doc_purpose = "compare every file of the site with what was built"
    doc_usage = "[--repair]"
    doc_description = "Exit status 1 when a file is missing, altered or foreign."
    cmd_options = (_REPAIR,)
    _out = ""

    def _execute(self, repair: bool, out: str) -> int:  # noqa: FBT001  doit passes options by name
        self._out = out
        if not repair:
            streams.end_with_the_reader()
        expected = self._expected()
        if not expected:
            sys.stderr.write(
                f"{self._out} holds no site that a build recorded: there is nothing to check\n"
            )
            return NOTHING_TO_CHECK
        findings = sorted(
            compared(self._out, expected), key=lambda finding: (finding.what, finding.path)
        )
        for finding in findings:
            self.outstream.write(f"{finding.what:8} {printable.line(finding.path)}\n")
        count, recorded = len(findings), len(expected.keys() - {site_record.NAME})
        self.outstream.write(f"{recorded} files recorded, {count} missing, altered or foreign\n")
        if repair:
            self._repair({f"{self._out}/{finding.path}" for finding in findings})
        return 1 if findings else 0

    def _expected(self) -> dict[str, str]:
        """Return the SHA-256 of every file by its path; it is empty where no file can be right."""
        recorded = {name: entry.sha256 for name, entry in site_record.load(self._out).files.items()}
        written_files = {
            path.removeprefix(f"{self._out}/"): entry.digest
            for task in self.task_list
            for path, entry in written(task.targets, self.dep_manager.get_values(task.name))
            if path.startswith(f"{self._out}/")
        }
        expected = recorded | written_files
        if any(
            recorded.get(name) != digest
            for name, digest in written_files.items()
            if name != site_record.NAME
        ):
            expected[site_record.NAME] = ""
        return expected

    def _repair(self, paths: set[str]) -> None:
        """Forget that the tasks which make these files ever ran."""
        with in_turn(Path(self.dep_manager.name).parent):
            for task in _makers(self.task_list, paths):
                self.dep_manager.remove(task.name)
                self.outstream.write(f"will run {task.name}\n")
            self.dep_manager.close()


def compared(folder: str, expected: Mapping[str, str]) -> Iterator[CheckFinding]:
    """Yield what differs between a folder and the files that it should have, by their SHA-256."""
    for path, digest in expected.items():
        try:
            contents = Path(folder, path).read_bytes()
        except OSError:
            yield CheckFinding("missing", path)
            continue
        if sha256(contents).hexdigest() != digest:
            yield CheckFinding("altered", path)
    for path in _files(folder):
        if path not in expected and path != site_record.NAME:
            yield CheckFinding("foreign", path)


def _files(folder: str) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent, name).relative_to(folder).as_posix()


def _makers(tasks: list[Any], paths: set[str]) -> Iterator[Task]:
    return (task for task in tasks if paths.intersection(task.targets))
