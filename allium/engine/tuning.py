"""Settings of the garbage collector for a build, which makes many objects and drops few.

While tasks are created the collector's default thresholds cost as much time as the tasks do.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 200_000


def collect_rarely() -> None:
    """Raise the thresholds of collections; call it before anything else is imported."""
    gc.set_threshold(YOUNG, 50, 100)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Collect nothing inside the context, and never visit the objects that it made."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
