"""`python -m tests.kills --times 50`: builds that are killed at random instants, and what is left.

Each build, from nothing or an hour later, runs in two processes until its parent is killed with
SIGKILL. After that no process may be left; the next build must end well, give every byte that a
build from nothing gives, leave no temporary file, and not repeat what had long been finished.
"""

import argparse
import hashlib
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tests.support.project import Build, Project

KEPT_SECONDS = 0.5
"""How long a finished task may stay unsaved."""
BUSY_SECONDS = 0.5
"""What a busy machine may add to that: a page is timed when it is written, not when it is told."""
GONE_SECONDS = 5
TEMPORARY = "*.allium-tmp"


class Hour(Struct, frozen=True):
    """One state of the network: how builds ask for it, and the digests of the site it gives."""

    origin: str
    arguments: tuple[str, ...]
    site: dict[str, str]
    seconds: float


class Kill(Struct, kw_only=True):
    """One kill and what came of it; a `complaint` for each promise that was broken."""

    what: str
    after: float
    left: int = 0
    ran: int = 0
    oldest_lost: float = 0.0
    complaints: list[str]


def main() -> int:
    """Kill builds; return 1 when a promise was broken."""
    chosen = _arguments()
    chance = random.Random(chosen.seed)  # noqa: S311  instants, no secrets
    if chosen.folder is not None:
        Path(chosen.folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        origins = chosen.hours or ["sample", "sample"]
        sizes = () if chosen.hours else (f"relays={chosen.relays}",)
        hours = [
            reference(Path(folder, f"clean-{number}"), origin, (*sizes, *_hour(number, sizes)))
            for number, origin in enumerate(origins)
        ]
        project = Project(Path(folder, "killed"))
        project.folder.mkdir()
        broken = 0
        for number in range(chosen.times):
            one = kill(project, hours[number % 2], chance, fresh=chance.random() < chosen.fresh)
            broken += bool(one.complaints)
            sys.stdout.write(f"{number + 1:>4}  {described(one)}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{chosen.times} kills, {broken} of them broke a promise\n")
    return broken and 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--relays", type=int, default=2000, help="of the sample network (2000)")
    parser.add_argument("--fresh", type=float, default=0.4, help="part of builds from nothing")
    parser.add_argument("--folder", help="where to build; that of temporary files otherwise")
    parser.add_argument("--hours", nargs=2, metavar="DIR", help="two recorded hours, no sample")
    return parser.parse_args()


def _hour(number: int, sizes: Sequence[str]) -> tuple[str, ...]:
    return (f"hour={number}",) if sizes else ()


def reference(folder: Path, origin: str, arguments: tuple[str, ...]) -> Hour:
    """Build from nothing; return the site and how long that takes."""
    folder.mkdir()
    project = Project(folder, origin=origin)
    began = time.monotonic()
    built = project.build(*arguments, workers=2)
    seconds = time.monotonic() - began
    assert built.status == 0, built.stderr
    hour = Hour(origin, arguments, digests(project), seconds)
    shutil.rmtree(folder)
    return hour


def digests(project: Project) -> dict[str, str]:
    """Return the SHA-256 of every file of the site."""
    return {name: hashlib.sha256(body).hexdigest() for name, body in project.tree().items()}


def kill(project: Project, hour: Hour, chance: random.Random, *, fresh: bool) -> Kill:
    """Kill one build of `hour` at a random instant, build again, and say what came of it."""
    if fresh:
        shutil.rmtree(project.site, ignore_errors=True)
        shutil.rmtree(project.cache, ignore_errors=True)
    project.origin = hour.origin
    one = Kill(
        what="from nothing" if fresh else "an hour later",
        after=chance.uniform(0.1, hour.seconds * (1 if fresh else 0.6)),
        complaints=[],
    )
    began = time.time()
    killed = _killed(project, hour, one)
    written = {path: path.stat().st_mtime for path in project.site.rglob("*") if path.is_file()}
    again = project.build(*hour.arguments, workers=2)
    one.ran = len(again.ran)
    _judge(project, hour, again, one)
    ages = [
        killed - written[path]
        for path in _repeated(project, again)
        if began < written.get(path, 0) < killed
    ]
    one.oldest_lost = max(ages, default=0.0)
    if one.oldest_lost > KEPT_SECONDS + BUSY_SECONDS:
        one.complaints.append(f"a page {one.oldest_lost:.2f} s old was made again")
    return one


def _killed(project: Project, hour: Hour, one: Kill) -> float:
    """Begin a build and kill its parent; return when."""
    process = project.start("run", "-n", "2", *hour.arguments)
    time.sleep(one.after)
    below = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    at = time.time()
    process.communicate()
    one.left = len(list(project.site.rglob(TEMPORARY)) + list(project.cache.rglob(TEMPORARY)))
    if alive := _alive(below):
        one.complaints.append(f"processes {alive} outlived their parent")
    return at


def _judge(project: Project, hour: Hour, again: Build, one: Kill) -> None:
    """Complain of what the build after the kill should have done."""
    if again.status:
        one.complaints.append(f"the next build ended with {again.status}: {again.stderr[-300:]}")
    site = digests(project)
    if site != hour.site:
        differing = sorted(
            name for name in site | hour.site if site.get(name) != hour.site.get(name)
        )
        one.complaints.append(f"{len(differing)} files differ, the first is {differing[0]}")
    for folder in (project.site, project.cache):
        if left := sorted(folder.rglob(TEMPORARY)):
            one.complaints.append(f"{left[0]} was left")


def _repeated(project: Project, again: Build) -> list[Path]:
    """Return the pages that the build after the kill rendered."""
    ran = set(again.ran_of("render:"))
    return [
        project.site / name
        for page in project.pages()
        if f"render:{page.kind}:{page.id}" in ran
        for name in page.files
    ]


def descendants(pid: int) -> list[int]:
    """Return the processes below one."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        try:
            tasks = list(Path(f"/proc/{current}/task").iterdir())
            below = [int(one) for task in tasks for one in (task / "children").read_text().split()]
        except OSError:
            continue
        found += below
        waiting += below
    return found


def _alive(pids: Sequence[int]) -> list[int]:
    """Return those of the processes that still are there after some time."""
    late = time.monotonic() + GONE_SECONDS
    left = list(pids)
    while left and time.monotonic() < late:
        left = [pid for pid in left if Path(f"/proc/{pid}").exists()]
        time.sleep(0.02)
    return left


def described(one: Kill) -> str:
    """Return one kill as a line."""
    lost = f"the oldest of them {one.oldest_lost:.2f} s old" if one.oldest_lost else "none twice"
    end = "; ".join(one.complaints) or "as it should be"
    return (
        f"{one.what:13} killed after {one.after:5.2f} s, {one.left} temporary files;"
        f" then {one.ran:>5} tasks ran, {lost}: {end}"
    )


if __name__ == "__main__":
    sys.exit(main())
