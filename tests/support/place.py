"""A small site whose source, output and cache may lie in different places."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support import forkserver
from tests.support.network import Document, dumps, network, relay
from tests.support.project import REPOSITORY, Project, ran, tree
from tests.support.whole import halves

COMMAND = (sys.executable, "-m", "doit")


@dataclass
class Place:
    """A site in `out` with its memory in `cache`, built from documents that lie in `source`."""

    source: Path
    out: Path
    cache: Path

    def given(self, details: Document) -> None:
        self.source.mkdir(exist_ok=True)
        (self.source / "details.json").write_bytes(dumps(details))

    @property
    def arguments(self) -> list[str]:
        return [f"source={self.source}", f"out={self.out}", f"cache={self.cache}"]

    def build(
        self,
        workers: int = 0,
        command: tuple[str, ...] = COMMAND,
        *options: str,
        **environment: str,
    ) -> tuple[int, str]:
        """Build; return the exit status and all that a user reads."""
        arguments = ["run", "-n", str(workers), *options, *self.arguments]
        if command == COMMAND and not environment:
            done = forkserver.doit(REPOSITORY, arguments, Project.environment())
            return done.returncode, done.stdout + done.stderr
        done = subprocess.run(
            [*command, *arguments],
            cwd=REPOSITORY,
            env=Project.environment() | environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def begin(self, workers: int = 0, *options: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*COMMAND, "run", "-n", str(workers), *options, *self.arguments],
            cwd=REPOSITORY,
            env=Project.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def tree(self) -> dict[str, bytes]:
        return tree(self.out)

    def suffers(self, fault: Callable[[], tuple[int, str]], *words: str, fine: bool) -> None:
        """Build under a fault, which must be told in one of these words and leave whole pages.

        Only with `fine` the build may also have got round it.
        """
        before = self.tree()
        status, told = fault()
        assert "Traceback" not in told, told
        assert halves(self.tree(), before) == []
        assert not list(self.cache.glob("*.damaged-*")), "a good memory was set aside"
        refused = told.startswith(
            ("allium: cache=", "allium: out=")
        )  # the folder of a setting cannot be used at all
        assert status in ({78} if refused else {0, 1} if fine else {1}), (status, told)
        assert status == 0 or any(word in told for word in words), (status, told)

    def is_repaired(self, scratch: Path) -> None:
        """Build once more, which must give what a build from nothing gives, and no more work."""
        assert self.build()[0] == 0
        clean = Place(self.source, scratch / "clean-www", scratch / "clean-cache")
        assert clean.build()[0] == 0
        assert self.tree() == clean.tree()
        again = self.ran(scratch / "report.json")
        assert again == [], self.why(again)

    def ran(self, report: Path) -> list[str]:
        """Build once more; return the tasks that ran."""
        status, told = self.build(0, COMMAND, "-r", "json", "-o", str(report))
        assert status == 0, told
        return ran(report)

    def why(self, tasks: list[str]) -> str:
        """Return why these tasks ran when they last did."""
        asked = ["why", *tasks, *self.arguments]
        return forkserver.doit(REPOSITORY, asked, Project.environment()).stdout


def later(count: int = 40) -> Document:
    """Return a network that gives every page of `network(12)` other words, and more pages."""
    return network(count, *(relay(number, nickname=f"later{number}") for number in range(12)))
