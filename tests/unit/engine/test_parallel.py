"""Jobs of one action in several processes: the same results, and nothing that stays behind."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import hypothesis.strategies as st
import pytest
from hypothesis import given

from allium.engine.parallel import ALLOWED, MOST_JOBS, PORTION, JobPool, parallel_map, portions
from allium.store import files, shard_ledger

T = TypeVar("T")


@pytest.fixture(params=[1, 2, 5])
def size(request: pytest.FixtureRequest) -> Iterator[int]:
    before = ALLOWED.set(request.param)
    yield request.param
    ALLOWED.reset(before)


@pytest.fixture
def two() -> Iterator[None]:
    before = ALLOWED.set(2)
    yield
    ALLOWED.reset(before)


def children() -> set[str]:
    """Return this process's children, among them those of other tests."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def divided(jobs: Sequence[Callable[[], T]]) -> list[T]:
    with JobPool(jobs) as pool:
        return pool.results()


def squares(count: int) -> list[Callable[[], int]]:
    return [partial(pow, number, 2) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 200])
def test_results_come_in_the_order_of_the_jobs(size: int, count: int) -> None:
    assert divided(squares(count)) == [number**2 for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, PORTION, PORTION * 3 + 1, PORTION * MOST_JOBS + 1])
def test_a_function_is_applied_to_any_number_of_items(size: int, count: int) -> None:
    assert parallel_map(str, range(count)) == [str(number) for number in range(count)]


def test_several_processes_take_part(two: None, tmp_path: Path) -> None:
    def meet() -> int:
        """Wait for the other job, which only another process can begin meanwhile."""
        (tmp_path / str(os.getpid())).touch()
        while len(list(tmp_path.iterdir())) < 2:
            pass
        return os.getpid()

    assert len(set(divided([meet, meet]))) == 2


@pytest.mark.parametrize("busy", [False, True])
def test_one_job_is_done_by_a_child_while_this_process_is_busy(two: None, busy: bool) -> None:
    with JobPool([os.getpid], busy=busy) as pool:
        assert pool._children == [] or busy
        if busy:
            while not pool._children[0].has_ended():
                pass
        assert (pool.results() != [os.getpid()]) == busy


def test_results_larger_than_a_pipe_arrive(two: None) -> None:
    assert divided([partial(bytes, 1_000_000)] * 3) == [bytes(1_000_000)] * 3


def fails() -> int:
    raise FileNotFoundError(2, "gone", "there")


def test_what_a_job_raises_is_raised_here(size: int) -> None:
    before = children()
    with pytest.raises(FileNotFoundError, match="gone"):
        divided([fails] * 3)
    assert children() <= before


def test_a_process_that_is_killed_is_told_of(two: None, tmp_path: Path) -> None:
    here, begun = os.getpid(), tmp_path / "begun"

    def job() -> None:
        """Be killed in a child, and here wait until a child has begun its job."""
        if os.getpid() != here:
            begun.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        while not begun.exists():
            time.sleep(0.001)

    before = children()
    with pytest.raises(ChildProcessError, match="killed by signal 9"):
        divided([job, job])
    assert children() <= before


def test_jobs_run_while_this_process_does_something_else(two: None, tmp_path: Path) -> None:
    def job() -> int:
        (tmp_path / "begun").touch()
        return os.getpid()

    with JobPool([job, job]) as pool:
        while not (tmp_path / "begun").exists():
            pass
        assert set(pool.results()) - {os.getpid()}


def test_two_divisions_at_once_do_not_disturb_each_other(size: int) -> None:
    before = children()
    with JobPool(squares(50)) as first, JobPool(squares(70)) as second:
        assert second.results() == [number**2 for number in range(70)]
        assert first.results() == [number**2 for number in range(50)]
    assert children() <= before


def test_a_division_that_nobody_asks_for_results_leaves_no_process(size: int) -> None:
    before = children()
    with JobPool([partial(time.sleep, 60)] * 3):
        pass
    assert children() <= before


def test_a_function_is_spread_over_processes_by_thousands(size: int) -> None:
    for count in (0, 1, PORTION, 3 * PORTION + 1):
        assert parallel_map(str, range(count)) == [str(number) for number in range(count)]


@given(st.lists(st.integers()), st.integers(1, 9))
def test_portions_are_the_whole_in_order_and_none_is_too_large(items: list[int], most: int) -> None:
    found = portions(items, most)
    assert [item for part in found for item in part] == items
    assert all(0 < len(part) <= most for part in found)


def test_divisions_together_have_no_more_processes_than_there_may_be(
    two: None, tmp_path: Path
) -> None:
    before = children()

    def meet() -> int:
        """Wait until a second process takes part, and tell which one this is."""
        (tmp_path / str(os.getpid())).touch()
        while len(list(tmp_path.iterdir())) < 2:
            pass
        return os.getpid()

    with (
        JobPool([partial(time.sleep, 0.2)] * 2) as first,
        JobPool([meet] * 4, beside=first) as second,
    ):
        assert len(children() - before) == 1
        first.results()
        assert len(set(second.results())) == 2
    assert children() <= before


def test_several_processes_find_in_a_site_what_one_finds(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allium.engine.parallel.PORTION", 7)
    names = [f"{number:03}" for number in range(100)]
    root, memory = tmp_path / "site", str(tmp_path / "memory.json")
    root.mkdir()
    for name in names:
        (root / name).write_text(name)
    before = shard_ledger.observe(str(root), names, memory, parallel_map)
    assert before == shard_ledger.observe(str(root), names, str(tmp_path / "other.json"))
    for name in names[::9]:
        (root / name).write_text("altered")
        (root / f"{name}.allium-tmp").write_text("half")
    after = shard_ledger.observe(str(root), names, memory, parallel_map)
    assert [name for name in names if before[name] != after[name]] == names[::9]
    assert after == shard_ledger.observe(str(root), names, str(tmp_path / "third.json"))
    files.sweep(str(root), names, parallel_map)
    assert sorted(file.name for file in root.iterdir()) == names
