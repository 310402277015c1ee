"""Where code, task file and templates are: in a checkout, or in an installed package."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
PACKAGED: Final = _PACKAGE / "packaged"
"""The folder into which setup.py puts what a checkout has beside the package."""

CODE = _PACKAGE.parent
"""The folder that holds the package."""
RESOURCES = PACKAGED if PACKAGED.is_dir() else CODE
"""The folder that holds dodo.py, pyproject.toml and the templates."""


def project(working: Path) -> Path:
    """Return the folder of a build: of its settings, and of the site and cache by default.

    That is the folder in which doit works. doit goes to the folder of the task file; when this is
    an installed package, where nothing may be written, the folder is the one in which the user
    started doit, `working`.
    """
    here = Path.cwd()
    return working if here.resolve() == PACKAGED else here
