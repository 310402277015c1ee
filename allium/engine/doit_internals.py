"""Everything of doit that the engine uses and doit does not document; tested, so that it tells.

A later doit that changes one of these breaks `tests/unit/engine/test_doit_internals.py` first.
"""

from pathlib import Path

from doit import doit_cmd, get_initial_workdir


def variables() -> dict[str, str]:
    """Return all `name=value` arguments of the command line; doit offers them one by one only."""
    return dict(doit_cmd._CMDLINE_VARS or {})  # noqa: SLF001  the reason for this module


def working_folder() -> Path:
    """Return the folder in which the user started doit, before it went to that of the task file."""
    return Path(get_initial_workdir() or Path.cwd())
