import sqlite3
from pathlib import Path

import pytest

from allium.engine import state
from allium.engine.state import StateDB, UnusableStateError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def opened(path: Path) -> StateDB:
    return StateDB(str(path), None)


def test_what_is_set_is_there_when_it_is_opened_again(path: Path) -> None:
    database = opened(path)
    database.set("t", "deps:", ["a", "b"])
    database.dump()
    assert opened(path).get("t", "deps:") == ["a", "b"]


def test_what_is_removed_is_gone_when_it_is_opened_again(path: Path) -> None:
    database = opened(path)
    for task in ("t", "u"):
        database.set(task, "result:", task)
    database.dump()
    database.remove("t")
    database.dump()
    again = opened(path)
    assert (again.in_("t"), again.in_("u")) == (False, True)


def test_rows_of_vanished_tasks_are_dropped(path: Path) -> None:
    database = opened(path)
    for task in ("t", "u", "v"):
        database.set(task, "result:", task)
    database.dump()
    database = opened(path)
    database.retain({"u"})
    database.dump()
    assert [task for task in "tuv" if opened(path).in_(task)] == ["u"]


def test_nothing_changed_is_nothing_written(path: Path) -> None:
    database = opened(path)
    database.set("t", "result:", "1")
    database.dump()
    before = path.stat().st_mtime_ns
    database = opened(path)
    assert database.get("t", "result:") == "1"
    database.dump()
    assert path.stat().st_mtime_ns == before
    assert [file.name for file in path.parent.iterdir()] == ["state.db"]


def test_finished_tasks_are_written_behind_without_being_asked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = opened(path)
    now = 1000.0
    monkeypatch.setattr(state.time, "monotonic", lambda: now)
    database.dump()
    database.set("t", "result:", "1")
    now += state.FLUSH_SECONDS / 2
    database.set("u", "result:", "1")
    assert not opened(path).in_("t")
    now += state.FLUSH_SECONDS
    database.set("v", "result:", "1")
    again = opened(path)
    assert (again.in_("t"), again.in_("u"), again.in_("v")) == (True, True, False)


def test_nobody_waits_longer_than_what_is_finished_may_stay_unwritten(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(state.time, "monotonic", lambda: now)
    database = opened(path)
    now += 0.4
    assert database.patience() == state.FLUSH_SECONDS
    database.set("t", "result:", "1")
    assert database.patience() == pytest.approx(0.1)
    now += 9
    assert database.patience() == 0


@pytest.mark.parametrize("damage", ["text", "half", "schema", "empty"])
def test_a_database_that_cannot_be_trusted_is_set_aside(
    path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database = opened(path)
    for number in range(500):
        database.set(f"t{number}", "result:", "x" * 100)
    database.dump()
    if damage == "text":
        path.write_text("this is no database")
    elif damage == "half":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "schema":
        with sqlite3.connect(path) as connection:
            connection.execute("pragma user_version = 99")
        connection.close()
    else:
        path.write_bytes(b"")
    again = opened(path)
    assert not again.in_("t1")
    assert "state.db.damaged-1" in capsys.readouterr().err
    again.set("t", "result:", "1")
    again.dump()
    assert opened(path).in_("t")


def test_a_good_database_that_cannot_be_opened_for_now_is_left_where_it_is(path: Path) -> None:
    database = opened(path)
    database.set("t", "result:", "1")
    database.dump()
    obstacle = path.with_name("state.db-shm")  # SQLite cannot have a file there
    obstacle.symlink_to(path.parent / "nowhere" / "file")
    with pytest.raises(UnusableStateError, match=f"{path}, .* unable to open database file"):
        opened(path)
    obstacle.unlink()
    assert opened(path).in_("t")


@pytest.mark.parametrize("damage", ["x'00'", "x'0000000000'", "substr(row, 1, 10)", "row || 'x'"])
def test_a_damaged_row_is_an_unknown_task(path: Path, damage: str) -> None:
    database = opened(path)
    database.set("t", "result:", "1")
    database.dump()
    with sqlite3.connect(path) as connection:
        connection.execute(f"update task set row = {damage}")  # noqa: S608  a table of damages
    connection.close()
    assert not opened(path).in_("t")


def test_a_row_in_which_one_letter_changed_is_an_unknown_task(path: Path) -> None:
    database = opened(path)
    database.set("t", "deps:", ["a", "b"])
    database.dump()
    with sqlite3.connect(path) as connection:
        connection.execute("update task set row = cast(replace(row, 'deps', 'depz') as blob)")
        (changed,) = connection.execute("select instr(row, 'depz') from task").fetchone()
    connection.close()
    assert changed
    assert not opened(path).in_("t")


def test_what_was_written_can_be_read_and_changed_again(path: Path) -> None:
    database = opened(path)
    database.set("t", "result:", "1")
    database.dump()
    database.set("t", "checker:", "MD5Checker")
    database.dump()
    assert database.row("t") == opened(path).row("t") == {"result:": "1", "checker:": "MD5Checker"}
    database.remove("t")
    database.dump()
    assert not database.in_("t")
    assert not opened(path).in_("t")
