"""The rules of the house that no other tool checks, each failing with the place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import pytest
from msgspec import Struct

from allium.build.stages import KINDS, STAGES

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted([*(ROOT / "allium").rglob("*.py"), ROOT / "dodo.py"])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PURE = ("formatting.py", "urls.py", "model", "analysis", "pages")
FUNCTION_LINES = 40
DOITS = {"get_reporters", "get_name", "get_status", "get_state"}
FORBIDDEN_NAMES = re.compile(r"^(get|calculate|process|handle)_|_(data|info|utils|helper)$|manager")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 500


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_is_short_unless_it_is_a_list(path: Path) -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for node in functions(path)
        if len(node.body) > 2 + _has_docstring(node)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def _has_docstring(node: ast.FunctionDef) -> bool:
    return ast.get_docstring(node) is not None


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_names_say_what_things_are(path: Path) -> None:
    names = {node.name for node in functions(path)} - DOITS
    assert [one for one in sorted(names) if FORBIDDEN_NAMES.search(one)] == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if set(path.parts) & set(PURE)], ids=name
)
def test_views_and_numbers_do_not_dig_in_untyped_documents(path: Path) -> None:
    assert re.findall(r'\.get\("', path.read_text()) == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if set(path.parts) & {*PURE, "formatting.py"}], ids=name
)
def test_views_and_numbers_know_no_clock(path: Path) -> None:
    assert re.findall(r"\b(?:now|today|utcnow|print|open)\(", path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_lays_out_and_computes_nothing(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 120
    assert max(map(len, text.splitlines())) <= 100
    for forbidden in (
        "{% set",
        "{% autoescape",
        " self.",
        ".get(",
        "|safe",
        "| safe",
        "|round",
        "| round",
        "style=",
        "<style",
    ):
        assert forbidden not in text
    assert re.findall(r"<script(?! src=)", text) == []
    assert re.findall(r"\son\w+=", text) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_page_kind_has_a_view_and_a_template(kind: str) -> None:
    row = KINDS[kind]
    assert issubclass(resolve_name(row.view), Struct)
    if row.shard is not None:
        assert issubclass(resolve_name(row.shard), Struct)
        assert callable(resolve_name(f"{row.module}:build"))
    assert row.template is None or (ROOT / "templates" / row.template).is_file()


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_every_stage_names_modules_that_exist(stage: str) -> None:
    for module in STAGES[stage].modules:
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


def test_the_task_file_is_a_table_of_contents() -> None:
    assert len((ROOT / "dodo.py").read_text().splitlines()) < 170


NETWORK = re.compile(
    r"^\s*(?:import|from) (?:requests|urllib3|socket|http\.client)\b", re.MULTILINE
)
ASKING = re.compile(
    r"^\s*from allium\.sources(?:\.request_process)? import .*\b(?:http|answered)\b", re.MULTILINE
)


def test_one_function_makes_every_request_in_a_process_that_can_be_ended() -> None:
    """`http.answer`, which only the program of that process calls, and the door to it."""
    texts = {name(path): path.read_text() for path in MODULES}
    assert [one for one, text in texts.items() if NETWORK.search(text)] == [
        "allium/sources/http.py"
    ]
    assert [one for one, text in texts.items() if ASKING.search(text)] == [
        "allium/sources/client.py",
        "allium/sources/request_process.py",
    ]
    assert texts["allium/sources/http.py"].count(".send(") == 1
