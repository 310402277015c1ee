"""What the fork runner adds to doit's own: children that may die, builds that may be stopped."""

import signal
import time
from pathlib import Path

import pytest

from tests.support.taskfiles import FAILING, MANY, PLAIN, Builds

GROUPS = (
    MANY
    + """
def task_many():
    for n in range(3):
        yield {"name": str(n), "actions": [(work, [f"out{n}"])], "targets": [f"out{n}"],
               "uptodate": [True]}
def task_all():
    return {"actions": None, "task_dep": ["many"]}
"""
).replace('"targets": ["first"]', '"targets": ["first"], "uptodate": [True]')


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_build_with_nothing_to_do_leaves_the_state_alone(tmp_path: Path, processes: str) -> None:
    ours = Builds(tmp_path / "ours", GROUPS, plugins=True)
    ours.run("-n", processes)
    before = _states(ours.folder)
    ours.run("-n", processes)
    assert _states(ours.folder) == before


def _states(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("state.db*")}


REWRITTEN = (
    MANY
    + """
from allium.engine.uptodate import TargetsUnchanged, targets
from allium.store import file_entry
def told(name):
    return targets(file_entry.written(name, name.encode())[0])
def rewrite():
    if os.path.exists("go"):
        work("last")
def task_reader():
    return {"actions": [(told, ["out0"])], "file_dep": ["last"], "targets": ["out0"],
            "uptodate": [TargetsUnchanged()]}
def task_writer():
    return {"actions": [rewrite], "task_dep": ["reader"]}
def task_later():
    return {"actions": [(told, ["out1"])], "file_dep": ["last"], "targets": ["out1"],
            "task_dep": ["writer"], "uptodate": [TargetsUnchanged()]}
"""
)


def test_what_a_task_rewrites_is_seen_by_one_that_comes_later(tmp_path: Path) -> None:
    ours = Builds(tmp_path / "ours", REWRITTEN, plugins=True)
    (ours.folder / "last").write_text("as it was")
    ours.run("-n", "2")
    (ours.folder / "go").touch()
    results = ours.run("-n", "2")["results"]
    assert (results["reader"], results["later"]) == ("up-to-date", "success")


def test_a_failure_is_told_with_the_name_of_its_task_and_its_traceback(tmp_path: Path) -> None:
    ours = Builds(tmp_path / "ours", FAILING, plugins=True)
    told = ours.run("-n", "2", "--continue")["text"]
    assert "many:250" in told
    assert "ValueError: out250 went wrong" in told


TALKATIVE = """
import os
def needed():
    return [f"needed/{n}-{'long' * 20}" for n in range(300)]
os.makedirs("needed", exist_ok=True)
for name in needed():
    open(name, "a").close()
def say():
    print("word " * 8000)
def task_many():
    for n in range(300):
        yield {"name": str(n), "actions": [say], "file_dep": needed()}
"""


def test_long_orders_and_long_answers_do_not_wait_for_each_other(tmp_path: Path) -> None:
    ours = Builds(tmp_path / "ours", TALKATIVE, plugins=True)
    results = ours.run("-n", "2")["results"]
    assert [results[f"many:{n}"] for n in range(300)] == ["success"] * 300


DYING = (
    MANY
    + """
PARENT = os.getpid()
def die(n):
    if os.getpid() != PARENT:
        try:
            with open("died", "x") as file:
                file.write(f"many:{n}")
            os.kill(os.getpid(), 9)
        except FileExistsError:
            pass
    work(f"out{n}")
def task_many():
    for n in range(300):
        yield {"name": str(n), "actions": [(die, [n])], "targets": [f"out{n}"],
               "file_dep": ["first"]}
"""
)


def test_a_child_that_dies_fails_only_what_it_held_and_the_build_goes_on(tmp_path: Path) -> None:
    ours = Builds(tmp_path / "ours", DYING, plugins=True)
    built = ours.run("-n", "2", "--continue")
    failed = [name for name, result in built["results"].items() if result == "fail"]
    assert (tmp_path / "ours/died").read_text() in failed
    assert len(failed) <= 2 * 37
    assert "was killed by signal 9" in built["text"]
    again = ours.run("-n", "2")
    assert again["status"] == 0
    ran = [name for name, result in again["results"].items() if result == "success"]
    assert set(failed) <= set(ran)
    assert len(list(tmp_path.glob("ours/out*"))) == 300


SLOW = (
    MANY
    + """
def slow(n):
    time.sleep(0.02)
    work(f"out{n}")
def task_many():
    for n in range(400):
        yield {"name": str(n), "actions": [(slow, [n])], "targets": [f"out{n}"],
               "file_dep": ["first"]}
"""
)


def test_what_children_did_while_their_parent_could_not_hear_is_kept(tmp_path: Path) -> None:
    ours = Builds(tmp_path / "ours", SLOW, plugins=True)
    process = ours.start("run", "-n", "2")
    while len(list(ours.folder.glob("out*"))) < 80:
        time.sleep(0.02)
    process.send_signal(signal.SIGSTOP)
    time.sleep(2)  # a child holds at most 36 tasks of 0.02 s
    done = len(list(ours.folder.glob("out*")))
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    process.communicate(timeout=20)
    results = ours.run("-n", "2")["results"]
    assert sum(result == "up-to-date" for result in results.values()) >= done


@pytest.mark.parametrize(
    ("how", "status"),
    [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)],
)
def test_a_build_that_is_stopped_keeps_what_it_finished_and_leaves_no_process(
    tmp_path: Path, how: signal.Signals, status: int
) -> None:
    ours = Builds(tmp_path / "ours", SLOW, plugins=True)
    process = ours.start("run", "-n", "2")
    while len(list(tmp_path.glob("ours/out*"))) < 120:
        time.sleep(0.02)
    children = _children(process.pid)
    process.send_signal(how)
    process.communicate(timeout=20)
    assert process.returncode == status
    done = len(list(tmp_path.glob("ours/out*")))
    assert _gone(children)
    again = ours.run("-n", "2")
    kept = sum(result == "up-to-date" for result in again["results"].values())
    assert again["status"] == 0
    assert kept >= done - (60 if how == signal.SIGKILL else 2)


SHARING = (
    MANY
    + """
from functools import partial
from allium.engine.parallel import JobPool
def sleep(n):
    with open(f"pid{n}", "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)
def share():
    with JobPool([partial(sleep, n) for n in range(3)]) as pool:
        pool.results()
def task_share():
    return {"actions": [share], "meta": {"expensive": True}}
"""
)


def test_nothing_outlives_a_build_that_is_killed_while_an_action_shares_its_work(
    tmp_path: Path,
) -> None:
    ours = Builds(tmp_path / "ours", SHARING, plugins=True)
    process = ours.start("run", "-n", "3")
    files = [ours.folder / f"pid{n}" for n in range(3)]
    while not all(file.exists() and file.read_text() for file in files):
        time.sleep(0.02)
    pids = {int(file.read_text()) for file in files}
    assert len(pids - {process.pid}) == 3
    process.kill()
    process.communicate(timeout=20)
    assert _gone([*pids])


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in tasks for child in file.read_text().split()]


def _gone(pids: list[int]) -> bool:
    assert pids
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.02)
    return False


def test_a_second_build_of_the_same_cache_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    ours = Builds(tmp_path / "ours", SLOW, plugins=True)
    first = ours.start("run", "-n", "2")
    while not list(tmp_path.glob("ours/out*")):
        time.sleep(0.02)
    second = ours.start("run")
    _, told = second.communicate(timeout=20)
    assert second.returncode == 75
    assert f"process {first.pid}, since " in told
    waiting = ours.start("run", "--wait", "-n", "0")
    first.communicate(timeout=60)
    waiting.communicate(timeout=60)
    assert (first.returncode, waiting.returncode) == (0, 0)


@pytest.mark.parametrize("number", ["-1", "many"])
def test_a_wrong_number_of_processes_is_an_error(tmp_path: Path, number: str) -> None:
    ours = Builds(tmp_path / "ours", PLAIN, plugins=True)
    process = ours.start("run", "-n", number)
    _, told = process.communicate(timeout=20)
    assert (process.returncode, number in told) == (3, True)


EXPENSIVE = (
    MANY
    + """
def slow(n):
    with open(f"pid{n}", "w") as file:
        file.write(str(os.getpid()))
    time.sleep(0.3)
def task_two():
    for n in range(2):
        yield {"name": str(n), "actions": [(slow, [n])], "meta": {"expensive": EXPENSIVE}}
"""
)


@pytest.mark.parametrize(("expensive", "processes"), [("True", 2), ("False", 1)])
def test_two_tasks_that_say_they_are_expensive_run_side_by_side(
    tmp_path: Path, expensive: str, processes: int
) -> None:
    ours = Builds(tmp_path / "ours", EXPENSIVE.replace("EXPENSIVE", expensive), plugins=True)
    assert ours.run("-n", "2")["status"] == 0
    pids = {path.read_text() for path in ours.folder.glob("pid*")}
    assert len(pids) == processes


ALONE = (
    MANY
    + """
def where():
    with open("pid", "w") as file:
        file.write(f"{os.getppid()} {os.getpid()}")
def task_alone():
    return {"actions": [where], "meta": {"expensive": True}}
"""
)


def test_what_an_expensive_task_leaves_in_memory_goes_with_a_process_of_its_own(
    tmp_path: Path,
) -> None:
    ours = Builds(tmp_path / "ours", ALONE, plugins=True)
    process = ours.start("run", "-n", "2")
    process.communicate(timeout=20)
    parent, child = (ours.folder / "pid").read_text().split()
    assert int(parent) == process.pid != int(child)


MEANWHILE = (
    MANY
    + """
from doit import create_after
READY = []
def slow():
    end = time.monotonic() + 10
    while not os.path.exists("meanwhile"):
        assert time.monotonic() < end
        time.sleep(0.01)
def prepare():
    READY.append(os.getpid())
    work("meanwhile")
def see(name):
    with open(name, "w") as file:
        file.write(" ".join(map(str, [os.getppid(), *READY])))
def task_slow():
    return {"actions": [slow], "meta": {"expensive": True, "prefetch": prepare}}
@create_after(executed="slow")
def task_many():
    for n in range(300):
        yield {"name": str(n), "actions": [(see, [f"out{n}"])], "targets": [f"out{n}"]}
"""
)


def test_a_parent_makes_meanwhile_what_later_children_share(tmp_path: Path) -> None:
    ours = Builds(tmp_path / "ours", MEANWHILE, plugins=True)
    process = ours.start("run", "-n", "2")
    process.communicate(timeout=20)
    assert process.returncode == 0
    parents, seen = zip(
        *(path.read_text().split() for path in ours.folder.glob("out*")), strict=True
    )
    assert str(process.pid) in parents
    assert set(seen) == {str(process.pid)}


LONG = (
    MANY
    + """
def wait():
    open("waiting", "w").close()
    time.sleep(60)
def task_quick():
    for n in range(300):
        yield {"name": str(n), "actions": [(work, [f"out{n}"])], "file_dep": ["first"],
               "targets": [f"out{n}"]}
def task_long():
    return {"actions": [wait], "file_dep": ["first"], "meta": {"expensive": True}}
"""
)


@pytest.mark.parametrize("processes", ["0", "2"])
def test_what_is_done_is_saved_while_something_takes_long(tmp_path: Path, processes: str) -> None:
    ours = Builds(tmp_path / "ours", LONG, plugins=True)
    process = ours.start("run", "-n", processes)
    while not (ours.folder / "waiting").exists() or len(list(ours.folder.glob("out*"))) < 120:
        time.sleep(0.02)
    time.sleep(1.2)  # twice the time that results may stay unsaved, and some for a busy machine
    process.kill()
    process.communicate(timeout=20)
    kept = ours.run("-n", processes, "quick")["results"]
    assert sum(result == "up-to-date" for result in kept.values()) >= 120


@pytest.mark.parametrize("number", ["x", "-1", "1.5", ""])
def test_a_number_of_processes_that_is_none_is_told_in_words(tmp_path: Path, number: str) -> None:
    status, out, err = Builds(tmp_path / "ours", MANY, plugins=True).say("run", f"-n{number}")
    told = out + err
    assert status == 3
    assert number in told
    assert "<" not in told
