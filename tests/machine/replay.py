"""A history as a program: what broke a promise can be looked at again, step by step."""

from collections.abc import Iterable

Step = tuple[str, tuple[int, ...]]
"""The name of a method of `World` and its numbers."""


def script(steps: Iterable[Step]) -> str:
    """Return a program that takes these steps; `python - < FILE` in the checkout runs it.

    It says where its world is, which remains there to be looked at when the promise is broken.
    """
    lines = ["from tests.machine.world import World", "", "world = World()", "print(world.folder)"]
    lines += [f"world.{name}({', '.join(map(str, numbers))})" for name, numbers in steps]
    lines.append("world.close()")
    return "\n".join(lines)
