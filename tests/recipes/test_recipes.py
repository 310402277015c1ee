"""The recipes of contrib/: linted, and carried out here, step by step, as their hosts would."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from allium.settings import Settings
from tests.support.project import REPOSITORY, Project, tree

CONTAINER = REPOSITORY / "contrib/Containerfile"
PAGES = REPOSITORY / "contrib/github/pages.yml"
WORKFLOWS = [PAGES, *sorted((REPOSITORY / ".github/workflows").glob("*.yml"))]
BIN = Path(sys.executable).parent
YAML_RULES = "{extends: default, rules: {line-length: {max: 100}, document-start: disable, comments: {min-spaces-from-content: 1}}}"


def lint(tool: str, *arguments: str | Path) -> None:
    program = shutil.which(tool, path=f"{BIN}:{os.environ['PATH']}")
    if program is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_container_file() -> None:
    lint("hadolint", CONTAINER)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_linters_find_nothing_in_a_workflow(path: Path) -> None:
    lint("yamllint", "--strict", "-d", YAML_RULES, path)
    lint("actionlint", path)
    lint("zizmor", "--offline", "--no-progress", path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_no_more_rights_than_it_says_and_no_action_that_can_change(
    path: Path,
) -> None:
    words = path.read_text()
    assert yaml.safe_load(words)["permissions"] == {}
    for used in re.findall(r"uses: (\S+)", words):
        assert re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40}", used)


# --- the workflow for pages: restore, build, publish, keep ---------------------------------------


class Forge:
    """A forge that runs the job which builds, each time in a fresh checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "state.tar"
        self.runs = 0
        self.pages: dict[str, bytes] = {}
        self.report: dict[str, Any] = {}

    def run(self, hour: int) -> int:
        """Run the job for an hour of the sample network; return the status of its own steps."""
        self.runs += 1
        checkout = self.folder / f"run-{self.runs}"
        checkout.mkdir()
        for name in ("allium", "templates", "dodo.py", "pyproject.toml"):
            (shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy)(
                REPOSITORY / name, checkout / name
            )
        for step in yaml.safe_load(PAGES.read_text())["jobs"]["build"]["steps"]:
            status = self._carry_out(step, checkout, hour)
            if status:
                return status
        return 0

    def _carry_out(self, step: dict[str, Any], checkout: Path, hour: int) -> int:
        used = step.get("uses", "").partition("@")[0]
        place = step.get("with", {}).get("path", "")
        if used == "actions/cache/restore":
            if self.archive.exists():
                with tarfile.open(self.archive) as packed:
                    packed.extractall(checkout, filter="tar")
        elif used == "actions/cache/save":
            # ustar: times in whole seconds
            with tarfile.open(self.archive, "w", format=tarfile.USTAR_FORMAT) as packed:
                packed.add(checkout / place, place)
        elif used == "actions/upload-pages-artifact":
            self.pages = tree(checkout / place)
            self.report = json.loads((checkout / "state/cache/last-build.json").read_bytes())
        elif "run" in step and step["name"] != "Install":
            return self._say(step, checkout, hour)
        else:
            assert used in {"actions/checkout", "actions/setup-python"} or step["name"] == "Install"
        return 0

    @staticmethod
    def _say(step: dict[str, Any], checkout: Path, hour: int) -> int:
        chosen = {
            name: re.sub(r"\$\{\{ vars\.\w+ \|\| '(.*)' \}\}", r"\1", value)
            for name, value in step.get("env", {}).items()
        }
        assert chosen["ALLIUM_SOURCE"] == "onionoo"
        chosen |= {"ALLIUM_SOURCE": "sample", "ALLIUM_RELAYS": "20", "ALLIUM_HOUR": str(hour)}
        environment = Project.environment() | chosen | {"PYTHONPATH": str(checkout)}
        environment["PATH"] = f"{BIN}:{environment['PATH']}"
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=checkout, env=environment, check=False
        )
        return done.returncode


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


def pure(pages: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of the site alone, without news and what belongs to a publication."""
    listed = json.loads(pages["manifest.json"])["files"]
    kept = {name: pages[name] for name in listed if not re.search(r"changes/|feed\.xml$", name)}
    beside = re.compile(r"^(sitemap|robots\.txt|_headers|delta\.json)")
    return {name: body for name, body in kept.items() if not beside.search(name)}


def test_an_hourly_job_that_restores_its_state_gives_what_a_job_from_nothing_gives(
    forge: Forge,
) -> None:
    assert forge.run(0) == 0
    first = forge.pages
    assert forge.run(0) == 0  # from the archive, whose times are in whole seconds
    assert forge.pages == first
    assert forge.report["pages"]["written"] == 0
    ran = {kind: one["run"] for kind, one in forge.report["tasks"].items() if one["run"]}
    assert not [kind for kind in ran if kind.startswith(("precompute", "render"))], ran
    assert forge.run(1) == 0
    changed = forge.pages
    before = json.loads(changed["delta.json"])["before"]
    assert before == sha256(first["manifest.json"]).hexdigest()
    forge.archive.unlink()  # the cache of the forge is lost
    assert forge.run(1) == 0
    assert pure(forge.pages) == pure(changed)
    assert len(pure(changed)) > 200


def test_a_job_that_fails_publishes_nothing_and_the_next_one_goes_on(forge: Forge) -> None:
    assert forge.run(0) == 0
    pages = forge.pages
    assert forge.run(10**9) == 78
    assert forge.pages == pages
    assert forge.run(0) == 0
    assert forge.pages == pages


# --- the container -------------------------------------------------------------------------------


def copied() -> list[str]:
    """Return what the container file copies from the checkout into the image, by its path there."""
    copies = re.findall(r"^COPY (?!--from)(.*)$", CONTAINER.read_text(), re.MULTILINE)
    return [name for line in copies for name in shlex.split(line)[:-1]]


def test_the_context_of_the_image_holds_what_is_copied_and_nothing_else() -> None:
    ignored = (CONTAINER.with_name("Containerfile.dockerignore")).read_text().splitlines()
    assert ignored[0] == "*"
    assert sorted(line[1:] for line in ignored if line.startswith("!")) == sorted(copied())


def test_the_image_is_for_a_user_without_rights_and_has_volumes_and_a_health_check() -> None:
    words = CONTAINER.read_text()
    last = words.rpartition("\nFROM ")[2]
    user = re.search(r"^USER (\d+):(\d+)$", last, re.MULTILINE)
    assert user is not None
    assert int(user[1]) >= 1000
    volumes = re.search(r"^VOLUME (\[.*\])$", last, re.MULTILINE)
    assert volumes is not None
    named = dict(re.findall(r"ALLIUM_(\w+)=(\S+)", last))
    assert {name.lower() for name in named} <= set(Settings.__struct_fields__)
    for place in named.values():
        assert any(Path(place).is_relative_to(one) for one in json.loads(volumes[1]))
    assert "HEALTHCHECK" in last
    assert "pip install --no-cache-dir --require-hashes -r requirements.lock" in words


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with what the image has of allium."""
    folder = tmp_path / "opt"
    for name in copied():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, folder / name)
        else:
            shutil.copy(REPOSITORY / name, folder / name)
    return folder


def environment(image: Path, **settings: str) -> dict[str, str]:
    """Return what a process in the container has in its environment, in a folder of this test."""
    said = dict(re.findall(r"(ALLIUM_\w+)=(/\S+)", CONTAINER.read_text()))
    places = {name: f"{image.parent}{place}" for name, place in said.items()}
    path = f"{BIN}:{os.environ['PATH']}"
    sample = {"ALLIUM_RELAYS": "20", "PYTHONPATH": str(image), "PATH": path, "HOME": "/tmp"}  # noqa: S108  as in the file
    return sample | places | settings


def healthy(image: Path, **settings: str) -> bool:
    done = subprocess.run(
        ["contrib/healthy"], cwd=image, env=environment(image, **settings), check=False
    )
    return done.returncode == 0


def test_the_container_builds_is_healthy_and_ends_when_it_is_stopped(image: Path) -> None:
    assert not healthy(image)
    running = subprocess.Popen(
        ["contrib/hourly"], cwd=image, env=environment(image), stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(600):
            if healthy(image):
                break
            time.sleep(0.1)
        assert healthy(image)
        assert (image.parent / "srv/site/public/current/index.html").is_file()
    finally:
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 143
    assert "status" not in said
    report = image.parent / "var/cache/allium/last-build.json"
    os.utime(report, (time.time() - 3 * 3600,) * 2)
    assert not healthy(image)


def test_a_wrong_setting_ends_the_container(image: Path) -> None:
    done = subprocess.run(
        ["contrib/hourly"],
        cwd=image,
        env=environment(image, ALLIUM_UNITS="furlongs"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 78
    assert done.stderr.startswith("allium: units='furlongs' (environment)")


def test_a_failed_build_is_not_healthy(image: Path) -> None:
    report = image.parent / "var/cache/allium/last-build.json"
    report.parent.mkdir(parents=True)
    report.write_text('{"status":"failed"}')
    assert not healthy(image)
    report.write_text('{"status":"ok"}')
    assert healthy(image)
