"""What files contain, by their digests: as doit decides it, and without reading them twice."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from doit.dependency import MD5Checker

from allium.engine.file_digests import DigestChecker
from allium.store import sealed, stat_cache
from allium.store.file_entry import FileEntry

INVENTED = "0" * 64


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder below which a ledger knows files."""
    monkeypatch.setattr(DigestChecker, "root", str(tmp_path))
    monkeypatch.setattr(DigestChecker, "ledger", str(tmp_path / "ledger.json"))
    return tmp_path


def look(file: Path) -> stat_cache.Look:
    return stat_cache.of(file.stat())


def remember(root: Path, *files: Path, digest: str = INVENTED, later: int = 0) -> None:
    """Write a ledger that says of files what nobody could find out by reading them."""
    entries = {}
    for file in files:
        size, modified, changed, inode = look(file)
        name = str(file.relative_to(root))
        entries[name] = FileEntry(digest, size, modified + later, changed, inode)
    (root / "ledger.json").write_bytes(sealed.contents(entries))


def written(path: Path, words: str = "as it was", at: int = 1_000_000_000) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(words)
    os.utime(path, (at, at))
    return path


def state(file: Path) -> Any:
    return DigestChecker().get_state(str(file), None)


@pytest.mark.parametrize("words", ["as it was", "longer than it was"])
def test_a_file_of_another_time_is_modified_when_doit_says_so(known: Path, words: str) -> None:
    file = written(known / "file")
    answers: list[Any] = []
    for checker in (DigestChecker(), MD5Checker()):
        written(file)
        saved = checker.get_state(str(file), None)
        written(file, words, 1_000_000_001)
        answers.append(checker.check_modified(str(file), file.stat(), saved))
    assert answers[0] == answers[1]


def test_a_file_with_other_bytes_of_the_same_size_and_time_is_modified(known: Path) -> None:
    """doit's own checker takes it for the same."""
    file = written(known / "file")
    checker, saved = DigestChecker(), state(file)
    written(file, "AS IT WAS")
    assert checker.check_modified(str(file), file.stat(), saved)
    assert DigestChecker().get_state(str(file), saved) == (
        sha256(b"AS IT WAS").hexdigest(),
        *look(file),
    )


def test_a_copy_with_equal_bytes_is_not_modified_but_looks_otherwise(known: Path) -> None:
    file = written(known / "file")
    saved = state(file)
    file.rename(known / "away")
    written(file, at=1_500_000_000)
    checker = DigestChecker()
    assert not checker.check_modified(str(file), file.stat(), saved)
    assert checker.get_state(str(file), saved) == (saved[0], *look(file))


@pytest.mark.parametrize("other", [1e9, [1e9, 9, "0" * 32], None, "words"])
def test_what_another_checker_saved_tells_nothing(known: Path, other: Any) -> None:
    file = written(known / "file")
    checker = DigestChecker()
    assert checker.check_modified(str(file), file.stat(), other)
    assert checker.get_state(str(file), other) == state(file)


def test_a_file_that_a_ledger_knows_is_not_read(known: Path) -> None:
    file = written(known / "shards" / "one")
    remember(known, file)
    assert state(file) == (INVENTED, *look(file))


@pytest.mark.parametrize("damage", ["size", "time", "ledger", "digit", "name"])
def test_a_file_that_is_not_as_the_ledger_says_is_read(known: Path, damage: str) -> None:
    file = written(known / "one")
    remember(known, file, later=damage == "time")
    memory = known / "ledger.json"
    if damage == "size":
        written(file, "longer than it was")
    elif damage == "ledger":
        memory.write_text("[")
    elif damage == "digit":
        memory.write_bytes(memory.read_bytes().replace(INVENTED.encode(), b"1" * 64))
    elif damage == "name":
        file = file.rename(known / "two")
    assert state(file) == (sha256(file.read_bytes()).hexdigest(), *look(file))


def test_a_ledger_that_is_written_anew_is_read_anew(known: Path) -> None:
    one, two = written(known / "one"), written(known / "two")
    remember(known, one)
    checker = DigestChecker()
    assert checker.get_state(str(one), None) == (INVENTED, *look(one))
    remember(known, one, two, digest="1" * 64)
    assert checker.get_state(str(two), None) == ("1" * 64, *look(two))


def test_a_file_that_is_gone_has_no_state(known: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DigestChecker().get_state(str(known / "none"), None)
