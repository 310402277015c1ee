"""`python -m tests.machine --builds N`: histories until so many builds were made and judged.

What breaks a promise is printed as a script that replays it.
"""

import argparse
import itertools
import re
import sys
import time
import traceback

from tests.machine.test_machine import Machine, run
from tests.machine.world import World

EXAMPLES, STEPS = 4, 25


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=__doc__)
    parser.add_argument("--builds", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1, help="where the histories begin")
    chosen = parser.parse_args()
    began = time.monotonic()
    status = 0
    for seed in itertools.count(chosen.seed):
        try:
            run(EXAMPLES, STEPS, seed=seed)
        except BaseException as error:  # noqa: BLE001  whatever it was, the script is wanted
            status = 1
            traceback.print_exc()
            print(script(error))  # noqa: T201
            break
        print(f"seed {seed}: {World.counts['builds']} builds", file=sys.stderr, flush=True)  # noqa: T201
        if World.counts["builds"] >= chosen.builds:
            break
    print(table(time.monotonic() - began))  # noqa: T201
    return status


def script(error: BaseException) -> str:
    """Return a program that takes the steps which a failure names."""
    notes = "\n".join(getattr(error, "__notes__", ()))
    steps = re.findall(r"^state\.(\w+)\((.*)\)$", notes, re.MULTILINE)
    lines = ["from tests.machine.test_machine import Machine", "", "machine = Machine()"]
    lines += [f"machine.{name}({given})" for name, given in steps if name != "teardown"]
    return "\n".join([*lines, "machine.teardown()"])


def table(seconds: float) -> str:
    counts = World.counts
    rows = [("builds", counts["builds"]), ("steps", counts["steps"])]
    rows += sorted((name, n) for name, n in counts.items() if name.startswith("step "))
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:{width}} {n:7,}" for name, n in rows]
    return "\n".join([*lines, f"{seconds:,.0f} seconds"])


if __name__ == "__main__":
    assert Machine is not None
    sys.exit(main())
