"""The garbage collector, told that a build makes a hundred thousand objects and drops none.

While tasks are created the collector's default thresholds cost as much time as the tasks do.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 200_000
_kept: list[object] | None = None


def collect_garbage_rarely() -> None:
    """Collect seldom; call it before anything else is imported."""
    gc.set_threshold(YOUNG, 50, 100)


@contextmanager
def nothing_becomes_garbage() -> Iterator[None]:
    """Collect nothing for a while in which objects are only made, and never look at them again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def end_soon() -> None:
    """Say that this process was forked for a few tasks, and ends after them."""
    global _kept  # noqa: PLW0603  one process
    _kept = []


def leave(*values: object) -> None:
    """Let values that are not needed any more end with a process that ends soon.

    The system takes its memory back at once; to free what a snapshot holds, one object after the
    other, takes a tenth of a second for which everybody else waits.
    """
    if _kept is not None:
        _kept.extend(values)
