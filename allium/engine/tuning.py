"""The garbage collector, told that a build makes a hundred thousand objects and drops none.

While tasks are created the collector's default thresholds cost as much time as the tasks do.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 200_000


def collect_rarely() -> None:
    """Collect seldom; call it before anything else is imported."""
    gc.set_threshold(YOUNG, 50, 100)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Collect nothing for a while in which objects are only made, and never look at them again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
