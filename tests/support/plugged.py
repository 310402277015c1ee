"""A plugin of pytest that has doit's own tests try allium's plugins in the place of doit's classes.

`-p plugged`, with `WORTH_A_FORK` in the environment: how many tasks are.
"""

import os
from typing import Any

import doit.cmd_base
import doit.cmd_run
import doit.runner
import pytest

from allium.engine import runner
from allium.engine.file_digests import DigestChecker
from allium.engine.run import Run
from allium.engine.state import StateDB
from allium.engine.task_status import QuickDependency


class Dependency(QuickDependency):
    """allium's, with its checker where none is asked for."""

    def __init__(
        self, db_class: type, backend_name: str, checker_cls: type = DigestChecker, **named: Any
    ) -> None:
        super().__init__(db_class, backend_name, checker_cls, **named)


REPLACED = {
    "Dependency": Dependency,
    "MD5Checker": DigestChecker,
    "Run": Run,
}
"""Names in the modules of tests; `DbmDB` as well where it is the backend of a command."""

runner.WORTH_A_FORK = int(os.environ["WORTH_A_FORK"])  # type: ignore[misc]  # tests have few tasks
doit.runner.MRunner = doit.cmd_run.MRunner = runner.ForkRunner
doit.cmd_base.CHECKERS["md5"] = DigestChecker


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Replace doit's classes in every module whose tests were collected, and in their fixtures."""
    modules: set[Any] = {item.getparent(pytest.Module).obj for item in items}
    for module in modules | {_fixtures(items[0])}:
        for name in REPLACED.keys() & vars(module).keys():
            setattr(module, name, REPLACED[name])
    backends = _fixtures(items[0]).backend_map
    backends.update((name, StateDB) for name in backends if name.startswith("dbm"))
    for module in modules:
        if hasattr(module, "DbmDB") and module.__name__ != "tests.test_dependency":
            module.DbmDB = StateDB  # there, what is particular to doit's class is tried


def _fixtures(item: pytest.Item) -> Any:
    path = item.path.with_name("conftest.py")
    return next(
        one
        for one in item.config.pluginmanager.get_plugins()
        if getattr(one, "__file__", "") == str(path)
    )
