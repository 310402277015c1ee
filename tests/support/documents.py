"""What the documents name: tests, paths, and the walks of ARCHITECTURE.md."""

import re
from dataclasses import dataclass

from tests.support.project import REPOSITORY

DOCUMENTS = sorted(
    path
    for path in (*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md"))
    if path.name != "CHANGELOG.md"  # it tells of what was, too
)
STEP = re.compile(r"^( *)- (?:(file) )?`([^`]+)`")


@dataclass
class Step:
    """One line of a walk: a function, a class or a template, or a file that a task hands on.

    `caller` is the step that it is indented below; a file, and what reads it, have none.
    """

    name: str
    is_file: bool
    caller: "Step | None"

    @property
    def module(self) -> str:
        return self.name.partition(":")[0]

    @property
    def symbol(self) -> str:
        """The last name of what the step names; of a template its whole name."""
        return self.name.rpartition(":")[2].rpartition(".")[2] if ":" in self.name else self.name

    @property
    def source(self) -> str:
        """The text of the module or template."""
        if ":" not in self.name:
            return (REPOSITORY / "templates" / self.name).read_text()
        path = REPOSITORY / self.module.replace(".", "/")
        folder = path / "__init__.py"
        return (folder if folder.exists() else path.with_suffix(".py")).read_text()


def walks() -> dict[str, list[Step]]:
    """Return the steps of each walk of ARCHITECTURE.md by its title."""
    text = (REPOSITORY / "ARCHITECTURE.md").read_text()
    parts = re.findall(r"^### Walk: (.+?)\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    return {title: _steps(body) for title, body in parts}


def _steps(body: str) -> list[Step]:
    found: list[Step] = []
    above: dict[int, Step] = {}
    for line in body.splitlines():
        match = STEP.match(line)
        if match is None:
            continue
        indent, file, name = match.groups()
        depth = len(indent)
        step = Step(name, bool(file), above.get(depth - 2))
        above = {at: one for at, one in above.items() if at < depth} | {depth: step}
        found.append(step)
    return found
