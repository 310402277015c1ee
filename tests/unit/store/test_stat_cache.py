from pathlib import Path

import pytest

from allium.store import stat_cache


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("one")
    return path


def size(path: Path) -> int | None:
    seen = stat_cache.look(str(path))
    return None if seen is None else seen[0]


def test_a_look_tells_size_times_and_inode(file: Path) -> None:
    status = file.stat()
    times = status.st_mtime_ns, status.st_ctime_ns
    assert stat_cache.look(str(file)) == (3, *times, status.st_ino)


def test_every_look_is_a_new_one(file: Path) -> None:
    assert size(file) == 3
    file.write_text("three")
    assert size(file) == 5


def test_a_missing_file_is_looked_for_again(file: Path) -> None:
    file.unlink()
    assert size(file) is None
    file.write_text("three")
    assert size(file) == 5


WHOLE = 1_700_000_000 * stat_cache.SECOND


@pytest.mark.parametrize(
    ("modified", "changed", "ago", "believed"),
    [
        (0, 0, 0, False),
        (0, 0, 1.9, False),
        (0, 0, 2.1, True),
        (0, 1, 0, True),
        (1, 0, 0, True),
    ],
)
def test_a_look_with_times_of_whole_seconds_is_believed_once_they_are_past(
    monkeypatch: pytest.MonkeyPatch, modified: int, changed: int, ago: float, believed: bool
) -> None:
    monkeypatch.setattr("time.time_ns", lambda: WHOLE + int(ago * stat_cache.SECOND))
    seen = (3, WHOLE + modified, WHOLE + changed, 7)
    assert (stat_cache.recorded(seen) == seen) == believed


def test_a_file_is_read_once_for_its_digest_as_long_as_it_looks_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = stat_cache.of(file.stat())
    first = stat_cache.digest(str(file), seen)
    file.write_text("two")
    assert stat_cache.digest(str(file), seen) == first
    assert stat_cache.digest(str(file), stat_cache.of(file.stat())) != first
