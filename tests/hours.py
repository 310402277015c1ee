"""`python -m tests.hours`: a day of the sample network, published under a constant reader.

Builds and publishes one simulated hour after the other, reads the site through nginx all the while,
then turns back, goes on, and has the gate refuse an hour. Prints the figures as a table.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.support import nginx

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["/", "/status.json", "/changes/", "/changes/feed.xml", "/static/allium.css"]


class Day:
    """One day below `folder`."""

    def __init__(self, folder: Path, relays: int) -> None:
        self.folder, self.relays = folder, relays
        self.public = folder / "public"
        self.current = self.public / "current"

    def doit(self, hour: int, *arguments: str, **settings: int) -> int:
        chosen = {"relays": self.relays, "hour": hour} | settings
        places = {"out": "www", "cache": "cache", "publish": "public"}
        variables = [
            *(f"{name}={value}" for name, value in chosen.items()),
            *(f"{name}={self.folder / place}" for name, place in places.items()),
        ]
        command = [sys.executable, "-m", "doit", *(arguments or ["-n", "2"]), *variables]
        with (self.folder / "log").open("ab") as log:
            return subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode

    def hour(self, hour: int, **settings: int) -> dict[str, Any]:
        """Build and publish; say and return seconds, CPU seconds, files, bytes to send, and the status."""
        cpu, began = _cpu(), time.monotonic()
        status = self.doit(hour, **settings)
        seconds, spent = time.monotonic() - began, _cpu() - cpu
        delta = json.loads((self.current / "delta.json").read_bytes())
        moved = [*delta["added"], *delta["changed"]]
        row = {
            "hour": hour,
            "status": status,
            "seconds": round(seconds, 2),
            "cpu": round(spent, 2),
            "files": len(moved),
            "removed": len(delta["removed"]),
            "bytes": sum((self.current / name).stat().st_size for name in moved),
        }
        say(*(f"{name} {value:>8}" for name, value in row.items()))
        return row

    def disk(self) -> tuple[int, int]:
        """Return the bytes that all generations take, and what one takes, in bytes of files."""
        every = {(one.st_dev, one.st_ino): one.st_size for one in _stats(self.public)}
        present = {(one.st_dev, one.st_ino): one.st_size for one in _stats(self.current)}
        return sum(every.values()), sum(present.values())


def _stats(folder: Path) -> list[os.stat_result]:
    found = [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]
    return [path.stat() for path in found if not path.is_symlink()]


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _whole(path: str, body: bytes) -> None:
    """Raise `AssertionError` when a body is not a whole file."""
    ends = {"/": b"</html>", "/changes/": b"</html>", "/changes/feed.xml": b"</feed>"}
    assert body.rstrip().endswith(ends.get(path, b"}")), "cut"


def main() -> int:
    """Run the day; return 1 when a reader saw an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.hours", description=__doc__)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--relays", type=int, default=600)
    chosen = parser.parse_args()
    if nginx.BINARY is None:
        sys.stderr.write("nginx is not installed: apt-get install nginx-light\n")
        return 3
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        return _day(Day(Path(folder), chosen.relays), chosen.hours)


def _day(day: Day, hours: int) -> int:
    rows = [day.hour(0)]
    served = nginx.nginx(day.current, day.folder / "nginx")
    with served as port, nginx.Reader(port, PAGES, _whole) as reader:
        rows += [day.hour(hour) for hour in range(1, hours)]
        back = day.doit(hours, "rollback")
        held = day.hour(hours)
        forced = day.doit(hours, "publish", "--force")
        gate = day.hour(hours + 1, relays=day.relays // 2)
        rows.append(day.hour(hours + 1))
    every, one = day.disk()
    kept = len([*(day.public / "generations").iterdir()])
    say(f"rollback: status {back}, then a build {held['status']}, then --force {forced}")
    say(f"gate: status {gate['status']} when half of the relays went")
    say(f"{kept} generations in {every / 1e6:.1f} MB, one alone {one / 1e6:.1f} MB")
    say(f"{reader.requests} requests, {len(reader.errors)} errors {reader.errors[:3]}")
    expected = (0, 73, 0, 73)
    right = (back, held["status"], forced, gate["status"]) == expected
    return int(bool(reader.errors) or not right or any(row["status"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
