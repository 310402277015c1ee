"""What files contain, told by their digests: as doit decides it, and without reading them twice."""

import os
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import pytest
from doit.dependency import MD5Checker

from allium.engine.digests import DigestChecker, digest
from allium.store import codec
from allium.store.ledger import Entry

INVENTED = "0" * 64


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder below which a ledger knows files."""
    monkeypatch.setattr(DigestChecker, "root", str(tmp_path))
    monkeypatch.setattr(DigestChecker, "ledger", str(tmp_path / "ledger.json"))
    return tmp_path


def remember(root: Path, *files: Path, digest: str = INVENTED, later: int = 0) -> None:
    """Write a ledger that says of files what nobody could find out by reading them."""
    entries = {}
    for file in files:
        status = file.stat()
        name = str(file.relative_to(root))
        entries[name] = Entry(digest, status.st_size, status.st_mtime_ns + later)
    (root / "ledger.json").write_bytes(codec.encode(entries))


def written(path: Path, words: str = "as it was", at: int = 1_000_000_000) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(words)
    os.utime(path, (at, at))
    return path


@pytest.mark.parametrize("like", ["", "0" * 32, "0" * 64])
def test_a_digest_is_of_the_kind_that_it_is_compared_with(tmp_path: Path, like: str) -> None:
    file = written(tmp_path / "file")
    kind = md5 if len(like) == 32 else sha256
    assert digest(str(file), like) == kind(b"as it was").hexdigest()


@pytest.mark.parametrize("words", ["as it was", "AS IT WAS", "longer than it was"])
@pytest.mark.parametrize("at", [1_000_000_000, 1_000_000_001])
def test_a_file_is_modified_when_doit_says_so(known: Path, words: str, at: int) -> None:
    file = written(known / "file")
    answers: list[Any] = []
    for checker in (DigestChecker(), MD5Checker()):
        written(file)
        state = checker.get_state(str(file), None)
        written(file, words, at)
        answers.append(
            (
                checker.check_modified(str(file), file.stat(), state),
                checker.get_state(str(file), state) is None,
            )
        )
    assert answers[0] == answers[1]


def test_a_file_that_a_ledger_knows_is_not_read(known: Path) -> None:
    file = written(known / "shards" / "one")
    remember(known, file)
    assert DigestChecker().get_state(str(file), None) == (1e9, 9, INVENTED)


@pytest.mark.parametrize("damage", ["size", "time", "ledger", "name"])
def test_a_file_that_is_not_as_the_ledger_says_is_read(known: Path, damage: str) -> None:
    file = written(known / "one")
    remember(known, file, later=damage == "time")
    if damage == "size":
        written(file, "longer than it was")
    elif damage == "ledger":
        (known / "ledger.json").write_text("[")
    elif damage == "name":
        file = file.rename(known / "two")
    state = DigestChecker().get_state(str(file), None)
    assert state == (1e9, file.stat().st_size, sha256(file.read_bytes()).hexdigest())


def test_a_ledger_that_is_written_anew_is_read_anew(known: Path) -> None:
    one, two = written(known / "one"), written(known / "two")
    remember(known, one)
    checker = DigestChecker()
    assert checker.get_state(str(one), None) == (1e9, 9, INVENTED)
    remember(known, one, two, digest="1" * 64)
    assert checker.get_state(str(two), None) == (1e9, 9, "1" * 64)


def test_a_file_that_is_gone_has_no_state(known: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DigestChecker().get_state(str(known / "none"), None)
