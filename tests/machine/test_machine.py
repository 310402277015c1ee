"""Incremental equals clean, after whatever happens."""

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.machine.replay import Step, script
from tests.machine.world import SETTINGS, World

NUMBER, SMALL = 2**16, 9
"""The largest numbers that steps are given, of many things and of few."""
NOW = st.sampled_from((True, True, True, False))
"""Most steps are followed by a build at once, some wait for the next."""


class Machine(RuleBasedStateMachine):
    """Every step of `World`, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self._taken: list[Step] = []

    def teardown(self) -> None:
        self.world.close()

    def _step(self, name: str, now: bool, *numbers: int) -> None:
        self._take(name, *numbers)
        if now:
            self._take("build")

    def _take(self, name: str, *numbers: int) -> None:
        """Take a step; on a broken promise, print the steps so far as a program."""
        self._taken.append((name, numbers))
        World.counts["steps"] += 1
        World.counts[f"step {name}"] += 1
        try:
            getattr(self.world, name)(*numbers)
        except AssertionError:
            print(script(self._taken))
            raise

    @rule(
        zygote=st.integers(0, 2),
        zone=st.integers(0, 2),
        mask=st.sampled_from((0o022, 0o077, 0o000)),
        workers=st.integers(0, 2),
    )
    def build(self, zygote: int, zone: int, mask: int, workers: int) -> None:
        self._take("build", zygote, zone, mask, workers)


def _rule(name: str, *highest: int) -> Any:
    """Return a rule that takes one step of the world."""
    drawn: dict[str, Any] = {
        f"number{place}": st.integers(0, high) for place, high in enumerate(highest)
    }

    def step(self: Machine, now: bool, **given: int) -> None:
        self._step(name, now, *(given[key] for key in drawn))

    step.__name__ = name  # by which rules are chosen and printed
    return rule(now=NOW, **drawn)(step)


STEPS: dict[str, tuple[int, ...]] = {
    "join": (NUMBER,),
    "leave": (SMALL,),
    "come_back": (SMALL,),
    "reorder": (SMALL,),
    "repeat": (SMALL,),
    "change": (SMALL, NUMBER, NUMBER),
    "amend": (SMALL, NUMBER, SMALL),
    "merge_contacts": (SMALL, SMALL),
    "split_contact": (SMALL, SMALL),
    "edit_family": (SMALL, SMALL),
    "leave_family": (SMALL,),
    "flip_aroi": (SMALL,),
    "hour_passes": (NUMBER,),
    "vanish": (SMALL,),
    "appear": (SMALL,),
    "go_bad": (SMALL, SMALL),
    "go_stale": (SMALL, NUMBER),
    "spoil_vote": (SMALL, SMALL),
    "mend_votes": (),
    "count_votes": (SMALL,),
    "edit_template": (NUMBER, SMALL),
    "edit_static": (SMALL,),
    "edit_code": (NUMBER,),
    "change_code": (SMALL,),
    "choose": (len(SETTINGS) - 1,),
    "delete_page": (NUMBER,),
    "edit_page": (NUMBER,),
    "truncate_page": (NUMBER,),
    "delete_cached": (NUMBER,),
    "damage_cached": (NUMBER, SMALL),
    "delete_cache": (SMALL,),
    "delete_site": (),
    "vanish_midway": (NUMBER, SMALL),
    "restore": (NUMBER,),
    "build_elsewhere": (SMALL,),
    "flip_cached": (NUMBER, SMALL),
    "swap_source": (SMALL,),
    "leave_litter": (NUMBER,),
    "accident": (SMALL, NUMBER, SMALL),
}
for _name, _numbers in STEPS.items():
    setattr(Machine, _name, _rule(_name, *_numbers))


def test_a_script_takes_the_steps_of_a_history_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Step] = []

    class Recorded:
        folder = "somewhere"

        def __getattr__(self, name: str) -> Callable[..., None]:
            return lambda *numbers: taken.append((name, numbers))

    monkeypatch.setattr("tests.machine.world.World", Recorded)
    steps: list[Step] = [("leave", (3,)), ("delete_site", ()), ("build", (0, 2, 0o022, 1))]
    exec(script(steps), {})  # noqa: S102  a program of ours
    assert taken == [*steps, ("close", ())]


def test_after_any_history_a_build_gives_what_a_clean_build_gives() -> None:
    chosen = settings(
        max_examples=3,
        stateful_step_count=8,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),  # a smaller example may take five minutes
        suppress_health_check=list(HealthCheck),
    )
    machine: Any = Machine
    run_state_machine_as_test(machine, settings=chosen)


def test_a_history_of_every_step_in_turn_breaks_no_promise() -> None:
    world = World()
    try:
        for number, (name, highest) in enumerate(STEPS.items()):
            getattr(world, name)(*(number * 7 % (high + 1) for high in highest))
            if number % 3 == 0:
                world.build(number, number, 0o022, number % 3)
        world.build()
    finally:
        world.close()
