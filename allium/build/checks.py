"""The checks of `doit doctor`."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from allium import __version__
from allium.build.paths import CachePaths
from allium.build.project import sources_of
from allium.publish import PublishError, needs, publication
from allium.publish.commands import DoctorFinding
from allium.publish.generations import Generations
from allium.settings import Settings
from allium.sources import reachability
from allium.sources.request import SourceError
from allium.store import StoreError, codec

_LIBRARIES: Final = ("doit", "msgspec", "jinja2", "brotli", "requests")
_ENOUGH_BYTES: Final = 2_000_000_000
"""Room for the documents, a site of 400 MB, and one whole generation that shares nothing."""
STALE_SECONDS: Final = 3 * 3600


class Checks(Struct, frozen=True):
    """The checks of a build with these settings."""

    settings: Settings

    def __iter__(self) -> Iterator[DoctorFinding]:
        """Yield what was found."""
        yield DoctorFinding("versions", "fine", _versions())
        for name in ("out", "cache", "publish"):
            folder = getattr(self.settings, name)
            if folder is not None:
                yield _place(name, _existing(Path(folder)))
        for name in () if self.settings.offline else sources_of(self.settings):
            yield _reached(self.settings, name)
        invented = self.settings.source == "sample"
        yield from _last_build(CachePaths(self.settings.cache).last_build, ageless=invented)
        if self.settings.publish is not None:
            yield from _published(self.settings.publish)


def _versions() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return f"allium {__version__}, Python {sys.version.partition(' ')[0]}, {libraries}"


def _existing(path: Path) -> Path:
    """Return the folder itself, or the nearest one above it that exists."""
    return next(folder for folder in (path, *path.absolute().parents) if folder.exists())


def _place(name: str, folder: Path) -> DoctorFinding:
    if not os.access(folder, os.W_OK | os.X_OK):
        return DoctorFinding(name, "wrong", f"{folder} is not writable")
    free = shutil.disk_usage(folder).free
    state = "fine" if free >= _ENOUGH_BYTES else "look"
    return DoctorFinding(name, state, f"{folder} is writable, {free / 1e9:.1f} GB free")


def _reached(settings: Settings, name: str) -> DoctorFinding:
    url = settings.address(name) or reachability.address(settings.source, name)
    if url is None:
        return DoctorFinding(name, "fine", f"source={settings.source} needs no server")
    try:
        return DoctorFinding(name, "fine", reachability.answer(url))
    except SourceError as error:
        return DoctorFinding(name, "wrong" if name == "details" else "look", str(error))


def _last_build(path: str, *, ageless: bool) -> Iterator[DoctorFinding]:
    """Yield how the last build ended, and how old its data is; that of the sample may be."""
    try:
        build: dict[str, Any] = codec.load(path, dict[str, Any])
    except StoreError:
        yield DoctorFinding("last build", "look", "no build has been reported")
        return
    finished = Path(path).stat().st_mtime
    moment = datetime.fromtimestamp(finished, UTC).strftime("%Y-%m-%d %H:%M UTC")
    state = "fine" if build["status"] == "ok" else "wrong"
    yield DoctorFinding("last build", state, f"{build['status']}, ended {moment}")
    for name, source in build["sources"].items():
        if source["age_seconds"] is not None:
            age = source["age_seconds"] + time.time() - finished
            late = name != "aroi" and age > STALE_SECONDS and not ageless
            words = f"{source['published']} UTC, {age / 3600:.1f} hours old"
            yield DoctorFinding(f"{name} data", "look" if late else "fine", words)


def _published(root: str) -> Iterator[DoctorFinding]:
    """Yield what readers see, and what is odd; or only that nothing can be published here."""
    try:
        needs.check()
    except PublishError as error:
        yield DoctorFinding("published", "wrong", str(error))
        return
    yield _shown(Generations(root))
    for words in publication.looked_at(root):
        yield DoctorFinding("published", "look", words)


def _shown(generations: Generations) -> DoctorFinding:
    if generations.current is None:
        return DoctorFinding("published", "look", "nothing is published yet")
    note = ", held by a rollback" if generations.held else ""
    words = f"generation {generations.current} of {generations.numbers}{note}"
    return DoctorFinding("published", "look" if note else "fine", words)
