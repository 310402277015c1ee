from collections.abc import Iterator
from pathlib import Path

import pytest

from allium.store import looks


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "file"
    path.write_text("one")
    yield path
    looks.forget()


def size(path: Path) -> int | None:
    seen = looks.look(str(path))
    return None if seen is None else seen[0]


def test_a_look_tells_size_and_time(file: Path) -> None:
    status = file.stat()
    assert looks.look(str(file)) == (3, status.st_mtime_ns, status.st_mtime)


def test_every_look_is_a_new_one_as_long_as_nobody_has_them_remembered(file: Path) -> None:
    assert size(file) == 3
    file.write_text("three")
    assert size(file) == 5


def test_looks_are_remembered_until_they_are_forgotten(file: Path) -> None:
    looks.remember()
    assert size(file) == 3
    file.write_text("three")
    assert size(file) == 3
    looks.forget()
    assert size(file) == 5


def test_a_missing_file_is_looked_for_again(file: Path) -> None:
    looks.remember()
    file.unlink()
    assert size(file) is None
    file.write_text("three")
    assert size(file) == 5
