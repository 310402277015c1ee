"""Real file systems that have no room, no inodes, or may not be written: told, then repaired."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.network import network
from tests.support.place import Place, later

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a file system"),
]
FULL = ("No space left on device", "disk is full")
READ_ONLY = ("Read-only file system",)
MIB = 1 << 20


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Yield a folder that is a small file system of its own."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "allium-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def without_room(disk: Path, room: int) -> Iterator[None]:
    """Have a file take all of a disk but so many bytes."""
    status = os.statvfs(disk)
    with (disk / "filler").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, status.f_bavail * status.f_frsize - room))
    yield
    (disk / "filler").unlink()


@contextmanager
def without_inodes(disk: Path, left: int) -> Iterator[None]:
    """Have empty files take all inodes of a disk but so many."""
    fillers = disk / "fillers"
    fillers.mkdir()
    with suppress(OSError):
        for number in range(MIB):
            (fillers / str(number)).touch()
    for number in range(left):
        (fillers / str(number)).unlink()
    yield
    subprocess.run(["rm", "-r", str(fillers)], check=True)


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("room", [0, 60_000, 400_000])
def test_a_full_disk_is_told_and_the_next_build_completes_the_site(
    tmp_path: Path, room: int, workers: int
) -> None:
    with mounted(tmp_path / "disk", "size=12m") as disk:
        place = Place(tmp_path / "source", disk / "www", disk / "cache")
        place.given(network(12))
        assert place.build()[0] == 0
        place.given(later())
        with without_room(disk, room):
            place.suffers(lambda: place.build(workers), *FULL, fine=False)
        place.is_repaired(tmp_path)


@pytest.mark.parametrize("left", [0, 1, 3, 30])
def test_a_disk_without_inodes_is_told_and_the_next_build_completes_the_site(
    tmp_path: Path, left: int
) -> None:
    with mounted(tmp_path / "disk", "size=64m,nr_inodes=1500") as disk:
        place = Place(tmp_path / "source", disk / "www", disk / "cache")
        place.given(network(12))
        assert place.build()[0] == 0
        place.given(later())
        with without_inodes(disk, left):
            place.suffers(place.build, *FULL, fine=False)
        place.is_repaired(tmp_path)


@pytest.mark.parametrize("what", ["www", "cache", "both"])
def test_a_read_only_file_system_is_told_and_the_next_build_completes_the_site(
    tmp_path: Path, what: str
) -> None:
    with ExitStack() as stack:
        disks = {
            name: stack.enter_context(mounted(tmp_path / f"disk-{name}", "size=32m"))
            for name in ("www", "cache")
        }
        place = Place(tmp_path / "source", disks["www"] / "out", disks["cache"] / "cache")
        place.given(network(12))
        assert place.build()[0] == 0
        place.given(later())
        closed = [disk for name, disk in disks.items() if what in {name, "both"}]
        for disk in closed:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        place.suffers(place.build, *READ_ONLY, fine=False)
        for disk in closed:
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        place.is_repaired(tmp_path)
