"""`allium` works in the folder where it is started, with the task file of its own package."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from doit.doit_cmd import DoitMain

from allium.__main__ import BUILD, COMMANDS, SERVE
from tests.support import forkserver
from tests.support.project import REPOSITORY, Project, tree

FOREIGN = "raise SystemExit('the task file of another project')"
FOREIGN_TABLE = '[tool.doit]\nbackend = "json"\nreporter = "zero"\n'


ENVIRONMENT = {"PYTHONPATH": str(REPOSITORY), "ALLIUM_RELAYS": "20"}


def allium(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = Project.environment() | ENVIRONMENT
    return forkserver.doit(folder, arguments, environment, program="allium")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the site was built beside what another project has there."""
    folder = tmp_path_factory.mktemp("folder")
    (folder / "dodo.py").write_text(FOREIGN)
    (folder / "pyproject.toml").write_text(FOREIGN_TABLE)
    (folder / "allium.toml").write_text('site_title = "Onions"\nout = "site"\n')
    done = subprocess.run(
        [sys.executable, "-m", "allium", "--workers", "2"],
        cwd=folder,
        env=Project.environment() | ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_site_cache_and_settings_are_those_of_the_current_folder(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == sorted(
        ["allium.toml", "cache", "dodo.py", "pyproject.toml", "site"]
    )
    assert "Onions" in (built / "site/index.html").read_text()


def test_doit_builds_the_same_bytes_from_the_checkout(built: Path, tmp_path: Path) -> None:
    project = Project(tmp_path, origin="sample")
    assert project.build("site_title=Onions", "relays=20").status == 0
    assert tree(built / "site") == project.tree()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("list", "split "),
        ("info split", "cache/manifest.json"),
        ("why split", "split is up to date"),
        ("why --json split", '"task":"split"'),
        ("check", " 0 missing, altered or foreign"),
        ("doctor", "fine   out"),
        ("build split", "0 tasks run"),
        ("publish publish=public", " 0 removed"),
        ("check publish=public", " 0 missing, altered or foreign"),
        ("forget publish=public render:about", "forgetting render:about"),
    ],
)
def test_a_command_does_what_doits_does(built: Path, arguments: str, words: str) -> None:
    done = allium(built, *arguments.split())
    assert done.returncode == 0, done.stderr
    assert words in done.stdout + done.stderr


def test_clean_and_forget_take_all_tasks_when_none_is_named(built: Path) -> None:
    assert "forgetting all tasks" in allium(built, "forget").stdout
    assert allium(built, "clean").returncode == 0
    assert not list((built / "site").rglob("index.html"))


def test_the_help_names_every_command_and_what_it_is_for() -> None:
    words = " ".join(allium(REPOSITORY, "--help").stdout.split())
    for name, command in COMMANDS.items():
        assert f"{name} {command.purpose}" in words
        assert allium(REPOSITORY, name, "--help").returncode == 0


def test_each_command_is_one_of_doits() -> None:
    table = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["doit"]
    known = {one.get_name() for one in DoitMain.DOIT_CMDS} | table["plugins"]["command"].keys()
    assert COMMANDS.keys() - {BUILD, SERVE, "publish"} <= known


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ("nonsense", 3, '"nonsense"'),
        ("serve out=nowhere", 3, "there is no site in nowhere"),
        ("serve units=bit", 78, "units='bit' (command line)"),
        ("check units=bit", 78, "units='bit' (command line)"),
        ("check --nonsense", 2, "unrecognized arguments: --nonsense"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, arguments: str, status: int, words: str) -> None:
    done = allium(tmp_path, *arguments.split())
    assert (done.returncode, words in done.stderr) == (status, True), done.stderr
