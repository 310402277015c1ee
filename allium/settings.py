"""What a user may choose, and where they may say it.

Later wins: the defaults below, `[tool.allium]` in pyproject.toml, `allium.toml`, `ALLIUM_*` in the
environment, `name=value` on the command line.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, cast, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

Natural: TypeAlias = Annotated[int, Meta(ge=0)]
Positive: TypeAlias = Annotated[int, Meta(ge=1)]
Line: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
Origin: TypeAlias = Annotated[str, Meta(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")]

RootPath: TypeAlias = Annotated[str, Meta(pattern=r"^/([^\s/?#]+/)*$")]

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
}
"""What settings with a strict spelling look like."""


class SettingsError(Exception):
    """A setting is unknown or has a wrong value; the message names it and where it was given."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every choice of a build; the text under a field is its help text."""

    source: Line = "sample"
    """`sample`, `onionoo`, a base URL, or a folder that holds details.json(.xz, .gz) and others."""
    out: Line = "www"
    """The folder that gets the site; only files that lie where a page goes are replaced there."""
    cache: Line = "cache"
    """The folder of sources, shards, views and the build's memory; safe to delete at any time."""
    apis: Literal["all", "details"] = "all"
    """`details` leaves the uptime and bandwidth documents out: a quicker, poorer site."""
    base_url: Origin | None = None
    """Where the site will be read; gives canonical links. Pages work anywhere without it."""
    onion_url: Origin | None = None
    """The onion address of the same site, for the Onion-Location header."""
    base_path: RootPath = "/"
    """The path of the site on its host, for the page that is shown where there is none."""
    twins: bool = True
    """Write JSON twins beside the pages; `false` halves the number of files."""
    search_parts: bool = True
    """Write the files that the search script reads; without them search is by directories only."""
    units: Literal["bits", "bytes"] = "bits"
    """Bandwidths in bit/s or in B/s."""
    filter_downtime: Natural = 7
    """Relays unseen for more than so many days are left out; 0 keeps all."""
    max_details_age: Positive | None = None
    """Refuse to build (exit status 65) when the details are older than so many hours."""
    offline: bool = False
    """Make no request; build from what the cache holds."""
    relays: Annotated[int, Meta(ge=1, le=1_000_000)] = 600
    """How many relays the sample network has."""
    hour: Natural = 0
    """The hour of the sample network, counted from its beginning."""
    seed: Natural = 1
    """Another number gives another sample network."""
    site_title: Line = "Tor network"
    """The name of the site, at the top of each page."""
    footer: str = ""
    """A sentence of the site's operator at the foot of each page."""
    publish: Line | None = None
    """Publish each build below this folder; web servers read `current` in it."""
    keep: Annotated[int, Meta(ge=2)] = 4
    """How many published generations are kept; a slow reader of the last one needs two."""
    compress: bool = True
    """Publish .gz and .br beside each file that they make smaller."""
    max_drop: Annotated[int, Meta(ge=0, le=100)] = 20
    """Refuse to publish (exit status 73) when more than so many percent of the pages went."""
    max_files: Positive | None = None
    """Refuse to publish more files than the host takes."""
    max_file_bytes: Positive | None = None
    """Refuse to publish a file that is larger than the host takes."""
    source_code: Origin | None = None
    """Where the code that built the site can be had."""

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
    found = _with_places(Settings(**merged), project)
    _check_folders(found, project)
    return found


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
        known = ", ".join(_FIELDS)
        raise SettingsError(f"{name} ({where}): there is no such setting; known are {known}")
    if value == ABSENT and field.default is None:
        return None
    try:
        checked = msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError as error:
        wrong = _expected(name, field.type) or error
        raise SettingsError(f"{name}={str(value)!r} ({where}): {wrong}") from error
    if name in PATHS or (name == "source" and _is_folder(cast("str", checked))):
        return _path(cast("str", checked), base)
    return cast("str", checked).rstrip("/") if name in ROOTS else checked


def _expected(name: str, kind: object) -> str | None:
    """Return what a setting may be, where that can be listed or shown."""
    if get_origin(kind) is Literal:
        return f"Expected {' or '.join(get_args(kind))}"
    return f"Expected something like {EXAMPLES[name]}" if name in EXAMPLES else None


_FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


def _is_folder(source: str) -> bool:
    return source not in {"sample", "onionoo"} and not source.startswith(("http://", "https://"))


def _path(text: str, base: Path) -> str:
    """Return a path as short as it can be said from the project: relative below it."""
    path = Path(os.path.normpath(base / Path(text).expanduser()))
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


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
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path.name}: {error}") from error
    for key in table:
        values = values.get(key, {})
    if not isinstance(values, dict):
        raise SettingsError(f"{path.name}: [{'.'.join(table)}] must be a table")
    return cast("dict[str, object]", values)
