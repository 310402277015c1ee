"""`python -m tests.machine --builds N`: random histories until so many builds were made and judged.

Steps are chosen evenly, by a seed. What breaks a promise is printed as a script that replays it.
Two of these may run side by side, with seeds far apart.
"""

import argparse
import itertools
import random
import sys
import time
import traceback

from tests.machine.replay import Step, script
from tests.machine.test_machine import STEPS
from tests.machine.world import World

STEPS_A_HISTORY = 25
BUILDS = "build"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=__doc__)
    parser.add_argument("--builds", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1, help="where the histories begin")
    parser.add_argument("--minutes", type=float, default=600, help="end after so long")
    chosen = parser.parse_args()
    began = time.monotonic()
    failures = []
    for seed in itertools.count(chosen.seed):
        if not survives(history(random.Random(seed))):
            failures.append(seed)
        print(f"seed {seed}: {World.counts['builds']} builds", file=sys.stderr, flush=True)
        late = time.monotonic() - began > chosen.minutes * 60
        if late or World.counts["builds"] >= chosen.builds:
            break
    print(table(f"{chosen.seed} to {seed}", time.monotonic() - began, failures))
    return 1 if failures else 0


def history(chance: random.Random) -> list[Step]:
    """Return steps; a build, at a chosen place and in a chosen way, after three of four."""
    steps: list[Step] = []
    for name in chance.choices(sorted(STEPS), k=STEPS_A_HISTORY):
        steps.append((name, tuple(chance.randint(0, high) for high in STEPS[name])))
        if chance.random() < 0.75:
            mask = chance.choice((0o022, 0o077, 0o000))
            usual = (0, 0, 0o022, 0)
            odd = (chance.randint(0, 2), chance.randint(0, 2), mask, chance.randint(0, 2))
            steps.append((BUILDS, odd if chance.random() < 0.3 else usual))
    return steps


def survives(steps: list[Step]) -> bool:
    """Take the steps; on a broken promise, print it with a script and return false."""
    world = World()
    taken: list[Step] = []
    try:
        for name, numbers in steps:
            taken.append((name, numbers))
            World.counts["steps"] += 1
            World.counts[f"step {name}"] += 1
            getattr(world, name)(*numbers)
    except Exception:  # noqa: BLE001  whatever ends a history is printed with its script
        traceback.print_exc()
        print(script(taken), flush=True)
        return False
    finally:
        world.close()
    return True


def table(seeds: str, seconds: float, failures: list[int]) -> str:
    """Return what was done and what came of it, as the documentation shows it."""
    counts = World.counts
    broken = ", ".join(f"seed {seed}" for seed in failures)
    rows = [("seeds of the histories", seeds)]
    rows += [(name, f"{counts[name]:,}") for name in ("steps", "builds", "clean builds")]
    rows += [("histories that broke a promise", f"{len(failures)}{broken and f' ({broken})'}")]
    rows += [("hours", f"{seconds / 3600:.1f}")]
    steps = sorted(name for name in counts if name.startswith("step "))
    rows += [(name, f"{counts[name]:,}") for name in steps]
    return "\n".join(["| what | how many |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


if __name__ == "__main__":
    sys.exit(main())
