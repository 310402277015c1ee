"""`doit doctor`: whether everything that a build needs is there, one line each."""

from collections.abc import Iterable
from typing import Final

from doit.cmd_base import DoitCmdBase
from msgspec import Struct

from allium import printable

SERIOUS: Final = "wrong"


class DoctorFinding(Struct, frozen=True):
    """What was looked at, how it is (`fine`, `look` or `wrong`), and in words."""

    what: str
    state: str
    words: str


class Doctor(DoitCmdBase):  # type: ignore[misc]  # doit ships no types
    """Prints what `checks` finds; the task file sets them in its `DOIT_CONFIG`."""

    doc_purpose = "look at versions, disk, permissions, sources, age of data, last build"
    doc_usage = ""
    doc_description = "Exit status 1 when something is wrong."
    cmd_options = ()

    def _execute(self, checks: Iterable[DoctorFinding]) -> int:
        found = list(checks)
        for one in found:
            self.outstream.write(f"{one.state:6} {one.what:12} {printable.line(one.words)}\n")
        return int(any(one.state == SERIOUS for one in found))
