"""Something in the code that is replaced by something wrong, so that tests must notice."""

import ast
import importlib
from operator import attrgetter
from pathlib import Path

from msgspec import Struct

from tests.support.project import REPOSITORY


class Replacement(Struct, frozen=True, kw_only=True):
    """A name of a module that means something else."""

    symbol: str
    """The module and what is replaced in it: `dodo:task_render`, `allium.formatting:number`."""
    by: str
    """What it is replaced by, in the module's words; `_right` is what it was."""

    @property
    def module(self) -> str:
        return self.symbol.partition(":")[0]

    @property
    def name(self) -> str:
        return self.symbol.partition(":")[2]

    @property
    def _file(self) -> str:
        return f"{self.module.replace('.', '/')}.py"

    def is_stale(self) -> bool:
        """Tell whether nothing has that name any more."""
        path = REPOSITORY / self._file
        if not path.is_file():
            return True
        if self.module == "dodo":  # it cannot be imported without a build
            defined = [getattr(node, "name", "") for node in ast.parse(path.read_text()).body]
            return self.name.partition(".")[0] not in defined
        try:
            attrgetter(self.name)(importlib.import_module(self.module))
        except AttributeError:
            return True
        return False

    def apply(self, code: Path) -> None:
        """Replace the name in a copy of the project."""
        with (code / self._file).open("a") as stream:
            stream.write(f"\n\n_right = {self.name}\n{self.name} = {self.by}\n")
