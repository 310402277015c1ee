"""The wheel, made as a release is and installed alone, builds what the checkout builds."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.project import REPOSITORY, Project, tree

SETTINGS = {"ALLIUM_RELAYS": "40", "ALLIUM_HOUR": "1"}
CARRIED = ("dodo.py", "pyproject.toml", "templates")
UNREACHABLE = ("No matching distribution found", "Could not fetch URL", "Connection")
"""What pip says where it finds no packages."""


@dataclass
class Installed:
    """The wheel, and the environment that has it and what it depends on."""

    wheel: Path
    environment: Path

    @property
    def packaged(self) -> Path:
        return next(self.environment.glob("**/site-packages/allium/packaged"))

    def run(self, folder: Path, program: str, *arguments: str) -> tuple[int, str]:
        """Run a program of the environment; return its status and all that it said."""
        done = subprocess.run(
            [self.environment / "bin" / program, *arguments],
            cwd=folder,
            env=Project.environment() | SETTINGS | {"PYTHONPATH": ""},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


def fetching(*command: str | Path) -> None:
    """Run a command that fetches packages; without a network the tests are skipped."""
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False
    )
    words = done.stdout + done.stderr
    if done.returncode and any(one in words for one in UNREACHABLE):
        pytest.skip(f"no packages can be had: {words.strip().splitlines()[-1]}")
    assert done.returncode == 0, words


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    if os.name != "posix":
        pytest.skip("programs of an environment lie elsewhere")
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"  # what is built leaves files beside its sources
    for name in (*CARRIED, "allium", "setup.py", "README.md", "LICENSE"):
        (shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy)(
            REPOSITORY / name, _made(checkout) / name
        )
    # From a source distribution, which must hold all that the wheel is made of.
    fetching("build", "--outdir", folder / "dist", checkout)
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "environment", with_pip=False)
    python = folder / "environment/bin/python"
    fetching("pip", "--python", python, "install", "--quiet", "--no-compile", wheel)
    return Installed(wheel, folder / "environment")


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The site that the checkout builds."""
    project = Project(tmp_path_factory.mktemp("checkout"), origin="sample")
    assert project.build("relays=40", "hour=1").status == 0
    return project.tree()


def test_the_wheel_has_every_module_and_what_lies_beside_the_package(installed: Installed) -> None:
    beside = [
        path for name in CARRIED for path in (REPOSITORY / name, *(REPOSITORY / name).rglob("*"))
    ]
    expected = {
        *(f"allium/packaged/{p.relative_to(REPOSITORY)}" for p in beside if p.is_file()),
        *(str(p.relative_to(REPOSITORY)) for p in (REPOSITORY / "allium").rglob("*.py")),
        "allium/py.typed",
    }
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    assert {name for name in names if ".dist-info/" not in name} == expected


def test_allium_builds_the_checkouts_site_in_an_empty_folder(
    installed: Installed, right: dict[str, bytes], tmp_path: Path
) -> None:
    status, words = installed.run(tmp_path, "allium")
    assert status == 0, words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "www"]
    assert tree(tmp_path / "www") == right
    assert installed.run(tmp_path, "allium", "why", "split")[0] == 0, "only its own backend knows"
    assert "0 tasks run" in installed.run(tmp_path, "allium", "build")[1]


def test_doit_builds_the_same_with_the_packaged_task_file(
    installed: Installed, right: dict[str, bytes], tmp_path: Path
) -> None:
    before = tree(installed.packaged)
    status, words = installed.run(tmp_path, "doit", "-f", str(installed.packaged / "dodo.py"))
    assert status == 0, words
    assert tree(tmp_path / "www") == right
    after = {name for name in tree(installed.packaged) if "__pycache__" not in name}
    assert after == before.keys(), "a build wrote into the installed package"
