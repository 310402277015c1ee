"""What publication needs of the system beyond what a build does."""

import os
from typing import Final

from allium.publish import PublishError

NEEDED: Final = ("link", "symlink", "sync")
"""Functions of `os`: files of two names, a link that is replaced by renaming, all on the disk."""


def check() -> None:
    """Raise `PublishError` where the system lacks something, as Windows does."""
    missing = [f"os.{name}" for name in NEEDED if not hasattr(os, name)]
    if missing:
        raise PublishError(f"publication needs a POSIX system; this one lacks {', '.join(missing)}")
