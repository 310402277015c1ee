"""Jobs of one action in several processes: the same results, and nothing that stays behind."""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from allium.engine.crew import Crew, divided


@pytest.fixture(params=[1, 2, 5])
def size(request: pytest.FixtureRequest) -> Iterator[int]:
    before, Crew.size = Crew.size, request.param
    yield request.param
    Crew.size = before


@pytest.fixture
def two() -> Iterator[None]:
    before, Crew.size = Crew.size, 2
    yield
    Crew.size = before


def children() -> set[str]:
    """Return this process's children, among them those of other tests."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def squares(count: int) -> list[Callable[[], int]]:
    return [partial(pow, number, 2) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 200])
def test_results_come_in_the_order_of_the_jobs(size: int, count: int) -> None:
    assert divided(squares(count)) == [number**2 for number in range(count)]


def test_several_processes_take_part(two: None, tmp_path: Path) -> None:
    def meet() -> int:
        """Wait for the other job, which only another process can begin meanwhile."""
        (tmp_path / str(os.getpid())).touch()
        while len(list(tmp_path.iterdir())) < 2:
            pass
        return os.getpid()

    assert len(set(divided([meet, meet]))) == 2


def test_results_larger_than_a_pipe_arrive(two: None) -> None:
    assert divided([partial(bytes, 1_000_000)] * 3) == [bytes(1_000_000)] * 3


def fails() -> int:
    raise FileNotFoundError(2, "gone", "there")


def test_what_a_job_raises_is_raised_here(size: int) -> None:
    before = children()
    with pytest.raises(FileNotFoundError, match="gone"):
        divided([fails] * 3)
    assert children() == before


def test_a_process_that_is_killed_is_told_of(two: None) -> None:
    here = os.getpid()

    def job() -> None:
        """Be killed in a child, and here wait for that."""
        if os.getpid() == here:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    before = children()
    with pytest.raises(ChildProcessError, match="killed by signal 9"):
        divided([job, job])
    assert children() == before
