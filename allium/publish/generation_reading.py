"""Reading a generation back: what cannot be read is made again from what can, and said."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from allium.publish import gate, marks, verification
from allium.publish.delta import NAME as DELTA
from allium.publish.delta import SIBLINGS
from allium.publish.generations import Generations
from allium.publish.marks import GONE, HISTORY, MANIFEST, ORIGIN, SITE
from allium.publish.publish_state import Generation, History, Origin
from allium.store import StoreError, codec, site_record
from allium.store.site_record import File

T = TypeVar("T")


def load(generations: Generations, *, verify: bool = False) -> Generation:
    """Return the generation that readers see, or saw last; an empty one before the first.

    Damage is reported. With `verify` every file is read.
    """
    number = generations.latest
    if number is None:
        return Generation()
    return _Reading(generations, number).generation(verify=verify)


def made_from(generations: Generations) -> Origin | None:
    """Return what the generation that readers see was made from; `None` when that is not known."""
    number = generations.current
    return None if number is None else _record(generations.folder(number), ORIGIN, Origin)


class _Reading:
    """One generation that is read back."""

    def __init__(self, generations: Generations, number: int) -> None:
        self._generations, self._number = generations, number
        self._folder = generations.folder(number)
        self._sound = True

    def generation(self, *, verify: bool) -> Generation:
        manifest = marks.record(self._folder, MANIFEST)
        files = self._files(manifest, verify=verify)
        origin = _record(self._folder, ORIGIN, Origin)
        if origin is None:
            self._say(ORIGIN, "everything counts as changed")
            origin = Origin(
                {one: file for one, file in files.items() if not one.endswith(SIBLINGS)}
            )
        history, gone = self._history(), self._gone(files)
        return Generation(
            number=self._number,
            folder=str(self._folder),
            files=files,
            digest="" if manifest is None else sha256(manifest).hexdigest(),
            origin=origin,
            history=history,
            gone=gone,
            sound=self._sound,
        )

    def _say(self, name: str, words: str) -> None:
        self._sound = False
        self._generations.tell(f"{self._folder / name} cannot be read: {words}")

    def _files(self, manifest: bytes | None, *, verify: bool) -> dict[str, File]:
        """Return the files that readers see, with an empty digest for those that are damaged."""
        listed = site_record.load(f"{self._folder}/{SITE}").files if manifest is not None else {}
        if not listed:
            self._say(MANIFEST, "every file counts as damaged")
            known = marks.names(self._folder) or _walked(f"{self._folder}/{SITE}")
            return dict.fromkeys(known - {site_record.NAME, DELTA}, File())
        damaged = sorted(verification.damaged(self._folder, listed, verify=verify))
        if damaged:
            self._sound = False
            few = gate.summed(damaged)
            self._generations.tell(f"damaged in {self._folder / SITE}: {few}")
        return listed | dict.fromkeys(damaged, File())

    def _history(self) -> History:
        """Return what was known of changes; of an earlier generation when this one's is lost."""
        found = _record(self._folder, HISTORY, History)
        if found is not None:
            return found
        earlier = [one for one in self._generations.numbers if one < self._number]
        for number in reversed(earlier):
            older = _record(self._generations.folder(number), HISTORY, History)
            if older is not None:
                self._say(HISTORY, f"news go on from those of generation {number}")
                # Which pages changed since is not known: to the sitemap all of them did.
                return History(since=older.since, entries=older.entries)
        self._say(HISTORY, "news begin anew")
        return History()

    def _gone(self, files: Mapping[str, File]) -> dict[str, int]:
        """Return what was removed, with what only generations have that a rollback left."""
        found = _record(self._folder, GONE, dict[str, int])
        if found is None and marks.mark(self._folder) is not None:
            self._say(GONE, "a mirror that skipped hours must compare everything")
        gone = found or {}
        for number in self._generations.numbers:
            if number > self._number:
                undone = marks.names(self._generations.folder(number)) - files.keys()
                gone |= dict.fromkeys(undone - {site_record.NAME, DELTA}, number)
        return gone


def _record(folder: Path, name: str, kind: type[T]) -> T | None:
    contents = marks.record(folder, name)
    try:
        return None if contents is None else codec.decode(contents, kind, name)
    except StoreError:
        return None


def _walked(folder: str) -> set[str]:
    """Return the names of the files that lie in a site."""
    found = (os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names)  # noqa: PTH118
    relative = (os.path.relpath(path, folder) for path in found)
    return {os.fsencode(name).decode(errors="replace") for name in relative}
