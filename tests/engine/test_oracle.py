"""doit's own runner is the oracle: the same task files end the same under the fork runner.

Each case is a task file and some builds of it, one after the other. Most have more ready tasks than
are worth a fork, so that children run them.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import Struct

from tests.support.taskfiles import FAILING, MANY, PLAIN, Builds

Steps = Sequence[Sequence[str]]


class Case(Struct, frozen=True):
    """A task file and the arguments of builds; a step that begins with a command is that one."""

    text: str
    steps: Steps = ((), ())


COMMANDS = {"ignore", "forget", "clean", "reset-dep"}

DELAYED = (
    MANY
    + """
from doit import create_after
@create_after(executed="first")
def task_many():
    for n in range(300):
        yield {"name": str(n), "actions": [(work, [f"out{n}"])], "targets": [f"out{n}"]}
@create_after(executed="many", target_regex=r"more\\d+")
def task_more():
    for n in range(300):
        yield {"name": str(n), "actions": [(work, [f"more{n}"])], "file_dep": [f"out{n}"],
               "targets": [f"more{n}"]}
"""
)
GETARGS = (
    MANY
    + """
def use(name, values):
    with open(name, "w") as file:
        file.write(repr(sorted(values.items()) if isinstance(values, dict) else values))
def task_many():
    for n in range(200):
        yield {"name": str(n), "actions": [(work, [f"out{n}"])], "targets": [f"out{n}"],
               "uptodate": [True]}
def task_sum():
    return {"actions": [(use, ["sum"])], "getargs": {"values": ("many", "name")},
            "targets": ["sum"]}
def task_one():
    return {"actions": [(use, ["one"])], "getargs": {"values": ("many:7", "name")}}
def task_each():
    for n in range(150):
        yield {"name": str(n), "actions": [(use, [f"each{n}"])],
               "getargs": {"values": (f"many:{n}", "name")}}
def task_wrong():
    return {"actions": [(use, ["wrong"])], "getargs": {"values": ("many:3", "no such value")}}
"""
)
SETUP = (
    MANY
    + """
def says(*words):
    print("SAID", *words)
def task_shared():
    return {"actions": [(work, ["shared"])], "teardown": [(says, ["shared torn down"])]}
def task_broken():
    return {"actions": [(work, ["broken"], {"fail": True})], "teardown": [(work, ["never"])]}
def task_many():
    for n in range(200):
        yield {"name": str(n), "actions": [(work, [f"out{n}"])], "setup": ["shared"],
               "file_dep": ["first"], "targets": [f"out{n}"]}
def task_torn():
    for n in range(150):
        yield {"name": str(n), "actions": [(work, [f"torn{n}"])], "file_dep": ["first"],
               "teardown": [(work, [f"torn down {n}"])]}
def task_ends_badly():
    return {"actions": None, "uptodate": [False],
            "teardown": [(work, ["bad end"], {"fail": True})]}
def task_user():
    return {"actions": [(work, ["user"])], "setup": ["broken"]}
def task_later():
    return {"actions": [(work, ["later"])], "task_dep": ["user"]}
"""
)
SAYING = (
    MANY
    + """
def says(n):
    print("SAID", n, "out")
    print("SAID", n, "err", file=sys.stderr)
    if n % 60 == 59:
        raise ValueError(f"SAID {n} raised")
    return n % 60 != 58
def task_many():
    for n in range(240):
        yield {"name": str(n), "actions": [(says, [n])], "file_dep": ["first"]}
def task_shell():
    for n in range(120):
        yield {"name": str(n), "actions": [f"echo SAID shell {n}; echo SAID err {n} >&2"],
               "file_dep": ["first"]}
def task_loud():
    return {"actions": [(says, [1001])], "verbosity": 2}
def task_mute():
    return {"actions": [(says, [1002]), "echo SAID mute"], "verbosity": 0}
"""
)
UP_TO_DATE = (
    MANY
    + """
from doit.tools import config_changed, result_dep, run_once
def grows(n):
    with open(f"runs{n}", "a") as file:
        file.write("x")
    return str(n)
def task_once():
    for n in range(120):
        yield {"name": str(n), "actions": [(grows, [f"once{n}"])], "uptodate": [run_once]}
def task_config():
    for n in range(120):
        yield {"name": str(n), "actions": [(grows, [f"config{n}"])],
               "uptodate": [config_changed({"n": n, "it": os.path.exists("it")})]}
def task_version():
    return {"actions": [lambda: str(os.path.exists("it"))]}
def task_result():
    for n in range(120):
        yield {"name": str(n), "actions": [(grows, [f"result{n}"])],
               "uptodate": [result_dep("version")]}
def task_values():
    return {"actions": [(grows, ["always"])], "uptodate": [True, None, False]}
def task_never():
    return {"actions": [(grows, ["never"])], "uptodate": [True], "file_dep": ["first"]}
def task_asks():
    return {"actions": [(grows, ["asks"])], "uptodate": ["test -e it"], "file_dep": ["first"]}
def task_it():
    return {"actions": ["touch it"], "task_dep": ["once", "config", "result"], "targets": ["it"]}
"""
)
ARGUMENTS = (
    MANY
    + """
def told(n, targets, dependencies, changed):
    with open(targets[0], "w") as file:
        file.write(repr((n, targets, sorted(dependencies), sorted(changed))))
    with open(f"second{n}", "w") as file:
        file.write("second")
def task_many():
    for n in range(150):
        yield {"name": str(n), "actions": [(told, [n])], "file_dep": ["first", "other"],
               "targets": [f"out{n}"]}
def task_other():
    return {"actions": ["mktemp -u > other"], "targets": ["other"]}
def task_shell():
    for n in range(120):
        yield {"name": str(n), "file_dep": ["first"], "targets": [f"shell{n}"],
               "actions": ["cat %(dependencies)s > %(targets)s; echo %(changed)s >> %(targets)s"]}
"""
)
OPTIONS = (
    MANY
    + """
from doit.action import CmdAction
def use(x, flag, pos):
    with open("used", "w") as file:
        file.write(repr((x, flag, pos)))
def task_use():
    return {"actions": [use], "pos_arg": "pos", "params": [
        {"name": "x", "short": "x", "type": int, "default": 1},
        {"name": "flag", "long": "flag", "type": bool, "default": False}]}
def task_saved():
    return {"actions": [CmdAction("echo words", save_out="said")]}
def task_shown():
    return {"actions": ["echo %(said)s > shown"], "getargs": {"said": ("saved", "said")}}
def task_many():
    for n in range(120):
        yield {"name": str(n), "actions": ["echo %(x)s > out" + str(n)],
               "params": [{"name": "x", "short": "x", "default": "default"}]}
"""
)
FOUND = (
    MANY
    + """
def found():
    return {"file_dep": ["second"], "task_dep": ["third"]}
def task_find():
    return {"actions": [found], "uptodate": [True]}
def task_second():
    return {"actions": [(work, ["second"])], "targets": ["second"], "uptodate": [True]}
def task_third():
    return {"actions": [(work, ["third"])]}
def task_many():
    for n in range(150):
        yield {"name": str(n), "actions": [(work, [f"out{n}"])], "calc_dep": ["find"],
               "targets": [f"out{n}"]}
"""
)
UNMET = (
    MANY
    + """
def task_bad():
    for n in range(150):
        yield {"name": str(n), "actions": [(work, [f"bad{n}"])] if n % 50 else ["exit 3"],
               "file_dep": ["first"], "targets": [f"bad{n}"]}
def task_after():
    for n in range(150):
        yield {"name": str(n), "actions": [(work, [f"after{n}"])], "task_dep": [f"bad:{n}"]}
def task_last():
    return {"actions": [(work, ["last"])], "task_dep": ["after"]}
def task_lacking():
    return {"actions": [(work, ["lacking"])], "file_dep": ["no such file"]}
def task_absent():
    return {"actions": ["no-such-command"]}
"""
)
ENDS = MANY + 'def task_ends():\n    return {"actions": [ACTION]}\n'

CASES = {
    "plain": Case(PLAIN),
    "always": Case(PLAIN, ((), ("-a",))),
    "one process": Case(PLAIN, (("-n", "1"), ("-n", "1"))),
    "threads": Case(PLAIN, (("-P", "thread"), ("-P", "thread"))),
    "failing, continued": Case(FAILING, (("--continue",), ("-c",))),
    "delayed": Case(DELAYED),
    "delayed, one by its target": Case(DELAYED, (("more7",), ("many:3",), ())),
    "getargs, continued": Case(GETARGS, (("-c",), ("-c",), ("-c", "-a"))),
    "getargs, selected": Case(GETARGS, (("one", "each"), ("sum",), ("-s", "one"), ("-s", "each"))),
    "setup and teardown": Case(SETUP, (("many", "torn"), ("many", "torn"), ("-a", "many"))),
    "setup that fails": Case(SETUP, (("-c", "user", "many", "later"), ("-c",))),
    "teardown that fails": Case(SETUP, (("ends_badly", "torn"),)),
    "verbosity of tasks": Case(SAYING, (("-c",),)),
    "verbosity 0": Case(SAYING, (("-c", "-v", "0"),)),
    "verbosity 1": Case(SAYING, (("-c", "-v", "1"),)),
    "verbosity 2": Case(SAYING, (("-c", "-v", "2"),)),
    "failures shown again": Case(SAYING, (("-c", "-v", "0", "--failure-verbosity", "2"),)),
    "up to date": Case(UP_TO_DATE, ((), (), ())),
    "arguments of actions": Case(ARGUMENTS, ((), ())),
    "options": Case(OPTIONS, (("use", "-x", "3", "--flag", "a", "b"), ("many", "-x", "7"), ())),
    "dependencies found later": Case(FOUND, ((), (), ("-s", "many"))),
    "unmet dependencies": Case(UNMET, (("-c",), ("-c",))),
    "single": Case(PLAIN, (("first",), ("-s", "last"), ("--single", "many:3", "many:4"), ("-s",))),
    "selected": Case(PLAIN, (("many:1*",), ("many:7", "out8"), ("many",))),
    "ignored": Case(PLAIN, (("ignore", "many:5"), (), ("forget", "many:5"), ())),
    "forgotten": Case(PLAIN, ((), ("forget", "many:5", "last"), (), ("forget",), ())),
    "an unknown task": Case(PLAIN, (("no-such-task",),)),
    "a shell that fails": Case(ENDS.replace("ACTION", '"exit 7"'), ((),)),
    "a shell that cannot": Case(ENDS.replace("ACTION", '"exit 126"'), ((),)),
    "an action that says no": Case(ENDS.replace("ACTION", "lambda: False"), ((),)),
    "an action that raises": Case(ENDS.replace("ACTION", "lambda: 1 / 0"), ((),)),
    "an action that returns a number": Case(ENDS.replace("ACTION", "lambda: 7"), ((),)),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_same_tasks_end_the_same_under_both_runners(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    ours = Builds(tmp_path / "ours", case.text, plugins=True)
    doits = Builds(tmp_path / "doits", case.text, plugins=False)
    for step in case.steps:
        assert ended(ours, step) == ended(doits, step)


def ended(builds: Builds, step: Sequence[str]) -> dict[str, object]:
    """Carry out a step; return how it ended, without what depends on the order of tasks."""
    if step and step[0] in COMMANDS:
        return {"status": builds.say(*step)[0]}
    processes = "2" if builds.plugins else "0"
    status, out, err = builds.say("run", "-n", processes, "-r", "console", *step)
    return {
        "status": status,
        "tasks": sorted(re.findall(r"^(?:\.|--|!!) .*", out, re.MULTILINE)),
        "failures": sorted(set(re.findall(r"^Task\w* .*|^\w+Error.*", out + err, re.MULTILINE))),
        "said": sorted(re.findall(r"^SAID.*", out, re.MULTILINE)),
        "complained": sorted(re.findall(r"^SAID.*", err, re.MULTILINE)),
        "made": made(builds),
    }


def made(builds: Builds) -> dict[str, str]:
    return {name: text for name, text in builds.made().items() if name != "other"}


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_failure_stops_both_runners_with_the_same_status(tmp_path: Path, processes: str) -> None:
    ours = Builds(tmp_path / "ours", FAILING, plugins=True)
    doits = Builds(tmp_path / "doits", FAILING, plugins=False)
    mine, theirs = ours.run("-n", processes), doits.run("-n", processes)
    assert mine["status"] == theirs["status"] == 2
    for results in (mine["results"], theirs["results"]):
        failed = {name for name, result in results.items() if result == "fail"}
        assert failed
        assert failed <= {"many:7", "many:250"}  # a process that waits long may be the second
    assert "last" not in mine["files"].keys() | theirs["files"].keys()
