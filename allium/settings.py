"""What a user may choose, and where they may say it.

Later wins: the defaults below, `[tool.allium]` in pyproject.toml, `allium.toml`, `ALLIUM_*` in the
environment, `name=value` on the command line.
"""

import os
import re
import sys
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, cast, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from allium import printable
from allium.printable import HIDDEN, NOT_PRINTABLE, PrintableError

_LONGEST: Final = 320
"""Characters of a wrong value that a message quotes."""
_PART: Final = rf"[^\s/?#@{NOT_PRINTABLE}]"
"""A character of a URL's host or of one segment of its path."""
_PATH: Final = rf"(/[^\s?#{NOT_PRINTABLE}]*)?"
# `\A` and `\Z`, because `$` also matches before a line feed at the end.
Days: TypeAlias = Annotated[int, Meta(ge=0, le=36_500)]  # a century; Tor began in 2002
Count: TypeAlias = Annotated[int, Meta(ge=1, le=2**53 - 1)]  # JSON: the largest exact integer
Seed: TypeAlias = Annotated[int, Meta(ge=0, le=2**53 - 1)]  # as `Count`
Line: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=300, pattern=rf"\A[^{NOT_PRINTABLE}]*\Z")
]
Sentence: TypeAlias = Annotated[str, Meta(max_length=1000, pattern=rf"\A[^{NOT_PRINTABLE}]*\Z")]
Origin: TypeAlias = Annotated[str, Meta(max_length=300, pattern=rf"\Ahttps?://{_PART}+{_PATH}\Z")]
Address: TypeAlias = Annotated[
    str,
    Meta(
        max_length=300,
        pattern=rf"\Ahttps?://([^\s/?#{NOT_PRINTABLE}]*@)?{_PART}+(/[^\s#{NOT_PRINTABLE}]*)?\Z",
    ),
]
"""Where one document is fetched from; unlike the addresses of the site it may hold a password."""
RootPath: TypeAlias = Annotated[str, Meta(max_length=300, pattern=rf"\A/({_PART}+/)*\Z")]

_SERVER: Final = re.compile(rf"https?://([^\s/?#{NOT_PRINTABLE}]*@)?{_PART}+{_PATH}")
"""A base URL of documents; unlike the addresses of the site it may hold a password."""

PATHS = frozenset({"out", "cache", "publish"})
APART: Final = (("cache", "out"), ("out", "cache"), ("publish", "out"), ("publish", "cache"))
"""Folders of which the first must not lie within the second."""
ROOTS = frozenset({"base_url", "onion_url"})
"""Addresses that a slash and the path of a page are put behind."""
ABSENT = "none"
EXAMPLES: Final = {
    "base_url": "https://tor.example.org",
    "onion_url": "http://example.onion",
    "source_code": "https://example.org/allium",
    "base_path": "/tor/",
    **{
        f"{name}_url": f"https://onionoo.example.org/{name}?type=relay"
        for name in ("details", "uptime", "bandwidth", "weights")
    },
    "aroi_url": "https://aroi.example.org/latest.json",
}
"""What settings with a strict spelling look like."""


class SettingsError(PrintableError):
    """A setting is unknown or has a wrong value; the message names it and where it was given."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every choice of a build; the text under a field is its help text."""

    source: Line = "sample"
    """`sample`, `onionoo`, a base URL, or a folder that holds details.json(.xz, .gz) and others."""
    details_url: Address | None = None
    """Fetch the details from this address and not from the source."""
    uptime_url: Address | None = None
    """Fetch the uptime document from this address and not from the source."""
    bandwidth_url: Address | None = None
    """Fetch the bandwidth document from this address and not from the source."""
    weights_url: Address | None = None
    """Fetch the weights document from this address and not from the source."""
    aroi_url: Address | None = None
    """Fetch the AROI validator's results from this address and not from the source."""
    out: Line = "www"
    """The folder that gets the site; only files that lie where a page goes are replaced there."""
    cache: Line = "cache"
    """The folder of sources, shards, views and the build's memory; safe to delete at any time."""
    apis: Literal["all", "details"] = "all"
    """`details` leaves out uptime, bandwidth, weights and votes: a quicker, poorer site."""
    weights: bool = False
    """Read the history of each relay's weight, too: one more document of 150 MB each hour."""
    votes: bool = True
    """Read what the directory authorities voted, too; `apis=details` leaves that out."""
    vote_pages: bool = True
    """Write a page of the votes on each relay; `false` leaves 10,000 files out."""
    base_url: Origin | None = None
    """Where the site will be read; gives canonical links. Pages work anywhere without it."""
    onion_url: Origin | None = None
    """The onion address of the same site, for the Onion-Location header."""
    base_path: RootPath = "/"
    """The path of the site on its host, for the page that is shown where there is none."""
    twins: bool = True
    """Write JSON twins beside the pages; `false` halves the number of files."""
    search_parts: bool = True
    """Write the index that the search script reads; without it search is by directories only."""
    exports: bool = True
    """Write tables of the whole network for programs into `data/`: CSV, JSON, exit addresses."""
    operator_gauges: bool = False
    """Write gauges of operators with a domain for Prometheus into `data/`, if there are exports."""
    units: Literal["bits", "bytes"] = "bits"
    """Bandwidths in bit/s or in B/s."""
    filter_downtime: Days = 7
    """Relays unseen for more than so many days are left out; 0 keeps all."""
    max_details_age: Annotated[int, Meta(ge=1, le=876_000)] | None = None
    """Refuse to build (exit status 65) when the details are older than so many hours."""
    offline: bool = False
    """Make no request; build from what the cache holds."""
    relays: Annotated[int, Meta(ge=1, le=1_000_000)] = 600
    """How many relays the sample network has."""
    hour: Annotated[int, Meta(ge=0, le=876_000)] = 0
    """The hour of the sample network, counted from its beginning."""
    seed: Seed = 1
    """Another number gives another sample network."""
    site_title: Line = "Tor network"
    """The name of the site, at the top of each page."""
    footer: Sentence = ""
    """A sentence of the site's operator at the foot of each page."""
    publish: Line | None = None
    """Publish each build below this folder; web servers read `current` in it."""
    keep: Annotated[int, Meta(ge=2, le=100_000)] = 4
    """How many published generations are kept; a slow reader of the last one needs two."""
    compress: bool = True
    """Publish .gz and .br beside each file that they make smaller."""
    max_drop: Annotated[int, Meta(ge=0, le=100)] = 20
    """Refuse to publish (exit status 73) when more than so many percent of the pages went."""
    max_files: Count | None = None
    """Refuse to publish more files than the host takes."""
    max_file_bytes: Count | None = None
    """Refuse to publish a file that is larger than the host takes."""
    source_code: Origin | None = None
    """Where the code that built the site can be had."""

    def address(self, document: str) -> str | None:
        """Return the address of its own that a source document has."""
        addresses = {
            "details": self.details_url,
            "uptime": self.uptime_url,
            "bandwidth": self.bandwidth_url,
            "weights": self.weights_url,
            "aroi": self.aroi_url,
        }
        return addresses.get(document)

    @property
    def reads_weights(self) -> bool:
        """Whether the history of weights is a source of the site."""
        return self.weights and self.apis == "all"

    @property
    def reads_votes(self) -> bool:
        """Whether votes are a source of the site."""
        return self.votes and self.apis == "all"

    @property
    def published(self) -> bool:
        """Whether the site is published, so that `changes/` and feeds lie beside its pages."""
        return self.publish is not None


def load(
    command_line: Mapping[str, str],
    environment: Mapping[str, str],
    project: Path,
    working: Path,
) -> Settings:
    """Return the settings of a build.

    `project` is the folder of pyproject.toml and allium.toml; relative paths in them and in the
    environment start there, those of the command line in `working`.
    Raises `SettingsError`.
    """
    layers: list[tuple[str, Mapping[str, object], Path]] = [
        ("pyproject.toml", _toml(project / "pyproject.toml", ("tool", "allium")), project),
        ("allium.toml", _toml(project / "allium.toml", ()), project),
        ("environment", _environment(environment), project),
        ("command line", command_line, working),
    ]
    merged: dict[str, Any] = {}
    for where, values, base in layers:
        merged.update((name, _value(name, value, where, base)) for name, value in values.items())
    settings = _with_places(Settings(**merged), project)
    _check_folders(settings, project)
    return settings


def _with_places(settings: Settings, project: Path) -> Settings:
    """Make the paths that nobody chose relative to the project, not to the caller's folder."""
    chosen = {name: getattr(settings, name) for name in PATHS}
    places = {name: _path(place, project) for name, place in chosen.items() if place is not None}
    return msgspec.structs.replace(settings, **places)


def _check_folders(settings: Settings, project: Path) -> None:
    """Raise `SettingsError` when a folder holds what another one is for.

    A cache or generations within the site would be taken for a part of it, and a site within the
    cache would be deleted with it.
    """
    for inner, outer in APART:
        within, folder = getattr(settings, inner), getattr(settings, outer)
        if within is None or folder is None:
            continue
        if (project / within).resolve().is_relative_to((project / folder).resolve()):
            words = f"{inner}={within} lies within {outer}={folder}"
            raise SettingsError(f"{words}: each needs a folder of its own")


def _value(name: str, value: object, where: str, base: Path) -> object:
    """Return one checked value; the word `none` clears an optional setting."""
    field = _FIELDS.get(name)
    if field is None:
        names = ", ".join(_FIELDS)
        raise SettingsError(f"{name} ({where}): there is no such setting; known are {names}")
    given = _text(value) if isinstance(value, str) else value
    if given == ABSENT and field.default is None:
        return None
    try:
        _check_encoding(given)
        checked = msgspec.convert(given, field.type, strict=False)
        return _placed(name, checked, base) if isinstance(checked, str) else checked
    except msgspec.ValidationError as error:
        wrong: object = _expected(name, field.type) or error
    except (ValueError, RecursionError) as error:
        wrong = error
    raise SettingsError(f"{name}={_shown(given)} ({where}): {wrong}")


def _text(value: str) -> str:
    """Return a value without line ends behind it, as a secret of a CI or `echo` leaves them.

    Where the locale is not UTF-8, arguments and environment arrive as the bytes that they are.
    """
    if any("\ud800" <= character <= "\udfff" for character in value):
        with suppress(UnicodeError):
            value = os.fsencode(value).decode()
    return value.rstrip("\r\n")


def _check_encoding(value: object) -> None:
    """Raise `ValueError` for a text that no JSON and no page can hold."""
    try:
        if isinstance(value, str):
            value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("Expected UTF-8") from error


def _placed(name: str, checked: str, base: Path) -> str:
    """Return a folder as seen from the project, and an address without a slash at its end.

    Raises `ValueError` when this system cannot have such a folder, or the address is none.
    """
    if name in PATHS or (name == "source" and _is_folder(checked)):
        return _path(checked, base)
    if name == "source" and "://" in checked and not _SERVER.fullmatch(checked):
        raise ValueError("Expected http:// or https://, a host and a path, without `?` and `#`")
    return checked.rstrip("/") if name in ROOTS else checked


def _shown(value: object) -> str:
    """Return a wrong value for a message: cut, and without what stands before an `@` of a URL."""
    words = re.sub(r"(?s)//.*@", f"//{HIDDEN}@", value) if isinstance(value, str) else repr(value)
    words = printable.line(words)
    shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
    return f"'{shown}'" if isinstance(value, str) else shown


def _expected(name: str, kind: object) -> str | None:
    """Return what a setting may be, where that can be listed or shown."""
    if get_origin(kind) is Literal:
        return f"Expected {' or '.join(get_args(kind))}"
    if name in EXAMPLES:
        return f"Expected something like {EXAMPLES[name]}"
    if kind is Sentence:
        return "Expected at most 1000 characters on one line, all of them printable"
    if kind is Line or Line in get_args(kind):
        return "Expected 1 to 300 characters on one line, all of them printable"
    return None


_FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


def _is_folder(source: str) -> bool:
    return source not in {"sample", "onionoo"} and "://" not in source


def _path(text: str, base: Path) -> str:
    """Return a path as short as it can be said from the project: relative below it.

    Raises `ValueError` when it is none here, or its bytes are no UTF-8, as JSON must be.
    """
    try:
        path = Path(os.path.normpath(base / Path(text).expanduser()))
    except RuntimeError as error:
        raise ValueError(str(error)) from error  # `~nobody`
    folder = Path.cwd()
    shortest = (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()
    try:
        os.fsencode(shortest)
        shortest.encode()
    except UnicodeEncodeError as error:
        coding = sys.getfilesystemencoding()
        words = f"{shortest}: Expected a path in UTF-8, and a locale that can have it"
        raise ValueError(f"{words}, not {coding}") from error
    return shortest


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    prefix = "ALLIUM_"
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in environment.items()
        if name.startswith(prefix)
    }


def _toml(path: Path, table: tuple[str, ...]) -> dict[str, object]:
    try:
        values: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:  # tomllib's own are values' errors
        raise SettingsError(f"{path.name}: {error}") from error
    for key in table:
        values = values.get(key, {}) if isinstance(values, dict) else None
    if not isinstance(values, dict):
        raise SettingsError(f"{path.name}: [{'.'.join(table)}] must be a table")
    return cast("dict[str, object]", values)
