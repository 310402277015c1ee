import os
from pathlib import Path

import pytest

from allium.store import files


def test_an_equal_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.json"
    assert files.write_if_changed(str(path), b"one")
    before = path.stat()
    assert not files.write_if_changed(str(path), b"one")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_changed_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(b"a long first version")
    with path.open("rb") as reader:
        assert files.write_if_changed(str(path), b"short")
        assert reader.read() == b"a long first version"
    assert path.read_bytes() == b"short"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        files.write_if_changed(str(tmp_path / "new" / "deep" / "file"), b"x")
    finally:
        os.umask(before)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("new", "new/deep/file")]
    assert modes == [0o755, 0o644]


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        files.replace(str(path), b"new")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"page": b"old"}


def test_a_file_that_the_system_takes_in_parts_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.write
    monkeypatch.setattr(files.os, "write", lambda file, part: really(file, bytes(part)[:3]))
    files.replace(str(tmp_path / "page"), b"0123456789")
    assert (tmp_path / "page").read_bytes() == b"0123456789"


def test_removing_takes_the_folders_that_it_empties_and_no_others(tmp_path: Path) -> None:
    for name in ("relay/A/index.html", "relay/B/index.html", "relay/B/mine.txt"):
        files.write_if_changed(str(tmp_path / name), b"")
    gone = files.remove(str(tmp_path), ["relay/A/index.html", "relay/B/index.html", "never/was"])
    assert gone == 2
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
        "relay",
        "relay/B",
        "relay/B/mine.txt",
    ]


def test_what_was_kept_before_a_kill_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """A rename of two names of one file does nothing, and so leaves both."""
    path, before = tmp_path / "page", tmp_path / "before" / "page"
    path.write_bytes(b"old")
    before.parent.mkdir()
    os.link(path, before)  # killed after this, the next build finds it
    files.keep(str(path), str(before))
    assert files.write_if_changed(str(path), b"new")
    assert (path.read_bytes(), before.read_bytes()) == (b"new", b"old")
    assert not list(tmp_path.rglob("*.allium-tmp"))
