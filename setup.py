"""Puts into a wheel what a checkout has beside the package: the task file and the templates.

All else stands in pyproject.toml. `allium/locations.py` finds the files again.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

BESIDE = ("dodo.py", "pyproject.toml", "templates")
"""What `allium` needs besides its package, relative to the checkout."""
PACKAGED = "allium/packaged"
"""The folder of the wheel that gets it."""


def files() -> list[Path]:
    """Return the files of the checkout that the wheel carries outside its packages."""
    found = [path for name in BESIDE for path in (Path(name), *sorted(Path(name).rglob("*")))]
    return [path for path in found if path.is_file()]


class BuildPy(build_py):
    """setuptools' command; an editable install uses the checkout's own files, so it copies none."""

    def run(self) -> None:
        """Build the packages, then copy the files beside them."""
        super().run()
        if not self.editable_mode:
            for path, copy in self._copies().items():
                self.mkpath(str(Path(copy).parent))
                self.copy_file(str(path), copy, preserve_mode=False)

    def get_source_files(self) -> list[str]:
        """Return what a source distribution must hold."""
        packages: list[str] = super().get_source_files()  # type: ignore[no-untyped-call]
        return [*packages, *map(str, files())]

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:  # noqa: FBT001, FBT002  setuptools'
        """Return the files that `run` makes."""
        return [*super().get_outputs(include_bytecode), *self._copies().values()]

    def get_output_mapping(self) -> dict[str, str]:
        """Return the source of each file that `run` makes."""
        copies = {copy: str(path) for path, copy in self._copies().items()}
        return super().get_output_mapping() | ({} if self.editable_mode else copies)

    def _copies(self) -> dict[Path, str]:
        return {path: str(Path(self.build_lib, PACKAGED, path)) for path in files()}


setup(cmdclass={"build_py": BuildPy})
