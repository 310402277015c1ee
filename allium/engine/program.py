"""doit with a given task file and its plugins, whatever lies in the folder where it is started.

`doit` itself reads `dodo.py` and `pyproject.toml` of the current folder; a folder of sites has
neither, or those of another project.
"""

import tomllib
from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from doit.cmd_base import NamespaceTaskLoader
from doit.doit_cmd import DoitMain


class _TaskFile(NamespaceTaskLoader):  # type: ignore[misc]  # doit ships no types
    """Loads one task file by its path; the build works in the current folder."""

    namespace: dict[str, Any] | None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def setup(self, _: Any) -> None:  # noqa: ANN401  doit's parameters
        """Run the task file, once; doit knows the command line's `name=value` by now."""
        if self.namespace is not None:
            return
        spec = spec_from_file_location(self._path.stem, self._path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{self._path} is no Python file")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        self.namespace = vars(module)


def run(task_file: Path, configuration: Path, arguments: Sequence[str]) -> int:
    """Carry out a command line of doit; return the exit status.

    `configuration` is the pyproject.toml that has the table `[tool.doit]`.
    """
    tasks, config = _TaskFile(task_file), _configured(configuration)
    main = DoitMain(tasks, config_filenames=(), extra_config=config)
    return main.run([*arguments]) or 0  # some of doit's commands return nothing


def _configured(path: Path) -> dict[str, dict[str, Any]]:
    """Return `[tool.doit]` in the form that doit has it from a program: a section for each kind."""
    options: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["tool"]["doit"]
    plugins: dict[str, dict[str, Any]] = options.pop("plugins")
    return {"GLOBAL": options} | {kind.upper(): named for kind, named in plugins.items()}
