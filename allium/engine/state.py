"""The memory of the build: what each task depended on when it last succeeded, in SQLite.

doit's own backends write at exit only, so that a killed build forgets everything. This one is read
whole when it is opened and written behind: in transactions, at most half a second after a task.
"""

import sqlite3
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

SCHEMA: Final = 1
FLUSH_SECONDS: Final = 0.5
_CREATE: Final = "create table task (name text primary key, row blob not null) without rowid"

Row = dict[str, Any]


class StateDB:
    """A doit dependency backend; a database that cannot be read is set aside, never trusted."""

    desc = "SQLite, written within half a second; survives a killed build"

    def __init__(self, name: str, codec: object, *, module_name: str | None = None) -> None:  # noqa: ARG002  doit's protocol
        self.name = name
        self._packed: dict[str, bytes] = _read(Path(name))
        self._rows: dict[str, Row] = {}
        self._changed: set[str] = set()
        self._flushed = time.monotonic()

    def row(self, task: str) -> Row:
        """Return everything that is known of a task; an empty row when nothing is."""
        row = self._rows.get(task)
        if row is None:
            row = self._rows[task] = _unpacked(self._packed.get(task))
        return row

    def get(self, task: str, dependency: str) -> Any:  # noqa: ANN401  doit's protocol
        """Return one value of a task, `None` when there is none."""
        return self.row(task).get(dependency)

    def set(self, task: str, dependency: str, value: object) -> None:
        """Remember one value of a task."""
        if task not in self._changed:
            self.flush_when_due()
            self._changed.add(task)
        self.row(task)[dependency] = value

    def in_(self, task: str) -> bool:
        """Tell whether anything is known of a task."""
        return bool(self.row(task))

    def remove(self, task: str) -> None:
        """Forget a task."""
        if self.row(task):
            self._rows[task] = {}
            self._changed.add(task)

    def remove_all(self) -> None:
        """Forget all tasks."""
        for task in list(self._packed.keys() | self._rows.keys()):
            self.remove(task)

    def retain(self, tasks: Collection[str]) -> None:
        """Forget every task but these."""
        for task in list(self._packed.keys() - tasks):
            self.remove(task)

    def flush_when_due(self) -> None:
        """Write what changed, unless that was done within the last half second."""
        if time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.dump()

    def dump(self) -> None:
        """Write what changed; when nothing did, the database is not even opened."""
        self._flushed = time.monotonic()
        if not self._changed:
            return
        with _transaction(Path(self.name)) as connection:
            connection.executemany(
                "insert or replace into task values (?, ?)",
                [(name, msgspec.json.encode(row)) for name, row in self._kept()],
            )
            connection.executemany(
                "delete from task where name = ?",
                [(name,) for name in self._changed if not self._rows[name]],
            )
        self._changed.clear()

    def _kept(self) -> Iterator[tuple[str, Row]]:
        return ((name, self._rows[name]) for name in self._changed if self._rows[name])


def _read(path: Path) -> dict[str, bytes]:
    """Return all rows; a damaged or older database is moved away and told about."""
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(path)) as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version == SCHEMA:
                return dict(connection.execute("select name, row from task"))
            problem = f"has schema {version}, not {SCHEMA}"
    except sqlite3.DatabaseError as error:
        problem = str(error)
    aside = _set_aside(path)
    sys.stderr.write(f"warning: {path}: {problem}; kept as {aside.name}, everything is checked\n")
    return {}


def _set_aside(path: Path) -> Path:
    """Rename a database and what belongs to it, without overwriting an earlier one."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def _unpacked(packed: bytes | None) -> Row:
    if packed is None:
        return {}
    try:
        row: Row = msgspec.json.decode(packed, type=dict)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return row


@contextmanager
def _transaction(path: Path) -> Iterator[sqlite3.Connection]:
    fresh = not path.exists()
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        if fresh:
            connection.execute("pragma journal_mode = wal")
            connection.execute(_CREATE)
            connection.execute(f"pragma user_version = {SCHEMA}")
        connection.execute("pragma synchronous = normal")
        with connection:
            yield connection
