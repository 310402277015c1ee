"""The files beside the code say what the documents and the gate say, in the forms that their readers want."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

import allium
from tests.support.project import REPOSITORY

GATE = (REPOSITORY / ".ci/run").read_text()
FORMS = {
    "vendor.dependabot": ".github/dependabot.yml",
    "vendor.github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/*_*.yml",
    "vendor.github-workflows": ".github/workflows/*.yml",
}


def targets() -> dict[str, str]:
    """Return the recipes of the Makefile by their names."""
    text = (REPOSITORY / "Makefile").read_text()
    return dict(re.findall(r"^(\w+):\n\t(.+)$", text, re.MULTILINE))


def block(name: str) -> str:
    """Return the command that the README has under a name."""
    found = re.search(rf"<!-- {name} -->\n```sh\n(.*)\n```", (REPOSITORY / "README.md").read_text())
    assert found is not None
    return found[1]


def test_the_targets_of_the_makefile_are_the_commands_of_the_documents() -> None:
    found = targets()
    assert (found.pop("build"), found.pop("test")) == (block("build"), block("tests"))
    assert found.pop("wheel") in (REPOSITORY / "RELEASING.md").read_text()
    assert found == {"gate": ".ci/run"}


def test_a_commit_is_checked_with_commands_of_the_gate() -> None:
    found: Any = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())
    entries = [hook["entry"] for repository in found["repos"] for hook in repository["hooks"]]
    assert entries == ["ruff check", "ruff format --check", "mypy", "lint-imports"]
    for entry in entries:
        assert re.search(rf"; +{entry}$", GATE, re.MULTILINE), entry


def test_pre_commit_can_read_its_configuration() -> None:
    run("pre_commit", "validate-config", REPOSITORY / ".pre-commit-config.yaml")


@pytest.mark.parametrize(("schema", "pattern"), FORMS.items(), ids=FORMS)
def test_a_file_of_the_forge_has_the_form_that_the_forge_wants(schema: str, pattern: str) -> None:
    files = sorted(REPOSITORY.glob(pattern))
    assert files
    run("check_jsonschema", "--builtin-schema", schema, *files)


def run(module: str, *arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_tries_every_python_that_is_supported() -> None:
    workflow: Any = yaml.safe_load((REPOSITORY / ".github/workflows/tests.yml").read_text())
    tried = workflow["jobs"]["gate"]["strategy"]["matrix"]["python"]
    project = (REPOSITORY / "pyproject.toml").read_text()
    assert tried == re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    assert f'requires-python = ">={tried[0]}"' in project


def test_the_version_stands_in_one_place() -> None:
    assert version("allium") == allium.__version__
    project = (REPOSITORY / "pyproject.toml").read_text()
    assert not re.search(r"^version = \"", project, re.MULTILINE)
