"""What the documents say is what the program does."""

import ast
import inspect
import re
import shlex

import pytest

from allium.settings import Settings
from tests.support.network import network
from tests.support.project import REPOSITORY, Project

DOCS = REPOSITORY / "docs"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
ELSEWHERE = ("python3 -m venv", "python -m tests.hours", "python -m allium.publish.serve")
"""Run by `.ci/run`, by hand (it takes minutes), and by test_commands."""
SERVED = {"out": "www", "publish": "public", "cache": "cache"}


def commands() -> list[str]:
    texts = (path.read_text() for path in sorted(DOCS.glob("*.md")))
    lines = (line for text in texts for block in BLOCK.findall(text) for line in block.splitlines())
    return sorted({line for line in lines if not line.startswith(ELSEWHERE)})


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("docs"))
    for count in (3, 4):
        project.given(network(count))
        assert project.build(f"publish={project.folder / 'public'}").status == 0
    return project


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_documents_works(published: Project, command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "doit"
    for argument in arguments:
        name, is_setting, _ = argument.partition("=")
        assert not is_setting or name in Settings.__struct_fields__
    plain = [one for one in arguments if "=" not in one and one not in {"-n", "2", "8"}]
    done = published.doit(*plain, f"publish={published.folder / 'public'}")
    if "rollback" in plain:
        published.doit("publish", "--force", f"publish={published.folder / 'public'}")
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
