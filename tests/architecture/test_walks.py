"""The walks of ARCHITECTURE.md, from the task file to a page, are those that the code takes."""

import ast
import re
from itertools import pairwise
from pkgutil import resolve_name

import pytest

from tests.support.documents import Step, walks
from tests.support.project import REPOSITORY

WALKS = walks()
STEPS = [(title, step) for title, steps in WALKS.items() for step in steps]
CODE = [(title, step) for title, step in STEPS if not step.is_file]
CALLS = [(title, step) for title, step in CODE if step.caller is not None]


def named(one: object) -> str:
    return one.name if isinstance(one, Step) else str(one)


def imported(module: str, source: str) -> set[str]:
    """Return the modules that a module imports, and what it imports from them, as `module:name`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert not node.level, f"{module}: names of modules are whole"
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def is_connected(caller: Step, step: Step) -> bool:
    """Tell whether a step's module or template is that of its caller, or imported or named there."""
    source = caller.source
    if ":" not in step.name:
        return f'"{step.name}"' in source
    if ":" not in caller.name:
        return False
    return (
        step.module == caller.module
        or step.module in imported(caller.module, source)
        or f'"{step.module}:' in source
    )


def test_two_numbers_are_walked_from_the_task_file_to_a_page() -> None:
    assert len(WALKS) == 2
    for steps in WALKS.values():
        assert steps[0].name.startswith("dodo:")
        assert steps[-1].is_file
        assert steps[-1].name.startswith("www/")


@pytest.mark.parametrize(("title", "step"), CODE, ids=named)
def test_each_step_of_a_walk_exists(title: str, step: Step) -> None:
    if ":" not in step.name:
        assert (REPOSITORY / "templates" / step.name).is_file(), title
    elif step.module == "dodo":  # it cannot be imported without a build
        assert re.search(rf"^def {step.symbol}\(", step.source, re.MULTILINE), title
    else:
        assert resolve_name(step.name) is not None, title


@pytest.mark.parametrize(("title", "step"), CALLS, ids=named)
def test_each_step_of_a_walk_is_reached_from_the_one_that_it_is_below(
    title: str, step: Step
) -> None:
    assert step.caller is not None
    assert is_connected(step.caller, step), (
        f"{title}: {step.caller.name} does not reach {step.name}"
    )
    if step.module != step.caller.module:
        assert re.search(rf"\b{re.escape(step.symbol)}\b", step.caller.source), step.name


@pytest.mark.parametrize("title", WALKS)
def test_a_file_is_between_what_no_step_calls_and_what_came_before(title: str) -> None:
    steps = WALKS[title]
    for before, step in pairwise(steps):
        if step.caller is None:
            assert before.is_file or step.is_file, step.name
