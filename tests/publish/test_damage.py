"""What lies in the published folder is looked at, never believed; what is odd there is left alone."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from allium.publish import PublishError, RefusedError, marks
from allium.publish.generations import Generations
from tests.support.published import Place, whole

LONG = "long enough to be worth a sibling " * 60
STEADY = "static/index.html"


@pytest.fixture
def shown(place: Place) -> Place:
    """A site that was published twice."""
    for number in range(2):
        hour(place, number)
        place.publish()
    return place


def hour(place: Place, number: int) -> None:
    place.built(static=LONG, a=str(number), b="stays", c="c", d="d")


def generation(place: Place) -> Path:
    number = place.generations.current
    assert number is not None
    return place.generations.folder(number)


def names(place: Place) -> list[str]:
    return sorted(path.name for path in (place.public / "generations").iterdir())


def in_place(path: Path) -> None:
    status = path.stat()
    with path.open("r+b") as file:
        file.write(b"X")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replaced(path: Path) -> None:
    beside = path.with_name("beside")
    beside.write_bytes(path.read_bytes()[::-1])
    beside.replace(path)


def linked_away(path: Path) -> None:
    other = path.parents[3] / "other"
    path.rename(other)
    path.symlink_to(other)


def folder_linked_away(path: Path) -> None:
    other = path.parents[3] / "other"
    path.parent.rename(other)
    path.parent.symlink_to(other)


def a_folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [in_place, replaced, Path.unlink, linked_away, folder_linked_away, a_folder_instead]


@pytest.mark.parametrize("name", [STEADY, f"{STEADY}.br", "b/index.html"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_published_file_that_was_damaged_is_published_anew_and_named(
    shown: Place, damage: Callable[[Path], object], name: str
) -> None:
    damage(shown.current / name)
    hour(shown, 2)
    found = shown.publish().delta
    whole(shown)
    assert (name in found.changed, found.added, found.removed) == (True, (), ())
    assert any(name in line for line in shown.told)
    assert shown.publish().fresh is False
    assert shown.told == []


@pytest.mark.parametrize("name", [STEADY, f"{STEADY}.br"])
def test_a_file_that_is_damaged_in_all_generations_is_not_handed_on(
    shown: Place, name: str
) -> None:
    in_place(shown.current / name)
    for number in (2, 3):
        hour(shown, number)
        shown.publish(keep=2)
        whole(shown)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_generation_is_not_what_was_built_even_when_nothing_changed(
    shown: Place, damage: Callable[[Path], object]
) -> None:
    damage(shown.current / STEADY)
    assert not shown.is_current()
    assert shown.publish().number == 3
    whole(shown)
    assert shown.is_current()


def test_a_publication_reads_only_what_was_touched(
    shown: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = shown.reads(monkeypatch)
    assert shown.is_current()
    assert read == []
    (shown.current / "b/index.html").touch()
    assert shown.is_current()
    assert read == ["b/index.html"]


@pytest.mark.parametrize("what", ["copied", "restored", "of the future", "cut", "gone"])
def test_a_stamp_that_is_not_the_very_file_that_was_made_is_not_believed(
    shown: Place, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    stamp = generation(shown) / "settled.json"
    if what == "copied":
        shutil.copytree(shown.public, shown.folder / "copy", symlinks=True)
        shutil.rmtree(shown.public)
        (shown.folder / "copy").rename(shown.public)
    elif what == "restored":
        stamp.chmod(0o600)
        monkeypatch.setattr("allium.publish.verification._WRITING_NS", 0)
    elif what == "of the future":
        monkeypatch.setattr("allium.publish.verification.time.time_ns", lambda: 10**18)
    elif what == "cut":
        stamp.write_bytes(b"")
    else:
        stamp.unlink()
    read = shown.reads(monkeypatch)
    assert shown.is_current()
    assert len(read) == len(marks.names(generation(shown)) - {"manifest.json", "delta.json"})


def test_verifying_reads_every_published_file(
    shown: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = shown.reads(monkeypatch)
    assert shown.publish(verify=True).fresh is False
    assert {STEADY, f"{STEADY}.gz", f"{STEADY}.br", "a/index.html"} <= {*read}


def cut(path: Path) -> None:
    path.write_bytes(b"")


def one_digit(path: Path) -> None:
    body = path.read_bytes()
    at = next(
        place for place in range(len(body) // 2, len(body)) if body[place : place + 1].isdigit()
    )
    path.write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])


RECORDS = ["origin.json", "site/manifest.json", "generation.json", "lists/all.txt"]


@pytest.mark.parametrize("damage", [cut, Path.unlink, one_digit])
@pytest.mark.parametrize("name", [*RECORDS, "history.json", "gone.json", "settled.json"])
def test_publication_goes_on_when_a_record_of_the_present_generation_is_damaged(
    shown: Place, damage: Callable[[Path], object], name: str
) -> None:
    path = generation(shown) / name
    if damage is one_digit and not any(map(str.isdigit, path.read_text())):
        pytest.skip("it holds no digit")
    damage(path)
    hour(shown, 2)
    assert shown.publish().number == 3
    whole(shown)
    assert (shown.current / "a/index.html").read_text() == "2"
    hour(shown, 3)
    shown.publish()
    assert shown.told == []


def likely(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"{", b"{ ", 1))


@pytest.mark.parametrize("damage", [cut, likely])
@pytest.mark.parametrize("name", ["site/manifest.json", "origin.json", "history.json", "gone.json"])
def test_a_record_that_is_not_as_it_was_written_is_named_and_made_again(
    shown: Place, damage: Callable[[Path], object], name: str
) -> None:
    damage(generation(shown) / name)
    assert not shown.is_current()
    shown.publish()
    assert any(line.startswith(f"{shown.public}/generations/000002/{name} ") for line in shown.told)
    assert shown.is_current()


def test_a_manifest_that_cannot_be_read_does_not_open_the_gate(shown: Place) -> None:
    for path in (generation(shown) / "site/manifest.json", generation(shown) / "lists/all.txt"):
        path.unlink()
    shown.built(a="1")
    with pytest.raises(RefusedError, match="pages that would be removed: 4 of 6"):
        shown.publish()


def test_an_edit_of_the_output_folder_never_reaches_readers(shown: Place) -> None:
    before = (shown.current / STEADY).read_bytes()
    in_place(shown.www / STEADY)
    assert (shown.current / STEADY).read_bytes() == before
    shown.publish(verify=True)
    assert (shown.current / STEADY).read_bytes() == before


def test_a_built_file_that_is_not_as_recorded_is_not_published_but_named(shown: Place) -> None:
    hour(shown, 2)
    in_place(shown.www / "a/index.html")
    with pytest.raises(PublishError, match=r"a/index\.html is not what was built"):
        shown.publish()
    assert (shown.current / "a/index.html").read_text() == "1"
    assert names(shown) == ["000001", "000002"]


def gone(current: Path) -> None:
    current.unlink()


def dangling(current: Path) -> None:
    current.unlink()
    current.symlink_to("generations/000077/site")


def at_the_generation(current: Path) -> None:
    current.unlink()
    current.symlink_to("generations/000002")


def a_copy(current: Path) -> None:
    site = current.resolve()
    current.unlink()
    shutil.copytree(site, current)


def a_file(current: Path) -> None:
    current.unlink()
    current.write_text("generations/000002/site")


ODD = [gone, dangling, at_the_generation, a_copy, a_file]


@pytest.mark.parametrize("odd", ODD)
def test_nothing_is_removed_when_it_is_not_known_what_readers_see(
    shown: Place, odd: Callable[[Path], None]
) -> None:
    before = names(shown)
    odd(shown.current)
    shown.built(a="2")
    with pytest.raises(RefusedError, match="pages that would be removed"):
        shown.publish()
    assert names(shown) == before
    assert "current leads to no generation" in shown.told[0]
    hour(shown, 2)
    assert shown.publish().number == 3
    whole(shown)
    assert shown.generations.numbers == [1, 2, 3]


@pytest.mark.parametrize("odd", [gone, dangling])
def test_readers_see_again_what_they_saw_even_when_the_gate_refuses(
    shown: Place, odd: Callable[[Path], None]
) -> None:
    odd(shown.current)
    shown.built(a="2")
    with pytest.raises(RefusedError):
        shown.publish()
    assert (shown.current / STEADY).read_text() == LONG


@pytest.mark.parametrize("odd", [a_copy, a_file])
def test_what_stands_in_the_place_of_the_link_is_set_aside_and_kept(
    shown: Place, odd: Callable[[Path], None]
) -> None:
    for number in (2, 3):
        odd(shown.current)
        hour(shown, number)
        shown.publish()
        assert f"{shown.public}/current is no symbolic link" in shown.told[-1]
    assert os.path.lexists(shown.public / "current.1")
    assert os.path.lexists(shown.public / "current.2")


def test_after_a_rollback_the_held_generation_is_the_one_that_readers_saw_last(
    shown: Place,
) -> None:
    shown.generations.roll_back()
    shown.current.unlink()
    assert shown.generations.latest == 1


def strange(folder: Path) -> list[Path]:
    """Lay things among the generations that allium did not make, with names like those it makes."""
    for name in ("backup", "000000", "000009", "000003.new", "000001.old", "²"):
        (folder / name).mkdir()
        (folder / name / "mine").write_text("mine")
    shutil.copytree(folder / "000001", folder / "000050")
    shutil.copytree(folder / "000001", folder / "000001.bak")
    (folder / "notes.txt").write_text("mine")
    (folder / "000004").write_text("mine")
    (folder / "000005").symlink_to("000001")
    (folder / "000006").symlink_to("nowhere")
    (folder / "000007.new").symlink_to("000001")
    return [path for path in folder.iterdir() if path.name not in {"000001", "000002"}]


def test_what_allium_did_not_make_is_left_alone_and_named(shown: Place) -> None:
    mine = strange(shown.public / "generations")
    for number in range(2, 9):
        hour(shown, number)
        shown.publish(keep=2)
        whole(shown)
        for path in mine:
            assert os.path.lexists(path)
            assert f"{path} was not made by allium: it is left alone" in shown.told
    assert all((path / "mine").read_text() == "mine" for path in mine if (path / "mine").exists())
    assert len(shown.generations.numbers) == 2


@pytest.mark.parametrize("name", ["notes", "site/notes", "lists/notes.txt", "site/new/notes"])
def test_a_generation_in_which_somebody_keeps_something_is_left_alone(
    shown: Place, name: str
) -> None:
    mine = shown.public / "generations/000001" / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    for number in range(2, 6):
        hour(shown, number)
        shown.publish(keep=2)
    assert mine.read_text() == "mine"
    told = f"{shown.public}/generations/000001 is left alone: {name} is not allium's"
    assert told in shown.told
    assert shown.generations.numbers == [1, 5, 6]


def test_generations_that_were_made_before_they_had_a_mark_go_on(shown: Place) -> None:
    for number in (1, 2):
        folder = shown.generations.folder(number)
        for name in ("generation.json", "gone.json", "settled.json", "lists/gone.txt"):
            (folder / name).unlink()
    for number in range(2, 5):
        hour(shown, number)
        shown.publish(keep=2)
        assert shown.told == []
        whole(shown)
    assert names(shown) == ["000004", "000005"]


def test_a_full_disk_does_not_stay_full_of_what_nobody_will_see(
    shown: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    hour(shown, 2)
    with monkeypatch.context() as patched:
        patched.setattr(marks, "put", lambda *_: full() if len(_) > 2 else None)
        with pytest.raises(OSError, match="No space"):
            shown.publish(keep=5)
    assert names(shown) == ["000001", "000002"]


def test_a_generation_that_somebody_turned_back_from_is_not_turned_back_to(place: Place) -> None:
    for number in range(3):
        hour(place, number)
        place.publish(keep=4)
    place.generations.roll_back()
    hour(place, 3)
    place.publish(keep=4, force=True)
    assert (place.generations.current, place.generations.numbers) == (4, [1, 2, 4])
    assert Generations(str(place.public)).roll_back() == 2
