"""A name stands for one thing in the whole project, so that a search for it finds that thing."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.support.project import REPOSITORY

PACKAGE = REPOSITORY / "allium"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
SUBJECTS = {"analysis", "pages"}
"""Packages whose packages are named for what they are about, and may share these names."""


def repeated(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: places for name, places in found.items() if len(places) > 1}


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_a_module_has_a_name_of_its_own() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        found[path.stem].append(place(path))
    assert repeated(found) == {}


def test_a_public_class_has_a_name_of_its_own() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(place(path))
    assert repeated(found) == {}


def test_two_packages_have_one_name_only_where_they_are_about_one_subject() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path in PACKAGE.rglob("__init__.py"):
        found[path.parent.name].append(place(path.parent))
    shared = repeated(found).values()
    assert {name.partition("/")[0] for places in shared for name in places} <= SUBJECTS
