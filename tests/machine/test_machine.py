"""Incremental equals clean, after whatever happens."""

from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.machine.world import World

NUMBER = st.integers(0, 2**16)
SMALL = st.integers(0, 9)
NOW = st.sampled_from((True, True, True, False))
"""Most steps are followed by a build at once, some wait for the next."""


class Machine(RuleBasedStateMachine):
    """Every step of `World`, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def teardown(self) -> None:
        self.world.close()

    def _step(self, name: str, now: bool, *numbers: int) -> None:
        World.counts["steps"] += 1
        World.counts[f"step {name}"] += 1
        getattr(self.world, name)(*numbers)
        if now:
            self.world.build()

    @rule(zygote=SMALL, zone=SMALL, mask=st.sampled_from((0o022, 0o077, 0o000)), workers=SMALL)
    def build(self, zygote: int, zone: int, mask: int, workers: int) -> None:
        World.counts["steps"] += 1
        World.counts["step build elsewhere"] += 1
        self.world.build(zygote=zygote, zone=zone, mask=mask, workers=workers % 3)


def _rule(name: str, *numbers: Any) -> Any:
    """Return a rule that takes one step of the world."""
    drawn = {f"number{place}": number for place, number in enumerate(numbers)}

    def step(self: Machine, now: bool, **given: int) -> None:
        self._step(name, now, *(given[key] for key in drawn))

    step.__name__ = name  # by which rules are chosen and printed
    return rule(now=NOW, **drawn)(step)


STEPS: dict[str, tuple[Any, ...]] = {
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
    "edit_template": (NUMBER, SMALL),
    "edit_static": (SMALL,),
    "edit_code": (NUMBER,),
    "change_code": (SMALL,),
    "choose": (SMALL,),
    "delete_page": (NUMBER,),
    "edit_page": (NUMBER,),
    "truncate_page": (NUMBER,),
    "delete_cached": (NUMBER,),
    "damage_cached": (NUMBER, SMALL),
    "delete_cache": (SMALL,),
    "delete_site": (),
    "leave_litter": (NUMBER,),
    "accident": (SMALL, NUMBER, SMALL),
}
for _name, _numbers in STEPS.items():
    setattr(Machine, _name, _rule(_name, *_numbers))


def run(examples: int, steps: int, *, seed: int | None = None, shrink: bool = True) -> None:
    """Run so many histories of so many steps; raises what the first broken promise raises."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=phases,
        derandomize=seed is None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    machine: Any = Machine
    if seed is not None:
        from hypothesis import seed as seeded

        machine = type("Seeded", (Machine,), {})
        machine = seeded(seed)(machine)
    run_state_machine_as_test(machine, settings=chosen)


def test_after_any_history_a_build_gives_what_a_clean_build_gives() -> None:
    run(examples=3, steps=8)
