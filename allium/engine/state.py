"""The build's database: what each task depended on when it last succeeded, in SQLite.

doit's own backends write at exit only, so that a killed build forgets everything. This one is read
whole when it is opened and written behind: in transactions, at most half a second after a task.
"""

import sqlite3
import sys
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

import msgspec
from doit.exceptions import InvalidDodoFile

from allium import printable

SCHEMA: Final = 4
FLUSH_SECONDS: Final = 0.5
_SUM_BYTES: Final = 4
_PASSING: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Errors of the system, such as a full disk: the database itself may be sound.

sqlite.org/rescode.html has the list of result codes."""
_ROOM: Final = 1 << 15
"""SQLite begins the files beside a database with so many bytes."""
# sqlite.org/withoutrowid.html: such a table would have each row of over 1 kB in a page of its own
_CREATE: Final = "create table task (name text primary key, row blob not null)"

Row = dict[str, Any]
_ROW: Final = msgspec.json.Decoder(Row)


class UnusableStateError(InvalidDodoFile):  # type: ignore[misc]  # doit ships no types
    """The system has no room, no permission or no file handle for the build's database.

    doit prints exceptions of this class without a traceback (doit: doit_cmd.py, DoitMain.run).
    """

    def __init__(self, message: str) -> None:
        super().__init__(printable.lines(message))


class StateDB:
    """A doit dependency backend; a damaged database is set aside, never trusted.

    Raises `UnusableError`.
    """

    desc = "SQLite, written within half a second; survives a killed build"

    def __init__(self, name: str, codec: object, *, module_name: str | None = None) -> None:  # noqa: ARG002  doit's protocol
        self.name = name
        self._packed: dict[str, bytes] = _read(Path(name))
        self._changed: dict[str, Row] = {}
        self._latest: tuple[str, Row] = ("", {})
        self._flushed = time.monotonic()

    def row(self, task: str) -> Row:
        """Return everything that is known of a task; an empty row when nothing is.

        One row at a time is kept unpacked, and those that wait to be written: all would take four
        times the memory.
        """
        row = self._changed.get(task)
        if row is not None:
            return row
        name, row = self._latest
        if name != task:
            row = _unpacked(self._packed.get(task))
            self._latest = (task, row)
        return row

    def get(self, task: str, dependency: str) -> Any:  # noqa: ANN401  doit's protocol
        """Return one value of a task, `None` when there is none."""
        return self.row(task).get(dependency)

    def set(self, task: str, dependency: str, value: object) -> None:
        """Remember one value of a task."""
        if task not in self._changed:
            # doit: dependency.py, save_success sets the fields of a row one by one. A flush between
            # two of them would store half a row, so it happens only before the first.
            self.flush_when_due()
        self._changed.setdefault(task, self.row(task))[dependency] = value

    def in_(self, task: str) -> bool:
        """Tell whether anything is known of a task."""
        return bool(self.row(task))

    def remove(self, task: str) -> None:
        """Forget a task."""
        if self.row(task):
            self._changed[task] = {}

    def remove_all(self) -> None:
        """Forget all tasks."""
        for task in list(self._packed.keys() | self._changed.keys()):
            self.remove(task)

    def retain(self, tasks: Collection[str]) -> None:
        """Forget every task but these."""
        for task in list(self._packed.keys() - tasks):
            self.remove(task)

    def patience(self) -> float:
        """Return for how many seconds nothing needs to be written."""
        if not self._changed:
            return FLUSH_SECONDS
        return max(0.0, self._flushed + FLUSH_SECONDS - time.monotonic())

    def flush_when_due(self) -> None:
        """Write what changed, unless that was done within the last half second."""
        if self._changed and time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.dump()

    def dump(self) -> None:
        """Write what changed; when nothing did, the database is not even opened."""
        self._flushed = time.monotonic()
        if not self._changed:
            return
        rows = {name: _packed(row) for name, row in self._changed.items() if row}
        removed = self._changed.keys() - rows.keys()
        with _transaction(Path(self.name)) as connection:
            connection.executemany("insert or replace into task values (?, ?)", rows.items())
            connection.executemany("delete from task where name = ?", [(name,) for name in removed])
        self._packed.update(rows)
        for name in removed:
            self._packed.pop(name, None)
        self._changed.clear()
        self._latest = ("", {})


def _read(path: Path) -> dict[str, bytes]:
    """Return all rows. A damaged or older database is renamed, with a warning."""
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(path)) as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version == SCHEMA:
                return dict(connection.execute("select name, row from task"))
            problem = f"has schema {version}, not {SCHEMA}"
    except sqlite3.DatabaseError as error:
        _check_lasting(path, error)
        problem = str(error)
    aside = _set_aside(path)
    sys.stderr.write(
        f"warning: {path}: {problem}; it is now {aside.name}, and this build checks all tasks\n"
    )
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


def _packed(row: Row) -> bytes:
    """Return a row as bytes that tell when one of them is not what was written."""
    body = msgspec.json.encode(row)
    return zlib.crc32(body).to_bytes(_SUM_BYTES) + body


def _unpacked(packed: bytes | None) -> Row:
    """Return a row; what is damaged counts for nothing."""
    if packed is None:
        return {}
    checksum, body = packed[:_SUM_BYTES], packed[_SUM_BYTES:]
    if not body or zlib.crc32(body) != int.from_bytes(checksum):
        return {}
    return _ROW.decode(body)


def _check_lasting(path: Path, error: sqlite3.DatabaseError) -> None:
    """Raise `UnusableError` when the system is at fault, with what the system itself says of it.

    SQLite keeps to itself why it cannot have a file beside the database.
    """
    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _PASSING:
        return
    cause: Exception = error
    try:
        with TemporaryFile(dir=path.parent) as probe:
            probe.write(bytes(_ROOM))
    except OSError as refused:
        cause = refused
    raise UnusableStateError(f"{path}, the build's database, cannot be used: {cause}") from error


@contextmanager
def _transaction(path: Path) -> Iterator[sqlite3.Connection]:
    fresh = not path.exists()
    try:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            if fresh:
                connection.execute("pragma journal_mode = wal")
                connection.execute(_CREATE)
                connection.execute(f"pragma user_version = {SCHEMA}")
            # sqlite.org/pragma.html: in WAL mode `normal` survives a killed process. A power
            # failure may cost the last transactions, and then their tasks run once more.
            connection.execute("pragma synchronous = normal")
            with connection:
                yield connection
    except sqlite3.DatabaseError as error:
        _check_lasting(path, error)
        raise
