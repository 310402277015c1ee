"""`python -m tests.machine --builds N`: random histories until so many builds were made and judged.

Steps are chosen evenly, by a seed. What breaks a promise is printed as a script that replays it.
"""

import argparse
import itertools
import random
import sys
import time
import traceback

from tests.machine.test_machine import STEPS
from tests.machine.world import World

STEPS_A_HISTORY = 25
BUILDS = "build"

Step = tuple[str, tuple[int, ...]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=__doc__)
    parser.add_argument("--builds", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1, help="where the histories begin")
    parser.add_argument("--minutes", type=float, default=600, help="end after so long")
    chosen = parser.parse_args()
    began = time.monotonic()
    failures = 0
    for seed in itertools.count(chosen.seed):
        failures += not survives(history(random.Random(seed)))
        print(f"seed {seed}: {World.counts['builds']} builds", file=sys.stderr, flush=True)
        late = time.monotonic() - began > chosen.minutes * 60
        if late or World.counts["builds"] >= chosen.builds:
            break
    print(table(time.monotonic() - began, failures))
    return failures and 1


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
    except AssertionError:
        traceback.print_exc()
        print(script(taken), flush=True)
        return False
    finally:
        world.close()
    return True


def script(steps: list[Step]) -> str:
    """Return a program that takes these steps."""
    lines = ["from tests.machine.world import World", "", "world = World()"]
    lines += [f"world.{name}({', '.join(map(str, numbers))})" for name, numbers in steps]
    return "\n".join(lines)


def table(seconds: float, failures: int) -> str:
    counts = World.counts
    rows = [(name, counts[name]) for name in ("builds", "clean builds", "steps")]
    rows += [("broken promises", failures)]
    rows += sorted((name, n) for name, n in counts.items() if name.startswith("step "))
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:{width}} {n:7,}" for name, n in rows]
    return "\n".join([*lines, f"{seconds:,.0f} seconds"])


if __name__ == "__main__":
    sys.exit(main())
