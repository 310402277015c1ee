"""`python -m allium`: the doit build of the checkout, through conventional options."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from allium import __version__

ROOT: Final = Path(__file__).resolve().parents[1]
OPTIONS: Final = {
    "out": ("out", "DIR", "the folder that gets the site (default: www in the checkout)"),
    "source": ("source", "WHERE", "sample, onionoo, a base URL, or a folder of documents"),
    "cache": ("cache", "DIR", "the folder of the build's memory; safe to delete"),
    "apis": ("apis", "all|details", "details leaves the uptime and bandwidth documents out"),
    "base-url": ("base_url", "URL", "where the site will be read; gives canonical links"),
    "display-bandwidth-units": ("units", "bits|bytes", "bandwidths in bit/s or in B/s"),
    "filter-downtime": ("filter_downtime", "DAYS", "leave out relays down for longer; 0 keeps all"),
    "max-details-age": ("max_details_age", "HOURS", "refuse to build from older details"),
}
"""The command line's options: the setting that each one gives, its value, its help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the site; return the exit status of doit."""
    chosen = _parser().parse_args(arguments)
    if not (ROOT / "dodo.py").is_file():
        sys.stderr.write(f"allium: there is no dodo.py in {ROOT}: run allium from a checkout\n")
        return 3
    return _doit(_command(chosen))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="allium",
        description="Build a static site of the Tor network, only as much of it as changed.",
        epilog="The same build as `doit -n N name=value ...`; see README.md for all settings.",
    )
    for option, (setting, value, words) in OPTIONS.items():
        parser.add_argument(f"--{option}", dest=setting, metavar=value, help=words)
    parser.add_argument(
        "--workers", default="auto", metavar="N", help="processes; 0: this one (default: auto)"
    )
    parser.add_argument("--progress", action="store_true", help="say how far the build is")
    parser.add_argument("--offline", action="store_true", help="make no request")
    parser.add_argument("--version", action="version", version=f"allium {__version__}")
    return parser


def _command(chosen: argparse.Namespace) -> list[str]:
    """Return doit's arguments for the options that were given."""
    settings = [setting for setting, _, _ in OPTIONS.values()]
    variables = [
        f"{setting}={getattr(chosen, setting)}"
        for setting in settings
        if getattr(chosen, setting) is not None
    ]
    reporter = ["-r", "progress"] if chosen.progress else []
    offline = ["offline=1"] if chosen.offline else []
    return ["run", "-n", chosen.workers, *reporter, *variables, *offline]


def _doit(command: list[str]) -> int:
    # doit takes long to import; `--help` must not wait for it.
    from doit.doit_cmd import DoitMain  # noqa: PLC0415

    here = Path.cwd()
    os.chdir(ROOT)
    found = [_absolute(argument, here) for argument in command]
    return int(DoitMain().run(found))


def _absolute(argument: str, here: Path) -> str:
    """Return a variable's path as seen from the caller's folder."""
    name, _, value = argument.partition("=")
    is_place = name in {"out", "cache"} or (
        name == "source" and value not in {"sample", "onionoo"} and "://" not in value
    )
    return f"{name}={here / value}" if is_place and not value.startswith("~") else argument


if __name__ == "__main__":
    sys.exit(main())
