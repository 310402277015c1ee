"""What strangers say, and secrets, in the words of real commands: terminal, logs, cache and site."""

import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.network import details, dumps, relay
from tests.support.project import REPOSITORY, Project
from tests.support.server import Server

USER, PASSWORD, TOKEN = "operator-7f", "hunter2-9c", "s3cret-5d"
EVIL = "\x1b]0;owned\x07\x1b[2Jforged\x9b31m"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")


def answer(request: BaseHTTPRequestHandler) -> None:
    """Give the details to who has the password; all else is refused in evil words."""
    expected = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    if request.headers["Authorization"] != f"Basic {expected}":
        request.send_response_only(401, EVIL)
        request.end_headers()
    elif request.path.startswith("/details"):
        body = dumps(details(relay(1)))
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
    elif request.path.startswith("/latest"):
        request.send_response_only(404, EVIL)
        request.end_headers()
    else:
        request.send_response_only(302, EVIL)
        request.send_header("Location", f"ftp://{USER}:{PASSWORD}@h/{EVIL}?token={TOKEN}")
        request.end_headers()


@pytest.fixture
def url() -> Iterator[str]:
    with Server(answer).running() as server:
        yield server.url.replace("://", f"://{USER}:{PASSWORD}@")


@pytest.fixture
def project(tmp_path: Path, url: str) -> Project:
    return Project(tmp_path, origin=url)


def reads(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


@pytest.mark.parametrize("own", [False, True])
def test_no_secret_of_a_source_is_written_or_said(project: Project, url: str, own: bool) -> None:
    publish = f"publish={project.folder / 'public'}"
    more = [f"details_url={url}/details?key={TOKEN}", f"uptime_url={url}/up?key={TOKEN}"] * own
    said = []
    for arguments in (
        ("run", "-n", "2", publish),
        ("run", "-r", "console", publish),
        ("run", "-n", "0", "-r", "progress", publish, "site_title=other"),
        ("doctor", publish),
        ("why", "fetch:details", "fetch:uptime", "split", publish),
        ("info", "fetch:details", publish),
        ("check", publish),
        ("run", publish, "out=/dev/null/x"),
    ):
        done = project.doit(*arguments, *more)
        said.append(done.stdout + done.stderr)
    assert "warning: uptime" in said[0]
    assert (project.site / "index.html").is_file()
    assert [words for words in said if PASSWORD in words or TOKEN in words or USER in words] == []
    secrets = [one.encode() for one in (PASSWORD, TOKEN, USER)]
    held = [path for path, body in reads(project.folder) if any(one in body for one in secrets)]
    assert held == []


def test_no_answer_of_a_server_moves_the_cursor_or_forges_a_line(project: Project) -> None:
    for reporter in ("auto", "console"):
        done = project.doit("run", "-r", reporter)
        assert done.returncode == 0
        assert CONTROLS.search(done.stdout + done.stderr) is None
        assert done.stderr.count("\n") <= 5
    done = project.doit("doctor")
    assert CONTROLS.search(done.stdout + done.stderr) is None


def test_names_of_foreign_files_are_shown_with_escapes(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.given(details(relay(1)))
    assert project.build().status == 0
    for name in (b"\xff\xe9", b"a\nb", b"\x1b[31m"):
        Path(os.fsdecode(os.fsencode(project.site) + b"/" + name)).write_text("x")
    done = project.doit("check")
    assert done.returncode == 1, done.stderr
    assert {r"foreign  \xff\xe9", r"foreign  a\x0ab", r"foreign  \x1b[31m"} <= {
        *done.stdout.splitlines()
    }
    assert project.build().status == 0
    assert (project.site / "a\nb").is_file()


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
GREEK = os.fsdecode("Größe von Π".encode())


def run(
    project: Project, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "doit", *arguments, *project._variables],
        cwd=project.code,
        env=project.environment() | environment,
        capture_output=True,
        timeout=300,
        check=False,
    )


def test_a_locale_without_utf8_gives_the_same_site(tmp_path: Path) -> None:
    name = "Größe von Π"
    trees = []
    for folder, locale in (("ascii", ASCII), ("utf8", {"PYTHONUTF8": "1"})):
        project = Project(tmp_path / folder)
        project.given(details(relay(1, nickname="Ünï", contact="Größe Π <a@example.org>")))
        done = run(project, "run", "-n", "2", f"site_title={name}", **locale)
        assert done.returncode == 0, done.stderr
        for command in (("list", "--all"), ("check",), ("why", "split"), ("doctor",)):
            done = run(project, *command, f"site_title={name}", **locale)
            assert b"Traceback" not in done.stderr, done.stderr
            assert done.returncode == 0, done.stdout
        done = run(project, "why", "render:about:about", f"site_title={name}2", **locale)
        assert (b"Gr\\xf6\\xdfe" in done.stdout) == (folder == "ascii")
        assert done.returncode == 0, done.stderr
        trees.append(project.tree())
    assert trees[0] == trees[1]
    assert name.encode() in trees[0]["index.html"]


@pytest.mark.parametrize("name", ["out", "cache", "publish", "source"])
@pytest.mark.parametrize(
    ("folder", "locale"),
    [(b"x\xff", {"PYTHONUTF8": "1"}), (b"x\xff", ASCII), ("Größe".encode(), ASCII)],
    ids=["no UTF-8", "no UTF-8 in C", "UTF-8 in C"],
)
def test_a_folder_that_cannot_be_named_ends_with_one_line_and_78(
    tmp_path: Path, name: str, folder: bytes, locale: dict[str, str]
) -> None:
    project = Project(tmp_path)
    project.given(details(relay(1)))
    place = os.fsdecode(os.fsencode(tmp_path) + b"/" + folder)
    done = run(project, "run", **locale, **{f"ALLIUM_{name.upper()}": place, "ALLIUM_X": ""})
    assert done.returncode == 78  # the unknown setting
    arguments = [f"{key}={tmp_path / key}" for key in ("source", "out", "cache") if key != name]
    done = subprocess.run(
        [sys.executable, "-m", "doit", *arguments, f"{name}={place}"],
        cwd=REPOSITORY,
        env=project.environment() | locale,
        capture_output=True,
        timeout=300,
        check=False,
    )
    words = done.stderr.decode("ascii")
    assert done.returncode == 78, words
    assert re.fullmatch(rf"allium: {name}=.*/(x\\xff|Gr\S+e).*\n", words)


@pytest.mark.parametrize("locale", [{"PYTHONUTF8": "1"}, ASCII], ids=["UTF-8", "C"])
def test_a_checkout_whose_folder_is_no_utf8_builds(tmp_path: Path, locale: dict[str, str]) -> None:
    checkout = os.fsdecode(os.fsencode(tmp_path) + b"/x\xff")
    for folder in ("allium", "templates"):
        shutil.copytree(REPOSITORY / folder, Path(checkout, folder))
    for name in ("dodo.py", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, checkout)
    for command in (["doit", "-n", "2"], ["allium"], ["doit", "check"], ["doit", "why", "split"]):
        done = subprocess.run(
            [sys.executable, "-m", *command, *(["relays=5"] if command[0] == "doit" else [])],
            cwd=checkout,
            env=Project.environment() | locale | {"PYTHONPATH": checkout, "ALLIUM_RELAYS": "5"},
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert Path(checkout, "www/index.html").is_file()
