"""A system that has no `fork`, no POSIX signals, no symbolic links: the same site, in one process.

What stands in for such a system is a Python without the modules and names that are POSIX's. What
it cannot show, such as files that cannot be replaced while they are open, is in docs/operations.md.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from allium.engine.cpu_count import workers
from tests.support.network import details, dumps, fingerprint, relay
from tests.support.project import REPOSITORY, tree
from tests.support.server import Server, body

HIDDEN = REPOSITORY / "tests" / "support" / "hidden"
EVERY_MODULE = """
import importlib, os, pkgutil, sys, allium
assert not hasattr(os, "fork") and "fcntl" not in sys.modules
for module in pkgutil.walk_packages(allium.__path__, "allium."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
"""


def without_posix(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as on a system without POSIX."""
    return python(*arguments, PYTHONPATH=os.pathsep.join([str(HIDDEN), str(REPOSITORY)]))


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def settings(folder: Path) -> list[str]:
    return [f"out={folder}/www", f"cache={folder}/cache", "relays=80"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of a build without POSIX, and what it said."""
    folder = tmp_path_factory.mktemp("hidden")
    done = without_posix("-m", "doit", "-n", "2", *settings(folder))
    assert done.returncode == 0, done.stderr
    return folder, done.stderr


def test_every_module_can_be_imported_without_posix() -> None:
    done = without_posix("-c", EVERY_MODULE)
    assert done.returncode == 0, done.stderr
    modules = {".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in _modules()}
    assert set(done.stdout.split()) >= modules


def _modules() -> list[Path]:
    return [one for one in (REPOSITORY / "allium").rglob("*.py") if "__" not in one.name]


def test_a_build_without_posix_says_once_that_it_runs_in_one_process(
    built: tuple[Path, str],
) -> None:
    _, said = built
    assert said.count("one process") == 1
    assert "Traceback" not in said


def test_the_bytes_are_those_of_any_other_build(built: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = built
    done = python("-m", "doit", "-n", "2", *settings(tmp_path))
    assert done.returncode == 0, done.stderr
    assert tree(folder / "www") == tree(tmp_path / "www")


def test_the_next_build_without_posix_has_nothing_to_do(built: tuple[Path, str]) -> None:
    done = without_posix("-m", "doit", "-n", "2", *settings(built[0]))
    assert (done.returncode, "0 tasks run" in done.stderr) == (0, True), done.stderr


def test_a_number_of_processes_need_not_be_asked_for_to_be_told_of_the_one(
    built: tuple[Path, str],
) -> None:
    done = without_posix("-m", "doit", "-n", "auto", *settings(built[0]))
    expected = 0 if workers() == 0 else 1
    assert (done.returncode, done.stderr.count("one process")) == (0, expected), done.stderr


def test_one_process_that_was_asked_for_is_not_spoken_of(built: tuple[Path, str]) -> None:
    done = without_posix("-m", "doit", "-n", "0", *settings(built[0]))
    assert (done.returncode, done.stderr.count("one process")) == (0, 0), done.stderr


def test_publication_names_what_it_lacks_in_one_line_after_the_site_was_built(
    built: tuple[Path, str], tmp_path: Path
) -> None:
    published = tmp_path / "published"
    done = without_posix("-m", "doit", *settings(built[0]), f"publish={published}")
    assert done.returncode == 1
    lacking = "publication needs a POSIX system; this one lacks os.symlink, os.sync"
    assert done.stdout == f"publish: not published: {lacking}\n"
    assert "Traceback" not in done.stderr
    assert not published.exists()


def test_no_rollback_is_tried_where_nothing_can_be_published(tmp_path: Path) -> None:
    place = tmp_path / "published"
    place.mkdir()
    done = without_posix("-m", "doit", "rollback", *settings(tmp_path), f"publish={place}")
    assert (done.returncode, done.stderr.count("needs a POSIX system")) == (3, 1), done.stderr
    assert list(place.iterdir()) == []


def test_the_doctor_names_what_publication_lacks(built: tuple[Path, str], tmp_path: Path) -> None:
    place = f"publish={tmp_path}/published"
    done = without_posix("-m", "doit", "doctor", *settings(built[0]), place, "offline=1")
    found = [line for line in done.stdout.splitlines() if " published " in line]
    assert (done.returncode, len(found)) == (1, 1), done.stdout
    assert found[0].startswith("wrong ")
    assert "this one lacks os.symlink, os.sync" in found[0]


def test_progress_why_and_check_work_without_posix(built: tuple[Path, str]) -> None:
    folder, _ = built
    done = without_posix("-m", "doit", "-r", "progress", *settings(folder), "units=bytes")
    assert re.search(r"^render (\d+)/\1 pages, ", done.stdout, re.MULTILINE), done.stdout
    for command in (["why", "split"], ["check"], ["list"], ["doctor"]):
        done = without_posix("-m", "doit", *command, *settings(folder), "offline=1")
        assert done.returncode == 0, (command, done.stderr)


def test_documents_come_from_a_server_without_posix(tmp_path: Path) -> None:
    place = [f"out={tmp_path}/www", f"cache={tmp_path}/cache", "apis=details"]
    answers = body(dumps(details(relay(1), relay(2)))), body(b"", 404)
    with Server(*answers).running() as server:
        done = without_posix("-m", "doit", "-n", "2", *place, f"source={server.url}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "www" / "relay" / fingerprint(2) / "index.html").is_file()


RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Microsoft: "Naming Files, Paths, and Namespaces", as the characters below."""


def test_every_name_of_the_site_is_one_that_windows_can_have(built: tuple[Path, str]) -> None:
    names = sorted(tree(built[0] / "www"))
    parts = {part for name in names for part in name.split("/")}
    assert [part for part in parts if RESERVED.fullmatch(part)] == []
    assert [part for part in parts if re.search(r'[<>:"|?*\\\x00-\x1f]|[. ]$', part)] == []
    assert len({name.lower() for name in names}) == len(names)


def test_a_checkout_has_the_same_ends_of_lines_everywhere() -> None:
    """The static files are copied into the site as they are."""
    if not (REPOSITORY / ".git").exists():
        pytest.skip("not a checkout")
    names = subprocess.run(
        ["git", "ls-files", "--eol", "templates"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert names
    assert [name for name in names if "eol=lf" not in name and "-text" not in name] == []
