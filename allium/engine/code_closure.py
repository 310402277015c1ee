"""The source files that a module's behaviour depends on: itself and all it imports, transitively.

A stage's digest covers these files, so a change of one module reruns only the tasks that use it.
Imports are found by their text, which is much quicker than by parsing, and sees every import of a
package that keeps to absolute imports, one statement a line or in parentheses.
"""

import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from allium.store import files

_FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+([\w., \t]+)", re.MULTILINE)
_NAME = re.compile(r"\w+")


def closure(root: Path, modules: Iterable[str]) -> tuple[str, ...]:
    """Return the files, relative to `root` and sorted, that the modules named are made of.

    `root` is the folder that holds the packages. Modules outside it are left out: their versions
    are the caller's concern.
    """
    paths: set[str] = set()
    modules_left = list(modules)
    while modules_left:
        for path, imported in _files(str(root), modules_left.pop()):
            if path not in paths:
                paths.add(path)
                modules_left.extend(imported)
    return tuple(sorted(paths))


@cache
def _files(root: str, module: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the module's file and the packages above it, each with what it imports."""
    parts = module.split(".")
    sources = _sources(root, parts[0])
    stems = ("/".join(parts[:length]) for length in range(1, len(parts) + 1)) if sources else ()
    paths = (path for stem in stems for path in (f"{stem}/__init__.py", f"{stem}.py"))
    return tuple((path, _imports(root, path)) for path in paths if path in sources)


@cache
def _sources(root: str, package: str) -> frozenset[str]:
    """Return the source files of a package, or of a module, in `root`, relative to that."""
    paths = [f"{package}.py"] if os.path.isfile(f"{root}/{package}.py") else []  # noqa: PTH113
    for folder, _, names in os.walk(f"{root}/{package}"):
        place = folder.removeprefix(f"{root}/").replace(os.sep, "/")
        paths += [f"{place}/{name}" for name in names if name.endswith(".py")]
    return frozenset(paths)


@cache
def _imports(root: str, path: str) -> tuple[str, ...]:
    """Return the modules in `root` that a file imports."""
    text = files.read(f"{root}/{path}").decode()
    names = {
        name
        for package, items in _FROM.findall(text)
        for name in (package, *(f"{package}.{item}" for item in _NAME.findall(items)))
    }
    for line in _IMPORT.findall(text):
        names.update(item.split()[0] for item in line.split(",") if item.strip())
    return tuple(sorted(name for name in names if _is_module(root, name)))


def _is_module(root: str, name: str) -> bool:
    """Tell a module from what a module defines: of both a name may stand after `import`."""
    sources, stem = _sources(root, name.partition(".")[0]), name.replace(".", "/")
    return f"{stem}.py" in sources or f"{stem}/__init__.py" in sources
