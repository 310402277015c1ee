"""What must hold before readers see a new generation."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from msgspec import Struct

from allium.publish.delta import SIBLINGS, Delta
from allium.store.site_record import File

_SHOWN: Final = 3
_LINK: Final = re.compile(rb'\s(?:href|src|action)="([^"#?]*)')
_OUTSIDE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|/")


class GateLimits(Struct, frozen=True, kw_only=True):
    """The most that may go (percent of the pages), and the most that the host takes."""

    max_drop: int = 20
    max_files: int | None = None
    max_file_bytes: int | None = None


def refusals(
    before: Mapping[str, File], files: Mapping[str, File], limits: GateLimits
) -> Iterator[str]:
    """Yield a sentence for each limit that the files of a site do not keep."""
    pages_before, pages_now = _pages(before), _pages(files)
    if pages_now < pages_before * (100 - limits.max_drop) / 100:
        gone = f"{pages_before - pages_now} of {pages_before}"
        yield f"pages that would be removed: {gone} (max_drop={limits.max_drop} percent)"
    if limits.max_files is not None and len(files) > limits.max_files:
        yield f"number of files: {len(files)} (max_files={limits.max_files})"
    if limits.max_file_bytes is not None:
        for name, file in sorted(files.items()):
            if file.size > limits.max_file_bytes:
                yield f"{name} has {file.size} bytes (max_file_bytes={limits.max_file_bytes})"


def _pages(files: Mapping[str, File]) -> int:
    return sum(name.endswith(".html") for name in files)


def broken(
    names: Iterable[str], have: Mapping[str, File], read: Callable[[str], bytes]
) -> Iterator[str]:
    """Yield each link of these pages that leads to no file of the site."""

    @cache
    def missing(folder: str, link: str) -> bool:
        return not _OUTSIDE.match(link) and _target(folder, link) not in have

    for name in names:
        if name.endswith(".html"):
            folder = posixpath.dirname(name)
            for link in sorted(set(_LINK.findall(read(name)))):
                if link and missing(folder, link.decode()):
                    yield f"{name} links to {link.decode()}, which is not there"


def suspects(found: Delta, have: Mapping[str, File]) -> list[str]:
    """Return the pages whose links may have broken: the new ones, or all when any file went."""
    has_removals = any(not name.endswith(SIBLINGS) for name in found.removed)
    return sorted(have) if has_removals else found.written


def _target(folder: str, link: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, link))
    if link.endswith("/") or path == "." or link in {".", ".."}:
        return posixpath.normpath(posixpath.join(path, "index.html"))
    return path


def summed(reasons: list[str]) -> str:
    """Return the first reasons, and how many more there are."""
    more = len(reasons) - _SHOWN
    return "; ".join([*reasons[:_SHOWN], *([f"and {more} more"] if more > 0 else [])])
