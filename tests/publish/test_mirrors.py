"""The lists of a generation, taken as they are by the programs that they are for."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.project import REPOSITORY, tree
from tests.support.published import Place

LONG = "long enough to be worth a sibling " * 60
COMMANDS = {"rsync": ["rsync", "-a", "--files-from"], "rclone": ["rclone", "copy", "--files-from"]}
needs_rsync = pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")


def lists(place: Place) -> Path:
    return place.current.resolve().parent / "lists"


def mirrored(place: Place, program: str, wanted: str) -> Path:
    """Copy what a list names, remove what is to go; return the mirror."""
    mirror = place.folder / "mirror"
    command = [*COMMANDS[program], str(lists(place) / wanted), f"{place.current}/", str(mirror)]
    subprocess.run(command, check=True, capture_output=True)
    for name in (lists(place) / "removed.txt").read_text().splitlines():
        (mirror / name).unlink()
    return mirror


@pytest.mark.parametrize("program", COMMANDS)
def test_a_mirror_that_follows_the_lists_is_the_published_site(place: Place, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    place.built(a="one", b=LONG, c="stays")
    place.publish()
    hour_ago = time.time() - 3600
    for path in place.current.rglob("*.*"):
        os.utime(path, (hour_ago, hour_ago))
    mirrored(place, program, "all.txt")
    place.built(a=LONG, c="stays", d="new")
    place.publish(max_drop=100)
    mirror = mirrored(place, program, "changed.txt")
    assert tree(mirror) == tree(place.current)
    same = mirror / "c/index.html", place.current / "c/index.html"
    assert len({int(path.stat().st_mtime) for path in same}) == 1


def documented(word: str) -> str:
    """Return the commands in the documents that have this word."""
    text = (REPOSITORY / "docs/operations.md").read_text()
    (block,) = [one for one in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if word in one]
    return str(block)


def caught_up(place: Place) -> Path:
    """Bring a mirror up to date as the documents say, however many hours it skipped."""
    commands = documented("gone.txt").replace("/srv/www/tor/public", str(place.public))
    mirror = place.folder / "mirror"
    mirror.mkdir(exist_ok=True)
    commands = commands.replace("/srv/www/tor/mirror", str(mirror))
    subprocess.run(["bash", "-e", "-c", commands], check=True, capture_output=True)
    return mirror


def hour(place: Place, number: int) -> None:
    """Publish an hour in which a page came, another went, and one that had gone came again."""
    pages = {f"only{number}": LONG, f"every{number % 3}": "x" * number, "stays": "stays"}
    place.built(**pages)
    place.publish(keep=2, force=True)
    for name in ("manifest.json", "delta.json"):  # rsync knows equal files by size and second
        os.utime(place.current / name, (number, number))


@needs_rsync
@pytest.mark.parametrize("skipped", [0, 1, 2, 5, 12])
def test_a_mirror_that_skipped_hours_is_told_what_to_delete(place: Place, skipped: int) -> None:
    for number in range(4):
        hour(place, number)
    mirror = caught_up(place)
    for number in range(4, 5 + skipped):
        hour(place, number)
    assert tree(caught_up(place)) == tree(place.current)
    assert not (mirror / "only3/index.html").exists()


@needs_rsync
def test_a_mirror_deletes_what_was_published_only_before_a_rollback(place: Place) -> None:
    for number in range(3):
        hour(place, number)
    mirror = caught_up(place)
    place.generations.roll_back()
    hour(place, 3)
    assert tree(caught_up(place)) == tree(place.current)
    assert not (mirror / "only2/index.html").exists()


@needs_rsync
def test_a_mirror_gets_a_published_file_that_was_damaged_anew(place: Place) -> None:
    place.built(a="one", b="two")
    hour_ago = time.time() - 3600
    os.utime(place.www / "a/index.html", (hour_ago, hour_ago))
    place.publish()
    (place.current / "a/index.html").write_text("six")
    os.utime(place.current / "a/index.html", (hour_ago, hour_ago))
    caught_up(place)
    place.publish()
    assert tree(caught_up(place)) == tree(place.current)
    assert "a/index.html" in (lists(place) / "changed.txt").read_text().split()


def test_what_went_is_listed_for_a_week_of_publications_unless_it_comes_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allium.publish.delta.MIRRORED", 3)
    listed = []
    for number in range(6):
        place.built(stays=str(number), **({"goes": "x"} if number in {0, 5} else {}))
        place.publish(force=True)
        listed.append("goes/index.html" in (lists(place) / "gone.txt").read_text().split())
    assert listed == [False, True, True, True, False, False]
