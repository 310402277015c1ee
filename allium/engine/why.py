"""`doit why TASK...`: why a task would run now, or why it ran when it last did.

What a task depended on is in the build's memory, as digests. The values behind the digests are
looked up: the contents that an input had before are kept beside it when it is rewritten, and the
parts that a stage was made of are kept by the stage's digest.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import PurePath
from typing import Any, Final

import msgspec
from doit.cmd_base import DoitCmdBase
from doit.task import Task
from msgspec import Struct

from allium.engine import streams
from allium.engine.reasons import WHY, Reason, differences, otherwise, reasons
from allium.engine.state import Row, StateDB
from allium.store import StoreError, codec, file_entry, files

USAGE: Final = 3
SHOWN: Final = 20
"""The most lines that are printed for one task or group."""
AS_JSON: Final = "--json"
HIDDEN: Final = "digest:"
"""Parts whose value begins so are digests: the value is of no use to a reader."""
WORDS: Final = {
    "first": "no earlier run is recorded",
    "asked": "it was requested by name or with -a; nothing had changed",
    "condition": "its check `{what}` says that it is not up to date",
    "missing": "{what} is missing",
    "altered": "{what} was changed by something other than the build",
    "added": "it now depends on {what}",
    "dropped": "it no longer depends on {what}",
}
_JSON = {
    "name": "json",
    "short": "",
    "long": "json",
    "type": bool,
    "default": False,
    "help": "one JSON object for each task",
}


class Answer(Struct, frozen=True, kw_only=True):
    """Why one task would run (`now`), or ran at `at` (milliseconds since 1970), in lines.

    `first` are the tasks that would run before it, after which it may have to run as well.
    """

    task: str
    now: bool
    at: int | None
    because: tuple[str, ...]
    first: tuple[str, ...] = ()


class RecordedRun(Struct, frozen=True):
    """Where the earlier contents of an input are, what it is called, and what stages are made of.

    `stages` returns the parts that each digest of a stage stands for.
    """

    before: Callable[[str], str]
    name: Callable[[str], str]
    stages: Callable[[], dict[str, dict[str, str]]]


class Why(DoitCmdBase):  # type: ignore[misc]  # doit ships no types
    """Explains tasks; `known` is where to look, which the task file sets in its `DOIT_CONFIG`."""

    doc_purpose = "explain why a task would run now, or why it last ran"
    doc_usage = "TASK ... [--json]"
    doc_description = "For a group such as render:relay it counts the tasks by what changed."
    cmd_options = (_JSON,)
    _known: RecordedRun | None = None
    _tasks: dict[str, Task]
    _runs: dict[str, bool]

    def _execute(self, pos_args: list[str], json: bool, known: RecordedRun | None) -> int:  # noqa: FBT001  doit passes options by name
        streams.end_with_the_reader()
        self._known = known
        tasks = self._tasks = {task.name: task for task in self.task_list}
        self._runs = {}
        names = [name for name in pos_args if name != AS_JSON]
        json = json or AS_JSON in pos_args  # doit looks for options before the tasks only
        unknown_names = [name for name in names if name not in tasks]
        for name in unknown_names:
            sys.stderr.write(f"there is no task {name}\n")
        if not names:
            sys.stderr.write(f"usage: doit why {self.doc_usage}\n")
        if unknown_names or not names or not isinstance(self.dep_manager.backend, StateDB):
            return USAGE
        for name in names:
            task = tasks[name]
            members = [tasks[one] for one in task.task_dep] if task.has_subtask else []
            for line in self._group(task, members, json) if members else self._one(task, json):
                self.outstream.write(f"{line}\n")
        return 0

    def _one(self, task: Task, json: bool) -> Iterator[str]:  # noqa: FBT001  as above
        answer = self._answer(task)
        if json:
            yield msgspec.json.encode(answer).decode()
            return
        yield _headline(answer)
        yield from (f"  {line}" for line in answer.because[:SHOWN])
        if len(answer.because) > SHOWN:
            yield f"  and {len(answer.because) - SHOWN} more"
        yield from _runs_first(answer.first)

    def _group(self, group: Task, members: list[Task], json: bool) -> Iterator[str]:  # noqa: FBT001  as above
        """Sum up the members that would run now; if none would, those of the latest build."""
        answers = [self._answer(task) for task in members]
        now = [answer for answer in answers if answer.now]
        latest = max((answer.at or 0 for answer in answers), default=0)
        shown = now or [answer for answer in answers if answer.at == latest and latest]
        if json:
            yield from (msgspec.json.encode(answer).decode() for answer in shown)
            return
        verb = "would run now" if now else f"ran in the build of {_when(latest)}"
        yield f"{group.name}: {len(shown)} of {len(members)} {verb}"
        yield from _runs_first(sorted({name for answer in answers for name in answer.first}))
        counts = Counter(
            cause
            for answer in shown
            for cause in dict.fromkeys(map(_without_values, answer.because))
        )
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        yield from (f"  {count:6} {cause}" for cause, count in ordered[:SHOWN])

    def _answer(self, task: Task) -> Answer:
        row = self.dep_manager.backend.row(task.name)
        if self._would_run(task):
            causes = reasons(task, row) or [otherwise(task)]
            because = tuple(self._lines(task, causes, row, now=True))
            return Answer(task=task.name, now=True, at=None, because=because)
        at, past_causes = msgspec.convert(
            row.get(WHY) or (None, []), tuple[int | None, list[Reason]]
        )
        because = tuple(self._lines(task, past_causes, row, now=False))
        first = tuple(sorted(self._ahead(task)))
        return Answer(task=task.name, now=False, at=at, because=because, first=first)

    def _would_run(self, task: Task) -> bool:
        """Tell whether a task would run; many others may ask."""
        if task.name not in self._runs:
            status = self.dep_manager.get_status(task, self._tasks).status
            self._runs[task.name] = status != "up-to-date"
        return self._runs[task.name]

    def _ahead(self, task: Task) -> Iterator[str]:
        """Yield the tasks before one that would run; groups only say in which order."""
        makers = self._makers
        seen, waiting = {task.name}, [task]
        while waiting:
            current = waiting.pop()
            input_makers = (makers[file] for file in current.file_dep if file in makers)
            for name in {*current.task_dep, *input_makers} - seen:
                seen.add(name)
                if not self._tasks[name].has_subtask:
                    waiting.append(self._tasks[name])
                    if self._would_run(self._tasks[name]):
                        yield name

    @cached_property
    def _makers(self) -> dict[str, str]:
        """The task behind each target."""
        return {target: task.name for task in self._tasks.values() for target in task.targets}

    def _lines(self, task: Task, causes: list[Reason], row: Row, *, now: bool) -> Iterator[str]:
        for reason in causes:
            if reason.cause == "stage":
                yield from self._stage(reason)
            elif reason.cause == "changed":
                state = file_entry.known(row.get(reason.what))
                last = "" if state is None else state.digest
                yield from self._fields(task, reason, reason.after if now else last)
            else:
                yield WORDS[reason.cause].format(what=reason.what)

    def _stage(self, reason: Reason) -> Iterator[str]:
        """Yield the parts of a stage that changed."""
        stages = self._known.stages() if self._known else {}
        before, after = stages.get(reason.before), stages.get(reason.after)
        if before is None or after is None:
            yield "the code, the templates or the settings changed (no record of the earlier ones)"
            return
        for name in sorted(before.keys() | after.keys()):
            old, new = before.get(name), after.get(name)
            if old != new:
                hidden = (old or new or "").startswith(HIDDEN)
                values = "" if hidden else f": {old or 'nothing'} -> {new or 'nothing'}"
                yield f"{name} changed{values}"

    def _fields(self, task: Task, reason: Reason, digest: str) -> Iterator[str]:
        """Yield the fields of an input that changed, when both of its contents are still there.

        An input that is not named like the task, as one of many relays of an operator, is named.
        """
        stem = PurePath(reason.what).stem
        whose = "" if stem in task.name else f" ({stem})"
        name = self._known.name(reason.what) if self._known else reason.what
        old = (
            self._contents(self._known.before(reason.what), reason.before) if self._known else None
        )
        new = self._contents(reason.what, digest)
        if old is None or new is None:
            yield f"{name} changed (its earlier contents are not kept){whose}"
            return
        for difference in differences(old[0], new[0]):
            values = f"{difference.before} -> {difference.after}"
            yield f"{name} changed: {difference.field} {values}{whose}"

    @staticmethod
    def _contents(path: str, expected: str) -> tuple[Any] | None:
        """Return the JSON value of a file, if it has the expected digest."""
        try:
            contents = files.read(path)
            same = sha256(contents).hexdigest() == expected
            return (codec.decode(contents, object, path),) if same else None
        except (OSError, StoreError):
            return None


def _headline(answer: Answer) -> str:
    if answer.now:
        return f"{answer.task} would run now:"
    if answer.at is None:
        return f"{answer.task} is up to date; there is no record of why it last ran"
    return f"{answer.task} is up to date; it last ran at {_when(answer.at)}:"


def _runs_first(first: Sequence[str]) -> Iterator[str]:
    if first:
        yield f"  {', '.join(first)} would run first, and may then cause it to run"


def _when(at: int) -> str:
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _without_values(line: str) -> str:
    """Return a cause without what it changed from and to."""
    name, colon, change = line.partition(" changed: ")
    return f"{name}{colon}{change.split(' ')[0]}" if colon else line
