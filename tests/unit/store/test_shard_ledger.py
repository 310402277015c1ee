import shutil
from pathlib import Path

import pytest

from allium.store import shard_ledger
from allium.store.file_entry import FileEntry
from allium.store.shard_ledger import Ledger


def write(folder: Path, **contents: bytes) -> int:
    """Write files and return how many were touched."""
    before = times(folder)
    book = Ledger(str(folder), str(folder / "ledger.json"))
    book.close({name: book.put(name, body) for name, body in contents.items()})
    after = times(folder)
    return sum(before.get(name) != after[name] for name in contents)


def times(folder: Path) -> dict[str, tuple[int, int]]:
    found = {file.name: file.stat() for file in folder.iterdir() if file.is_file()}
    return {name: (status.st_ino, status.st_mtime_ns) for name, status in found.items()}


def intact(folder: Path) -> bool:
    return shard_ledger.intact(str(folder), str(folder / "ledger.json"))


def test_only_files_whose_bytes_changed_are_written(tmp_path: Path) -> None:
    assert write(tmp_path, a=b"1", b=b"1") == 2
    assert write(tmp_path, a=b"1", b=b"2") == 1


def test_a_file_that_is_not_put_again_goes(tmp_path: Path) -> None:
    write(tmp_path, a=b"1", b=b"1")
    write(tmp_path, a=b"1")
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("damage", ["delete", "edit", "cut"])
def test_damage_is_noticed_and_mended(tmp_path: Path, damage: str) -> None:
    write(tmp_path, a=b"right")
    assert intact(tmp_path)
    file = tmp_path / "a"
    if damage == "delete":
        file.unlink()
    else:
        file.write_bytes(b"wrong" if damage == "edit" else b"ri")
    assert not intact(tmp_path)
    write(tmp_path, a=b"right")
    assert file.read_bytes() == b"right"


@pytest.fixture
def keyed(tmp_path: Path) -> Path:
    """Return a folder with a file that was made from what has the key `one`."""
    book = Ledger(str(tmp_path), str(tmp_path / "ledger.json"))
    book.close({"a": book.put("a", b"made", "one")})
    return tmp_path


def kept(folder: Path, key: str) -> bool:
    return Ledger(str(folder), str(folder / "ledger.json")).kept("a", key) is not None


def test_a_file_that_was_made_from_the_same_is_kept_as_long_as_it_is_as_it_was(keyed: Path) -> None:
    assert kept(keyed, "one")
    assert not kept(keyed, "other")
    (keyed / "a").write_bytes(b"edit")
    assert not kept(keyed, "one")


def test_a_file_that_is_equal_in_a_restored_folder_is_still_made_from_the_same(keyed: Path) -> None:
    copy = keyed / "copy"
    shutil.copytree(keyed, copy)
    assert not kept(copy, "one")
    assert intact(copy)
    assert kept(copy, "one")


def test_an_equal_file_that_was_made_from_something_else_has_the_new_key(keyed: Path) -> None:
    book = Ledger(str(keyed), str(keyed / "ledger.json"))
    book.close({"a": book.put("a", b"made", "other")})
    assert (kept(keyed, "one"), kept(keyed, "other")) == (False, True)


@pytest.mark.parametrize("contents", [b"", b"{", b"[]", b"\xff"])
def test_a_damaged_ledger_is_no_ledger(tmp_path: Path, contents: bytes) -> None:
    write(tmp_path, a=b"1")
    (tmp_path / "ledger.json").write_bytes(contents)
    assert not intact(tmp_path)


def test_a_ledger_with_a_flipped_digit_is_no_ledger_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, a=b"1")
    file = tmp_path / "ledger.json"
    body = bytearray(file.read_bytes())
    for place in [at for at, byte in enumerate(body) if chr(byte).isdigit()]:
        flipped = body.copy()
        flipped[place] = ord("1") if body[place] != ord("1") else ord("2")
        file.write_bytes(flipped)
        assert shard_ledger.entries(str(file)) == {}
    shard_ledger.recalled(str(file), FileEntry)
    assert capsys.readouterr().err.startswith(f"warning: {file} is damaged")


def test_a_folder_that_was_restored_from_a_copy_is_intact_and_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, a=b"1", b=b"2")
    shutil.copytree(tmp_path, tmp_path / "copy")
    read: list[str] = []
    really = shard_ledger.stat_cache.digest
    monkeypatch.setattr(
        shard_ledger.stat_cache,
        "digest",
        lambda path, seen: read.append(path) or really(path, seen),
    )
    assert intact(tmp_path / "copy")
    assert sorted(read) == [str(tmp_path / "copy" / name) for name in "ab"]
    assert intact(tmp_path / "copy")
    assert len(read) == 2


def test_observing_reads_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    memory = str(tmp_path / "memory.json")
    first = shard_ledger.observe(str(tmp_path), ["a", "b"], memory)
    (tmp_path / "b").write_text("changed")
    read: list[str] = []
    really = shard_ledger.stat_cache.digest
    monkeypatch.setattr(
        shard_ledger.stat_cache,
        "digest",
        lambda path, seen: read.append(path) or really(path, seen),
    )
    second = shard_ledger.observe(str(tmp_path), ["a", "b"], memory)
    assert read == [str(tmp_path / "b")]
    assert (first["a"] == second["a"], first["b"] == second["b"]) == (True, False)
