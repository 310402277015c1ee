"""`allium`, or `python -m allium`: the doit build with conventional commands and options.

It works in the current folder, and runs the task file that belongs to this package.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from allium import __version__, locations

OPTIONS: Final = {
    "out": ("out", "DIR", "the folder that gets the site (default: www)"),
    "source": ("source", "WHERE", "sample, onionoo, a base URL, or a folder of documents"),
    "cache": (
        "cache",
        "DIR",
        "the folder of the build's own files; safe to delete (default: cache)",
    ),
    "publish": ("publish", "DIR", "publish into this folder; the web server's root is DIR/current"),
    "apis": ("apis", "all|details", "details: without uptime, bandwidth and votes"),
    "base-url": ("base_url", "URL", "the address of the published site, for canonical links"),
    "display-bandwidth-units": ("units", "bits|bytes", "bandwidths in bit/s or in B/s"),
    "filter-downtime": ("filter_downtime", "DAYS", "leave out relays down for longer; 0 keeps all"),
    "max-details-age": ("max_details_age", "HOURS", "refuse to build from older details"),
}
"""The options of each command that are settings: the setting, its value, its help."""

BUILD: Final = "build"
SERVE: Final = "serve"
TASKS: Final = "TASK"


class Command(Struct, frozen=True):
    """What a command is for, the flags that doit's command of that name takes, and its words."""

    purpose: str
    flags: Mapping[str, str] = {}
    words: str | None = None
    builds: bool = False


COMMANDS: Final = {
    BUILD: Command("build the site (the default)", {}, TASKS, builds=True),
    "list": Command(
        "list the tasks of the build",
        {"all": "with every page", "status": "with U: up to date, R: would run"},
        TASKS,
    ),
    "info": Command("show what a task depends on, and whether it would run", {}, TASKS),
    "why": Command(
        "explain why a task would run now, or why it last ran",
        {"json": "one JSON object for each task"},
        TASKS,
    ),
    "check": Command(
        "compare every file of the site with what was built",
        {"repair": "make the next build write damaged files again"},
    ),
    "publish": Command(
        "build, and publish the site",
        {"force": "publish even if the gate refuses", "verify": "read every published file"},
        builds=True,
    ),
    "rollback": Command("publish an earlier generation again, and keep it published"),
    "doctor": Command("check versions, disk, permissions, sources, and the last build"),
    "clean": Command("remove the pages that the build made", {}, TASKS),
    "forget": Command("make the next build run all tasks", {}, TASKS),
    SERVE: Command("serve the site on this machine, for a browser"),
}
"""The commands of `allium`; all but `build`, `publish` and `serve` are doit's of the same name."""
ALL_TASKS: Final = {"clean": "--clean-all", "forget": "--all"}
"""The options with which doit's commands take all tasks: here the default."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; return the exit status of doit."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in {*COMMANDS, "-h", "--help", "--version"}:
        words.insert(0, BUILD)
    options = _parser().parse_args(words)
    if options.command == SERVE:
        return _serve(options)
    # doit takes long to import; `--help` must not wait for it.
    from allium.engine import program  # noqa: PLC0415

    resources = locations.RESOURCES
    return program.run(resources / "dodo.py", resources / "pyproject.toml", _doit(options))


def _parser() -> argparse.ArgumentParser:
    settings, building = _options_for_settings(), _options_for_building()
    parser = argparse.ArgumentParser(
        prog="allium",
        description="Build a static site of the Tor network, only as much of it as changed.",
        epilog="Every setting can also be given as NAME=VALUE behind the command, in allium.toml, "
        "or as ALLIUM_NAME in the environment. `allium COMMAND --help` explains a command.",
        parents=[building, settings],
    )
    parser.add_argument("--version", action="version", version=f"allium {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        command_parser = commands.add_parser(
            name,
            help=command.purpose,
            description=f"{command.purpose[0].upper()}{command.purpose[1:]}.",
            parents=[building, settings] if command.builds else [settings],
            allow_abbrev=False,
        )
        for flag, words in command.flags.items():
            command_parser.add_argument(f"--{flag}", action="store_true", help=words)
        if name == "rollback":
            command_parser.add_argument(
                "--to", metavar="NUMBER", help="the generation (default: the last)"
            )
        if name == SERVE:
            command_parser.add_argument("--port", default="8000", help="0: any (default: 8000)")
        words = f"{command.words}|NAME=VALUE" if command.words else "NAME=VALUE"
        command_parser.add_argument(
            "words", nargs="*", metavar=words, help="tasks, and settings by name"
        )
    return parser


def _options_for_settings() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("settings")
    for option, (setting, value, words) in OPTIONS.items():
        group.add_argument(f"--{option}", dest=f"setting {setting}", metavar=value, help=words)
    group.add_argument(
        "--offline", dest="setting offline", action="store_const", const="1", help="make no request"
    )
    return parser


def _options_for_building() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--workers",
        default="auto",
        metavar="N",
        help="number of processes; 0: only this one (default: auto)",
    )
    parser.add_argument(
        "--progress", action="store_true", help="show a line of progress each second"
    )
    return parser


def _doit(options: argparse.Namespace) -> list[str]:
    """Return doit's arguments for a command line."""
    command = COMMANDS[options.command]
    flags = [f"--{flag}" for flag in command.flags if getattr(options, flag)]
    settings = [f"{name}={value}" for name, value in _settings(options).items()]
    words = [word for word in options.words if "=" not in word]
    if command.builds:
        reporter = ["-r", "progress"] if options.progress else []
        task = [] if options.command == BUILD else [options.command]
        return ["run", "-n", options.workers, *reporter, *settings, *task, *flags, *words]
    if getattr(options, "to", None) is not None:
        flags += ["--to", options.to]
    if not words and options.command in ALL_TASKS:
        flags.append(ALL_TASKS[options.command])
    return [options.command, *flags, *settings, *words]


def _settings(arguments: argparse.Namespace) -> dict[str, str]:
    """Return the settings that a command line gives, by options or as NAME=VALUE."""
    options = {
        name.removeprefix("setting "): value
        for name, value in vars(arguments).items()
        if name.startswith("setting ") and value is not None
    }
    return options | {
        name: value
        for name, equals, value in (word.partition("=") for word in arguments.words)
        if equals
    }


def _serve(options: argparse.Namespace) -> int:
    """Serve what is published, else what was built."""
    from allium import settings  # noqa: PLC0415  as above
    from allium.publish import serve  # noqa: PLC0415

    working_folder = Path.cwd()
    try:
        chosen_settings = settings.load(
            _settings(options), os.environ, working_folder, working_folder
        )
    except settings.SettingsError as error:
        sys.stderr.write(f"allium: {error}\n")
        return 78
    folder = (
        chosen_settings.out
        if chosen_settings.publish is None
        else f"{chosen_settings.publish}/current"
    )
    return serve.main([folder, "--port", options.port])


if __name__ == "__main__":
    sys.exit(main())
