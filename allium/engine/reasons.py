"""Why a task has to run: what differs between the build's memory of it and what is there now."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Final, Literal, TypeAlias

from doit.task import Task
from msgspec import Struct

from allium.engine.state import Row
from allium.engine.uptodate import STAGE, StageUnchanged, TargetsUnchanged, look_same, renewed
from allium.store import codec, file_entry, stat_cache

LONGEST = 80


class Difference(Struct, frozen=True):
    """A field by its path (`bandwidth.observed`, `rows.3`), and its two values as text."""

    field: str
    before: str
    after: str


def differences(before: Any, after: Any, field: str = "") -> Iterator[Difference]:  # noqa: ANN401  any JSON
    """Yield each field whose values differ, in the order of the fields."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from differences(before.get(name), after.get(name), _below(field, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from differences(*pair, _below(field, str(index)))
    elif before != after:
        yield Difference(field, short_text(before), short_text(after))


def _below(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def short_text(value: Any) -> str:  # noqa: ANN401  any JSON
    """Return a value as text of at most `LONGEST` characters."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = value if isinstance(value, str) else codec.encode(value).decode().rstrip("\n")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


Cause: TypeAlias = Literal[
    "first", "asked", "stage", "condition", "missing", "altered", "added", "dropped", "changed"
]
WHY: Final = "why:"
"""The key of a task's row under which its last run is explained."""


class Reason(Struct, frozen=True, array_like=True):
    """One cause of a run; `what` is a file or a condition, the others are digests where known."""

    cause: Cause
    what: str = ""
    before: str = ""
    after: str = ""


def reasons(task: Task, row: Row) -> list[Reason]:
    """Return why a task has to run now, as far as its row, its code and its files tell."""
    if not row:
        return [Reason("first")]
    values = row.get("_values_:") or {}
    return [*_conditions(task, values), *_targets(task, values), *_inputs(task, row)]


def _conditions(task: Task, values: dict[str, Any]) -> Iterator[Reason]:
    for condition, *_ in task.uptodate:
        if isinstance(condition, StageUnchanged) and values.get(STAGE) != condition.digest:
            yield Reason("stage", "", str(values.get(STAGE, "")), condition.digest)


def _targets(task: Task, values: dict[str, Any]) -> Iterator[Reason]:
    """Yield the targets that are gone, or not what the task wrote."""
    watched = any(isinstance(condition, TargetsUnchanged) for condition, *_ in task.uptodate)
    if watched and look_same(task.targets, values):
        return
    entries = renewed(task.targets, values) if watched else []
    for path, entry in zip_longest(task.targets, entries):
        if stat_cache.look(path) is None:
            yield Reason("missing", path)
        elif watched and entry is None:
            yield Reason("altered", path)


def _inputs(task: Task, row: Row) -> Iterator[Reason]:
    saved = set(row.get("deps:") or ())
    for path in sorted(task.file_dep | saved):
        if path not in saved:
            yield Reason("added", path)
        elif path not in task.file_dep:
            yield Reason("dropped", path)
        elif (reason := _changed(path, row.get(path))) is not None:
            yield reason


def _changed(path: str, state: Any) -> Reason | None:  # noqa: ANN401  what was saved
    before = file_entry.known(state)
    seen = stat_cache.look(path)
    if seen is None:
        return Reason("missing", path)
    if before is not None and before.fits(path):
        return None
    try:
        after = stat_cache.digest(path, seen)
    except OSError:
        return Reason("missing", path)
    old = "" if before is None else before.digest
    return None if after == old else Reason("changed", path, old, after)


def otherwise(task: Task) -> Reason:
    """Return the reason of a task that runs although nothing that is remembered differs."""
    for condition, *_ in task.uptodate:
        if callable(condition) and not isinstance(condition, (StageUnchanged, TargetsUnchanged)):
            return Reason("condition", getattr(condition, "__name__", str(condition)))
    return Reason("asked")
