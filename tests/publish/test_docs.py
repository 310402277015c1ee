"""What the documents say is what the program does."""

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from allium.settings import Settings
from tests.support.project import REPOSITORY, copied

DOCS = REPOSITORY / "docs"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
INSTALLING = "python3 -m venv"
"""Needs the network; `.ci/run` runs it."""
SMALLER = {
    "source=onionoo": "source=sample",
    "--hours 24": "--hours 2 --relays 30",
    "python -m allium.publish.serve": (
        "timeout --preserve-status -s INT 8 python -m allium.publish.serve --port 0"
    ),
}
"""What a test says in place of what an operator says."""


def blocks() -> list[str]:
    texts = [path.read_text() for path in (REPOSITORY / "README.md", *sorted(DOCS.glob("*.md")))]
    found = dict.fromkeys(block for text in texts for block in BLOCK.findall(text))
    return [block for block in found if INSTALLING not in block]


@dataclass
class Operator:
    """Somebody with a checkout and a web server's folder, who does what the documents say."""

    code: Path
    served: Path

    def does(self, block: str) -> subprocess.CompletedProcess[str]:
        for words, smaller in SMALLER.items():
            block = block.replace(words, smaller)
        settings = {"ALLIUM_RELAYS": "40"}
        if "out=/srv/www/tor " not in block:  # who puts the site itself there publishes nothing
            settings["ALLIUM_PUBLISH"] = f"{self.served}/public"
        programs = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            # The package of this checkout, not the one that is installed.
            "PYTHONPATH": str(self.code),
        }
        return subprocess.run(
            ["bash", "-e", "-c", block.replace("/srv/www/tor", str(self.served))],
            cwd=self.code,
            env=os.environ | settings | programs,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    folder = tmp_path_factory.mktemp("docs")
    folder.chmod(0o755)
    found = Operator(copied(folder / "code"), folder / "served")
    shutil.copytree(REPOSITORY / "tests", found.code / "tests")
    shutil.copytree(REPOSITORY / "contrib", found.code / "contrib")
    done = found.does("doit hour=0 && doit hour=1")
    assert done.returncode == 0, done.stderr
    return found


@pytest.mark.parametrize("block", blocks())
def test_the_commands_of_the_documents_work(operator: Operator, block: str) -> None:
    needed = [("rsync", "rsync"), ("tests.hours", "rsync"), ("tests.hours", "nginx")]
    for words, program in needed:
        if words in block and not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"):
            pytest.skip(f"{program} is not installed")
    done = operator.does(block)
    if "rollback" in block:
        assert operator.does("doit publish --force").returncode == 0
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_is_in_the_reference_with_its_default_and_meaning() -> None:
    body = ast.parse(inspect.getsource(Settings)).body[0]
    assert isinstance(body, ast.ClassDef)
    reference = (DOCS / "settings.md").read_text()
    for field, text in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            assert isinstance(field.target, ast.Name)
            assert field.value is not None
            default = ast.literal_eval(field.value)
            shown = str(default).lower() if isinstance(default, bool) else default
            cell = f" `{shown}` " if shown not in {None, ""} else " "
            meaning = " ".join(ast.literal_eval(text.value).split())
            assert f"| `{field.target.id}` |{cell}| {meaning} |" in reference


def test_the_documents_link_to_files_that_exist() -> None:
    for path in DOCS.glob("*.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
    for name in re.findall(r"`(contrib/[^`]+)`", (DOCS / "operations.md").read_text()):
        assert (REPOSITORY / name).is_file()


@pytest.mark.parametrize("name", ["allium.service", "crontab"])
def test_the_units_name_settings_that_exist(name: str) -> None:
    line = next(
        one for one in (REPOSITORY / "contrib" / name).read_text().splitlines() if "doit" in one
    )
    assert set(re.findall(r" (\w+)=", line)) <= set(Settings.__struct_fields__)


def test_the_table_of_exit_statuses_has_those_of_the_readme() -> None:
    rows = re.compile(r"^\| ([\d, ]+) \|", re.MULTILINE)
    readme = set(rows.findall((REPOSITORY / "README.md").read_text()))
    assert readme == set(rows.findall((DOCS / "operations.md").read_text()))
