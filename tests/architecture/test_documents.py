"""The documents name tests, files and packages that exist, and every package."""

import re
from pathlib import Path

import pytest

from tests.support.documents import DOCUMENTS
from tests.support.project import REPOSITORY

ARCHITECTURE = (REPOSITORY / "ARCHITECTURE.md").read_text()
DOITS = REPOSITORY / "docs/doit.md"
"""It names tests of doit."""
PATH = re.compile(r"`((?:allium|templates|tests|docs|contrib|\.ci)/[\w./-]+)`")
MODULE = re.compile(
    r"`((?:analysis|build|engine|model|pages|publish|render|sources|store)/[a-z_/]+)`"
)
CODE_DOCUMENTS = [REPOSITORY / "ARCHITECTURE.md", REPOSITORY / "CONTRIBUTING.md"]
NAME = re.compile(r"`(_?[A-Z]\w*[a-zA-Z]|(?!test_)[a-z]+(?:_[a-z]+)+|_[a-z]\w*)`")
"""A class, a constant, or a name of several words."""
PACKAGES = sorted(
    path.parent.relative_to(REPOSITORY).as_posix()
    for path in (REPOSITORY / "allium").glob("*/**/__init__.py")
)


def name(path: Path) -> str:
    return path.name


@pytest.fixture(scope="module")
def tests() -> set[str]:
    sources = (path.read_text() for path in (REPOSITORY / "tests").rglob("test_*.py"))
    modules = {path.name for path in (REPOSITORY / "tests").rglob("test_*.py")}
    return modules | {
        found for source in sources for found in re.findall(r"def (test_\w+)", source)
    }


@pytest.mark.parametrize("path", [one for one in DOCUMENTS if one != DOITS], ids=name)
def test_every_test_that_a_document_names_exists(path: Path, tests: set[str]) -> None:
    assert set(re.findall(r"\b(test_\w+(?:\.py)?)(?=`)", path.read_text())) - tests == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_path_that_a_document_names_exists(path: Path) -> None:
    text = path.read_text()
    links = set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text))
    assert [one for one in sorted(links) if not (path.parent / one).exists()] == []
    assert [one for one in sorted(set(PATH.findall(text))) if not (REPOSITORY / one).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_module_that_a_document_names_exists(path: Path) -> None:
    named = sorted(set(MODULE.findall(path.read_text())))
    places = {one: REPOSITORY / "allium" / one.rstrip("/") for one in named}
    assert [
        one for one, at in places.items() if not at.is_dir() and not at.with_suffix(".py").exists()
    ] == []


@pytest.mark.parametrize("path", CODE_DOCUMENTS, ids=name)
def test_every_name_of_the_code_that_a_document_names_exists(path: Path) -> None:
    code = [*(REPOSITORY / "allium").rglob("*.py"), REPOSITORY / "dodo.py"]
    code += (REPOSITORY / "tests/machine").glob("*.py")  # the steps of random histories
    words = set(re.findall(r"\w+", " ".join(one.read_text() for one in code)))
    assert sorted(set(NAME.findall(path.read_text())) - words) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_the_tree_has_a_line_for_every_package(package: str) -> None:
    tree = ARCHITECTURE[ARCHITECTURE.index("## The tree") :].split("\n## ")[0]
    assert f"| `{package}/` |" in tree


def test_the_tree_has_no_package_that_is_gone() -> None:
    assert set(re.findall(r"^\| `(allium/[\w/]+)/` \|", ARCHITECTURE, re.MULTILINE)) == set(
        PACKAGES
    )
