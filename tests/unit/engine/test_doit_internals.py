from pathlib import Path

from doit import cmd_run, doit_cmd
from doit.runner import Runner

from allium.engine import doit_internals


def test_doit_keeps_the_variables_of_the_command_line_where_the_engine_looks() -> None:
    doit_cmd.DoitMain(config_filenames=()).process_args(["run", "source=sample", "out=x=y"])
    try:
        assert doit_internals.variables() == {"source": "sample", "out": "x=y"}
    finally:
        doit_cmd.reset_vars()


def test_before_any_command_there_are_no_variables() -> None:
    doit_cmd.reset_vars()
    assert doit_internals.variables() == {}


def test_the_working_folder_is_a_folder() -> None:
    assert doit_internals.working_folder() == Path.cwd()


def test_the_run_command_takes_its_parallel_runner_from_where_it_is_replaced() -> None:
    before = cmd_run.MRunner
    assert "MRunner" in cmd_run.Run._execute.__code__.co_names
    with doit_internals.parallel_runner(Runner):
        assert cmd_run.MRunner is Runner
    assert cmd_run.MRunner is before
