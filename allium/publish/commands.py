"""`doit rollback`: show readers an earlier generation, and hold it."""

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from doit.cmd_base import DoitCmdBase
from msgspec import Struct

from allium import printable
from allium.publish import PublishError, generation_reading, needs
from allium.publish.generations import Generations

SERIOUS: Final = "wrong"


class DoctorFinding(Struct, frozen=True):
    """What was looked at, how it is (`fine`, `look` or `wrong`), and in words."""

    what: str
    state: str
    words: str


class Doctor(DoitCmdBase):  # type: ignore[misc]  # doit ships no types
    """Prints what `checks` finds; the task file sets them in its `DOIT_CONFIG`."""

    doc_purpose = "check versions, disk, permissions, sources, age of the data, and the last build"
    doc_usage = ""
    doc_description = "Exit status 1 when something is wrong."
    cmd_options = ()

    def _execute(self, checks: Iterable[DoctorFinding]) -> int:
        findings = list(checks)
        for finding in findings:
            self.outstream.write(
                f"{finding.state:6} {finding.what:12} {printable.line(finding.words)}\n"
            )
        return int(any(finding.state == SERIOUS for finding in findings))


NOTHING: Final = 3
_TO = {
    "name": "to",
    "short": "",
    "long": "to",
    "type": int,
    "default": 0,
    "help": "the number of the generation [default: the one before the current one]",
}


def _warn(words: str) -> None:
    sys.stderr.write(f"warning: {printable.line(words)}\n")


class Rollback(DoitCmdBase):  # type: ignore[misc]  # doit ships no types
    """Turns back; `publish` is the folder of the generations, from the `DOIT_CONFIG`.

    `alone` has a publication end first: it may be making the very generation into another one.
    """

    doc_purpose = "publish an earlier generation again, and keep it published"
    doc_usage = "[--to NUMBER]"
    doc_description = "`doit publish --force` ends it. Exit status 3: there is no such generation."
    cmd_options = (_TO,)

    def _execute(
        self,
        to: int,
        publish: str | None,
        alone: Callable[[Path], AbstractContextManager[None]],
    ) -> int:
        if publish is None or not Path(publish).is_dir():
            sys.stderr.write("nothing was published: set publish=DIR\n")
            return NOTHING
        try:
            needs.check()
            with alone(Path(publish)):
                generations = Generations(publish, _warn)
                number = generations.roll_back(to or None)
                generation_reading.load(
                    generations
                )  # names what is damaged, now that readers see it
        except PublishError as error:
            sys.stderr.write(f"{error}\n")
            return NOTHING
        until = "until `doit publish --force` publishes a new one"
        self.outstream.write(f"readers now see generation {number}, {until}\n")
        return 0
