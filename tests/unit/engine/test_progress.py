import io
from collections.abc import Iterator, Mapping

import pytest
from doit.exceptions import TaskFailed, UnmetDependency
from doit.task import Task

from allium.build import summary
from allium.engine import phases, progress
from allium.engine.bars import QuietReporter
from allium.engine.phases import Counted, Phase, duration, rate
from allium.engine.progress import ProgressReporter

WIDTH = 80


def task(name: str) -> Task:
    return Task(name, ["true"])


class Build:
    """A build of tasks that are all made, on a clock that goes on when the test says so."""

    def __init__(self, totals: Mapping[str, int], selected: list[str] | None = None) -> None:
        self.now = 0.0
        self.stream = io.StringIO()
        self.tasks: dict[str, Task] = {}
        for phase, total in totals.items():
            names = [phase] if total == 1 else [f"{phase}:{number}" for number in range(total)]
            self.tasks |= {name: task(name) for name in names}
            if total != 1:
                self.tasks[phase] = Task(phase, None, task_dep=names, has_subtask=True)
        self._selected = list(totals) if selected is None else selected

    def begin(self) -> None:
        self.reporter = ProgressReporter(self.stream, {})
        self.reporter.initialize(self.tasks, self._selected)

    def run(self, name: str, seconds: float = 0.0) -> None:
        self.start(name)
        self.now += seconds
        self.reporter.add_success(self.tasks[name])

    def start(self, name: str) -> None:
        self.reporter.get_status(self.tasks[name])
        self.reporter.execute_task(self.tasks[name])

    def skip(self, name: str) -> None:
        self.reporter.get_status(self.tasks[name])
        self.reporter.skip_uptodate(self.tasks[name])

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


@pytest.fixture
def building(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Build]]:
    """Return builds of which the reporter reads the build's own clock."""

    class Clocked(Build):
        def begin(self) -> None:
            monkeypatch.setattr(progress.time, "monotonic", lambda: self.now)
            super().begin()

    monkeypatch.setattr(ProgressReporter, "counted", summary.PHASES)
    yield Clocked
    phases.listen(None)


def test_a_line_says_phase_done_of_total_rate_and_time_left(building: type[Build]) -> None:
    build = building({"precompute": 3188})
    build.begin()
    for number in range(500):
        build.run(f"precompute:{number}", 0.001)
    assert build.lines == ["precompute 500/3188 contacts, 1000/s, 2.7 s left"]


def test_a_line_comes_after_five_hundred_contacts_however_quick_they_are(
    building: type[Build],
) -> None:
    build = building({"precompute": 3188})
    build.begin()
    for number in range(1800):
        build.run(f"precompute:{number}", 0.0001)
    assert [line.split()[1] for line in build.lines] == ["500/3188", "1000/3188", "1500/3188"]


def test_pages_have_one_line_each_second_however_many_they_are(building: type[Build]) -> None:
    build = building({"render": 20_000})
    build.begin()
    for number in range(19_000):
        build.run(f"render:{number}", 1 / 2048)
    assert len(build.lines) == int(build.now) == 9
    assert build.lines[0] == "render 2048/20000 pages, 2048/s, 8.8 s left"


def test_no_line_comes_sooner_than_a_second_after_another_of_a_phase_that_goes_on(
    building: type[Build],
) -> None:
    build = building({"render": 100})
    build.begin()
    for number in range(12):
        build.run(f"render:{number}", 0.25)
    assert len(build.lines) == 3


def test_what_is_up_to_date_is_done_and_costs_no_time(building: type[Build]) -> None:
    """In an hour 440 of 3,188 operators change: the others are looked at in no time."""
    build = building({"precompute": 1000})
    build.begin()
    for number in range(800):
        build.skip(f"precompute:{number}")
    for number in range(800, 1000):
        build.reporter.get_status(build.tasks[f"precompute:{number}"])
    for number in range(800, 900):
        build.reporter.execute_task(build.tasks[f"precompute:{number}"])
        build.now += 1 / 64
        build.reporter.add_success(build.tasks[f"precompute:{number}"])
    assert build.lines == ["precompute 864/1000 contacts, 64/s, 2.1 s left"]


def test_of_what_was_not_looked_at_as_large_a_part_is_expected_to_run(
    building: type[Build],
) -> None:
    """One process looks at each task when its turn comes."""
    build = building({"precompute": 1000})
    build.begin()
    for number in range(0, 500, 2):
        build.skip(f"precompute:{number}")
        build.run(f"precompute:{number + 1}", 1 / 128)
    assert build.lines == ["precompute 256/1000 contacts, 128/s, 2.9 s left"]


def test_a_build_with_nothing_to_do_has_no_line(building: type[Build]) -> None:
    build = building({"split": 1, "precompute": 3188, "render": 20_000})
    build.begin()
    for name in list(build.tasks):
        build.now += 0.1
        build.skip(name)
    build.reporter.complete_run()
    assert build.lines == []


def test_a_phase_that_ends_says_how_long_it_took(building: type[Build]) -> None:
    build = building({"render": 100, "prune": 1})
    build.begin()
    for number in range(100):
        build.run(f"render:{number}", 1 / 128)
    build.run("prune", 0.125)
    assert build.lines == ["render 100/100 pages, 128/s, done in 0.8 s"]


def test_the_first_few_tasks_of_many_say_nothing_of_the_rate(building: type[Build]) -> None:
    """Children are forked first, and answer in batches."""
    build = building({"precompute": 3188})
    build.begin()
    for number in range(9):
        build.run(f"precompute:{number}", 1 / 8)
    build.run("precompute:9", 1)
    assert build.lines == [
        "precompute 8/3188 contacts, 1.0 s so far",
        "precompute 10/3188 contacts, 4.7/s, 11 min 15 s left",
    ]


def test_a_phase_whose_last_tasks_are_up_to_date_says_that_it_ended(building: type[Build]) -> None:
    build = building({"render": 100})
    build.begin()
    for number in range(50):
        build.run(f"render:{number}", 1 / 128)
    for number in range(50, 100):
        build.skip(f"render:{number}")
    assert build.lines == ["render 100/100 pages, 128/s, done in 0.4 s"]


def test_one_document_is_not_called_documents(building: type[Build]) -> None:
    build = building({"fetch": 4})
    build.begin()
    assert [summary.PHASES["fetch"].noun(one) for one in (0, 1, 2)] == [
        "documents",
        "document",
        "documents",
    ]
    build.start("fetch:0")
    build.now += 2
    build.reporter.waiting()
    assert build.lines == ["fetch 0/4 documents, 2.0 s so far"]


def test_a_long_task_says_each_second_what_it_is_at(building: type[Build]) -> None:
    build = building({"split": 1})
    build.begin()
    build.start("split")
    phases.at("split", "reading")
    build.now += 1.25
    phases.at("split", "joining the network")
    for _ in range(8):
        build.now += 0.25
        phases.waiting()
    build.reporter.add_success(build.tasks["split"])
    assert build.lines == [
        "split: joining the network, 1.2 s so far",
        "split: joining the network, 2.2 s so far",
        "split: joining the network, 3.2 s so far",
        "split, done in 3.2 s",
    ]


def test_nobody_hears_of_steps_when_the_build_has_ended(building: type[Build]) -> None:
    build = building({"split": 1})
    build.begin()
    build.start("split")
    build.reporter.complete_run()
    build.now += 5
    phases.at("split", "joining the network")
    phases.waiting()
    assert build.lines == []


def test_a_wait_after_the_end_of_a_phase_says_nothing(building: type[Build]) -> None:
    build = building({"prune": 1})
    build.begin()
    build.run("prune", 0.25)
    build.now += 5
    phases.waiting()
    assert build.lines == []


def test_what_nobody_asked_for_is_not_counted(building: type[Build]) -> None:
    build = building({"precompute": 300, "render": 9000}, ["render:7"])
    build.tasks["render:7"].task_dep.append("precompute:7")
    build.begin()
    build.run("precompute:7", 1.5)
    build.run("render:7", 1.5)
    assert build.lines == ["precompute, done in 1.5 s", "render, done in 1.5 s"]


def test_tasks_that_are_made_meanwhile_are_counted(building: type[Build]) -> None:
    build = building({"split": 1, "precompute": 2})
    later = {name: build.tasks.pop(name) for name in list(build.tasks) if "precompute" in name}
    build.begin()
    build.run("split", 0.5)
    build.tasks |= later
    build.run("precompute:0", 2)
    assert build.lines == ["precompute 1/2 contacts, 0.5/s, 2.0 s left"]


def test_a_task_that_failed_or_cannot_run_is_waited_for_no_more(building: type[Build]) -> None:
    build = building({"render": 4})
    build.begin()
    build.run("render:0", 0.5)
    build.start("render:1")
    build.reporter.add_failure(build.tasks["render:1"], TaskFailed("the disk is full"))
    build.reporter.get_status(build.tasks["render:2"])
    build.reporter.add_failure(build.tasks["render:2"], UnmetDependency("render:1"))
    build.run("render:3", 0.5)
    assert build.lines[0] == "render:1: the disk is full"
    assert build.lines[-1] == "render 4/4 pages, 2.0/s, done in 1.0 s"


def test_a_group_is_not_counted(building: type[Build]) -> None:
    build = building({"render": 2})
    build.begin()
    build.reporter.add_success(build.tasks["render"])
    build.run("render:0", 2)
    assert build.lines == ["render 1/2 pages, 0.5/s, 2.0 s left"]


def test_tasks_of_another_task_file_are_counted_without_a_noun() -> None:
    phase = Phase("many", None)
    phase.total, phase.looked_at, phase.ran = 200, 50, 50
    phase.begin(0.0)
    assert phase.line(2.0) == "many 50/200, 25/s, 6.0 s left"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (59.96, "1 min 0 s"), (125, "2 min 5 s")],
)
def test_a_time_is_told_in_seconds_or_in_minutes(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("per_second", "words"), [(0.26, "0.3/s"), (9.96, "10.0/s"), (10, "10/s"), (2345.6, "2346/s")]
)
def test_a_low_rate_has_a_decimal(per_second: float, words: str) -> None:
    assert rate(per_second) == words


@pytest.mark.parametrize("name", sorted(summary.PHASES))
def test_the_longest_line_of_a_hundred_thousand_tasks_is_short(name: str) -> None:
    phase = Phase(name, Counted(summary.PHASES[name].noun))
    phase.total, phase.looked_at, phase.ran = 100_000, 100_000, 99_000
    phase.begin(0.0)
    assert len(phase.line(9_999.0)) <= WIDTH


def test_a_failure_is_told_at_once_and_success_is_not() -> None:
    stream = io.StringIO()
    reporter = QuietReporter(stream, {})
    reporter.execute_task(task("a"))
    reporter.add_success(task("a"))
    reporter.add_failure(task("b"), TaskFailed("the disk is full"))
    assert stream.getvalue() == "b: the disk is full\n"
