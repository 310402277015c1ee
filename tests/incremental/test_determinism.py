"""Equal inputs give equal trees: paths, bytes and modes, wherever and however they are built."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.network import network
from tests.support.project import Project

MASKED = "import os, runpy, sys; os.umask(int(sys.argv.pop(1), 8)); runpy.run_module('doit', run_name='__main__')"
ELSEWHERE = {
    "two workers": (2, "022", {}),
    "another hash seed and time zone": (0, "022", {"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu"}),
    "a private umask": (0, "077", {"LC_ALL": "C"}),
    "no umask": (0, "000", {"LC_ALL": "POSIX", "TZ": "America/St_Johns"}),
}


def listed(folder: Path) -> list[tuple[str, int, bytes]]:
    """Return path, mode and contents of everything below a folder."""
    return [
        (
            str(path.relative_to(folder)),
            path.stat().st_mode,
            b"" if path.is_dir() else path.read_bytes(),
        )
        for path in sorted(folder.rglob("*"))
    ]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("usual"))
    project.given(network(110))
    assert project.build(PYTHONHASHSEED="0", TZ="UTC").status == 0
    return project


@pytest.mark.parametrize(("workers", "mask", "environment"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_same_network_gives_the_same_tree_with_the_same_modes(
    usual: Project, tmp_path: Path, workers: int, mask: str, environment: dict[str, str]
) -> None:
    other = Project(tmp_path, origin=str(usual.source))
    done = subprocess.run(
        [sys.executable, "-c", MASKED, mask, "run", "-n", str(workers), *other._variables],
        cwd=other.code,
        env={"ALLIUM_VOTES": "false", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert listed(other.site) == listed(usual.site)


def test_a_build_ends_with_the_digest_by_which_mirrors_compare(usual: Project) -> None:
    again = usual.doit("run", "-n", "0")
    digest = hashlib.sha256((usual.site / "manifest.json").read_bytes()).hexdigest()
    assert again.stderr.strip().endswith(f"manifest.json has SHA-256 {digest}")
    assert json.loads((usual.cache / "last-build.json").read_text())["root"] == digest


def test_a_build_that_failed_prints_no_digest(usual: Project, tmp_path: Path) -> None:
    done = usual.doit("run", "-n", "0", "max_details_age=1")
    assert (done.returncode, "SHA-256" in done.stderr) == (65, False)
