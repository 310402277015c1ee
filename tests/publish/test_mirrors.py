"""The lists of a generation, taken as they are by the programs that they are for."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.project import tree
from tests.support.published import Place

LONG = "long enough to be worth a sibling " * 60
COMMANDS = {"rsync": ["rsync", "-a", "--files-from"], "rclone": ["rclone", "copy", "--files-from"]}


def mirrored(place: Place, program: str, wanted: str) -> Path:
    """Copy what a list names, remove what is to go; return the mirror."""
    lists, mirror = place.current.resolve().parent / "lists", place.folder / "mirror"
    command = [*COMMANDS[program], str(lists / wanted), f"{place.current}/", str(mirror)]
    subprocess.run(command, check=True, capture_output=True)
    for name in (lists / "removed.txt").read_text().splitlines():
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
