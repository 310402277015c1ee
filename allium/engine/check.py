"""`doit check`: whether the output folder is, byte for byte, what its record says.

A build looks at sizes and times. This command reads every file, and so finds what somebody changed
without a trace.
"""

import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final

from doit.cmd_base import DoitCmdBase
from doit.task import Task
from msgspec import Struct

from allium import printable
from allium.engine import pipes
from allium.store import site

NOTHING_TO_CHECK: Final = 3
_REPAIR = {
    "name": "repair",
    "short": "",
    "long": "repair",
    "type": bool,
    "default": False,
    "help": "have the next build make the files again that are missing or altered",
}


class Finding(Struct, frozen=True):
    """A file that is not as it should be: `missing`, `altered` or `foreign`."""

    what: str
    path: str


class Check(DoitCmdBase):  # type: ignore[misc]  # doit ships no types
    """Compares the site with its record; `site` is the folder, which the task file sets."""

    doc_purpose = "verify every file of the site against its record"
    doc_usage = "[--repair]"
    doc_description = "Exit status 1 when a file is missing, altered or foreign."
    cmd_options = (_REPAIR,)
    site: ClassVar[str] = ""

    def _execute(self, repair: bool) -> int:  # noqa: FBT001  doit passes options by name
        if not repair:
            pipes.end_with_the_reader()
        record = site.load(self.site)
        if not record.files:
            sys.stderr.write(f"{self.site} has no record of a build: nothing to check\n")
            return NOTHING_TO_CHECK
        findings = sorted(compared(self.site, record), key=lambda one: (one.what, one.path))
        for finding in findings:
            self.outstream.write(f"{finding.what:8} {printable.line(finding.path)}\n")
        count = len(findings)
        self.outstream.write(
            f"recorded files: {len(record.files)}, not as they should be: {count}\n"
        )
        if repair:
            self._repair({f"{self.site}/{one.path}" for one in findings})
        return 1 if findings else 0

    def _repair(self, paths: set[str]) -> None:
        """Forget that the tasks which make these files ever ran."""
        for task in _makers(self.task_list, paths):
            self.dep_manager.remove(task.name)
            self.outstream.write(f"to be run  {task.name}\n")
        self.dep_manager.close()


def compared(folder: str, record: site.Record) -> Iterator[Finding]:
    """Yield what differs between a folder and the record of its files."""
    for path, file in record.files.items():
        try:
            contents = Path(folder, path).read_bytes()
        except OSError:
            yield Finding("missing", path)
            continue
        if len(contents) != file.size or sha256(contents).hexdigest() != file.sha256:
            yield Finding("altered", path)
    for path in _files(folder):
        if path not in record.files and path != site.NAME:
            yield Finding("foreign", path)


def _files(folder: str) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        for name in names:
            yield str(Path(parent, name).relative_to(folder))


def _makers(tasks: list[Any], paths: set[str]) -> Iterator[Task]:
    return (task for task in tasks if paths.intersection(task.targets))
