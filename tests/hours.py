"""`python -m tests.hours`: a day of publications through nginx under a constant reader.

Builds and publishes one hour after the other, reads the site through nginx all the while, mirrors it
by the lists that each generation has, then turns back, goes on, and has the gate refuse an hour.
The hours are those of the sample network, or recorded ones: `--real FOLDER FOLDER`. Prints the
figures, a line for each hour.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from tests.support import nginx

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["/", "/status.json", "/changes/", "/changes/feed.xml", "/leaderboards/", "/flag/running/"]
REFUSED = 73


class World(Protocol):
    """Where the hours come from: settings of the build of each."""

    hours: int

    def at(self, hour: int) -> dict[str, str]:
        """Return the settings that give an hour; the last one may be asked for again and again."""

    def broken(self, hour: int) -> dict[str, str]:
        """Return settings that give an hour which the gate must refuse."""


class Sample:
    """The sample network, hour by hour."""

    def __init__(self, hours: int, relays: int) -> None:
        self.hours, self._relays = hours, relays

    def at(self, hour: int) -> dict[str, str]:
        return {"source": "sample", "hour": str(hour), "relays": str(self._relays)}

    def broken(self, hour: int) -> dict[str, str]:
        return self.at(hour) | {"relays": str(self._relays // 2)}


class Recorded:
    """Folders of documents, one for each hour."""

    def __init__(self, folders: list[Path], scratch: Path) -> None:
        self.hours, self._folders, self._scratch = len(folders), folders, scratch

    def at(self, hour: int) -> dict[str, str]:
        return {"source": str(self._folders[min(hour, self.hours - 1)])}

    def broken(self, hour: int) -> dict[str, str]:
        """Return an hour whose details lost the second half of the relays."""
        whole = json.loads((self._folders[min(hour, self.hours - 1)] / "details.json").read_bytes())
        del whole["relays"][len(whole["relays"]) // 2 :]
        self._scratch.mkdir(exist_ok=True)
        (self._scratch / "details.json").write_text(json.dumps(whole))
        return {"source": str(self._scratch)}


class Day:
    """One day below `folder`."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder, self.world = folder, world
        self.public = folder / "public"
        self.current = self.public / "current"
        self.mirror = folder / "mirror"

    def doit(self, settings: dict[str, str], *arguments: str) -> int:
        places = {"out": "www", "cache": "cache", "publish": "public"}
        variables = [
            *(f"{name}={value}" for name, value in settings.items()),
            *(f"{name}={self.folder / place}" for name, place in places.items()),
        ]
        command = [sys.executable, "-m", "doit", *(arguments or ["-n", "2"]), *variables]
        with (self.folder / "log").open("ab") as log:
            return subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode

    def hour(self, hour: int) -> int:
        """Build, publish and mirror an hour; return the status."""
        return self.built(f"hour {hour}", self.world.at(hour))

    def built(self, name: str, settings: dict[str, str]) -> int:
        """Build, publish and mirror; say seconds, CPU seconds, files and bytes to send."""
        cpu, began = _cpu(), time.monotonic()
        status = self.doit(settings)
        seconds, spent = time.monotonic() - began, _cpu() - cpu
        # What a refused build leaves in place has been told already.
        delta = {} if status else json.loads((self.current / "delta.json").read_bytes())
        moved = [*delta.get("added", ()), *delta.get("changed", ())]
        row = {
            "status": status,
            "seconds": round(seconds, 2),
            "cpu": round(spent, 2),
            "files": len(moved),
            "removed": len(delta.get("removed", ())),
            "bytes": sum((self.current / name).stat().st_size for name in moved),
            "rsync": self.mirrored(),
        }
        say(f"{name:9}", *(f"{what} {value:>9}" for what, value in row.items()))
        return status

    def mirrored(self) -> int:
        """Bring the mirror up to date by the lists; return the bytes that rsync sent."""
        had, has = (_digest(one / "manifest.json") for one in (self.mirror, self.current))
        if had == has:
            return 0
        lists = self.current.resolve().parent / "lists"
        delta = json.loads((self.current / "delta.json").read_bytes())
        follows = had == delta["before"]
        wanted = lists / ("changed.txt" if follows else "all.txt")
        files = ["--files-from", str(wanted), f"{self.current}/", f"{self.mirror}/"]
        # Between two folders rsync copies whole files unless it is told not to; a mirror is remote.
        command = ["rsync", "-a", "-z", "--no-whole-file", "--stats", *files]
        told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
        known = {*(lists / "all.txt").read_text().splitlines()}
        gone = {*_names(self.mirror)} - known
        if follows:
            assert gone == {*(lists / "removed.txt").read_text().splitlines()}
        for name in gone:
            (self.mirror / name).unlink()
        sent = re.search(r"Total bytes sent: ([\d,]+)", told)
        assert sent is not None
        return int(sent[1].replace(",", ""))

    def disk(self) -> tuple[int, int]:
        """Return the bytes that all generations take, and what one takes, in bytes of files."""
        every = {(one.st_dev, one.st_ino): one.st_size for one in _stats(self.public)}
        present = {(one.st_dev, one.st_ino): one.st_size for one in _stats(self.current)}
        return sum(every.values()), sum(present.values())

    def same(self) -> bool:
        """Tell whether the mirror has every file of the site, and no other."""
        return _contents(self.mirror) == _contents(self.current)


def _stats(folder: Path) -> list[os.stat_result]:
    found = [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]
    return [path.stat() for path in found if not path.is_symlink()]


def _names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


def _contents(folder: Path) -> dict[str, str]:
    return {name: _digest(folder / name) for name in _names(folder)}


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.exists() else "none"


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _whole(path: str, body: bytes) -> None:
    """Raise `AssertionError` when a body is not a whole file."""
    ends = {"/": b"</html>", ".xml": b"</feed>", ".json": b"}"}
    assert body.rstrip().endswith(next(ends[one] for one in ends if path.endswith(one))), "cut"


def main() -> int:
    """Run the day; return 1 when a reader saw an error or a status is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.hours", description=__doc__)
    parser.add_argument("--hours", type=int, default=24, help="of the sample network")
    parser.add_argument("--relays", type=int, default=600, help="of the sample network")
    parser.add_argument("--real", type=Path, nargs="+", metavar="FOLDER", help="recorded hours")
    chosen = parser.parse_args()
    for program, found in {"nginx": nginx.BINARY, "rsync": shutil.which("rsync")}.items():
        if found is None:
            sys.stderr.write(f"{program} is not installed\n")
            return 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        recorded = Recorded(chosen.real, folder / "broken") if chosen.real else None
        return _day(Day(folder, recorded or Sample(chosen.hours, chosen.relays)))


def _day(day: Day) -> int:
    hours = day.world.hours
    statuses = [day.hour(0)]
    served = nginx.nginx(day.current, day.folder / "nginx")
    with served as port, nginx.Reader(port, PAGES, _whole) as reader:
        statuses += [day.hour(hour) for hour in range(1, hours)]
        special = [
            _said("rollback", day.doit(day.world.at(hours), "rollback")),
            day.built("held", day.world.at(hours)),
            _said("publish --force", day.doit(day.world.at(hours), "publish", "--force")),
            day.built("gate", day.world.broken(hours + 1)),
        ]
        statuses.append(day.built("mended", day.world.at(hours + 1)))
    every, one = day.disk()
    kept = len([*(day.public / "generations").iterdir()])
    say(f"{kept} generations in {every / 1e6:.1f} MB, one alone {one / 1e6:.1f} MB")
    same = day.same()
    say("the mirror is", "equal to the site" if same else "NOT EQUAL to the site")
    say(f"{reader.requests} requests, {len(reader.errors)} errors {reader.errors[:3]}")
    right = special == [0, REFUSED, 0, REFUSED] and not any(statuses)
    return int(bool(reader.errors) or not same or not right)


def _said(name: str, status: int) -> int:
    say(f"{name}: status {status}")
    return status


if __name__ == "__main__":
    sys.exit(main())
