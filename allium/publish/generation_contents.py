"""A generation in the making: what it shall hold, and how that comes into its folder."""

import os
import time
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from allium.publish import RefusedError, gate, hosting, marks
from allium.publish.delta import NAME as DELTA
from allium.publish.delta import SIBLINGS, Delta, delta, lists, still_gone
from allium.publish.gate import GateLimits
from allium.publish.generations import create, link, number_of
from allium.publish.marks import GONE, HISTORY, MANIFEST, ORIGIN, SITE
from allium.publish.publish_state import Beside, Generation, History, Origin, PublicationStep, built
from allium.store import codec, files
from allium.store.site_record import File, SiteRecord


class Contents(Struct, frozen=True, kw_only=True):
    """What a generation shall have but siblings and records; known before a file is touched.

    `made` are the files beside the pure site, `siblings` the names that compressed files will have.
    """

    out: str
    before: Generation
    files: dict[str, File]
    made: dict[str, bytes]
    siblings: tuple[str, ...]
    history: History

    @property
    def steady(self) -> set[str]:
        """The names of the files that the generation before has too, siblings among them."""
        known = self.before.files
        same = {name for name, file in self.files.items() if known.get(name) == file}
        return same | {one for one in self.siblings if hosting.plain(one) in same}

    def pass_gate(self, limits: GateLimits, kinds: Mapping[str, str]) -> None:
        """Raise `RefusedError` with the reasons why readers should not see this generation.

        Siblings count as files; none is larger than its file.
        """
        counted = self.files | dict.fromkeys(self.siblings, File())
        found = delta(self.before.files, self.files, kinds)
        reasons = [
            *gate.refusals(self.before.files, counted, limits),
            *gate.broken(gate.suspects(found, self.files), self.files, self._read),
        ]
        if reasons:
            raise RefusedError(gate.summed(reasons))

    def _read(self, name: str) -> bytes:
        return self.made[name] if name in self.made else files.read(f"{self.out}/{name}")


def contents_of(
    out: str, before: Generation, origin: Origin, kinds: Mapping[str, str], beside: Beside
) -> Contents:
    """Return what a generation shall have that is made from the site in `out`."""
    known = delta(before.origin.files, origin.files, kinds)
    made, history = beside(PublicationStep(before, out, origin.files, known))
    every = origin.files | {name: _file(name, contents) for name, contents in made.items()}
    wanted = every if origin.options.compress else {}
    return Contents(
        out=out,
        before=before,
        files=every,
        made=made,
        siblings=tuple(
            f"{name}{ending}"
            for name, file in wanted.items()
            if hosting.compressible(name, file.size)
            for ending in SIBLINGS
        ),
        history=history,
    )


def _file(name: str, contents: bytes) -> File:
    return File.described(name, sha256(contents).hexdigest(), len(contents))


class GenerationWriter:
    """A generation that is being made, nobody reads it; it has the files `kept` already."""

    def __init__(self, folder: str, before: Generation, kept: Collection[str]) -> None:
        self.folder = folder
        self._before, self._kept = before, kept
        self._site = f"{folder}/{SITE}"
        self._files: dict[str, File] = {}

    def fill(self, contents: Contents, origin: Origin, kinds: Mapping[str, str]) -> Delta:
        """Put everything into the generation; return what is not as it was."""
        for name, file in origin.files.items():
            if self._before.files.get(name) == file:
                self._take(name, file)
            else:
                self._copy(name, file, contents.out)
        for name, body in contents.made.items():
            self._put(name, body)
        for name in dict.fromkeys(map(hosting.plain, contents.siblings)):
            self._compress(name)
        found = delta(self._before.files, self._files, kinds, self._before.digest)
        self._record(origin, contents.history, found)
        return found

    def _take(self, name: str, file: File) -> None:
        """Link a file of the generation before, unless it is here already."""
        if name not in self._kept:
            link(f"{self._before.site}/{name}", f"{self._site}/{name}")
        self._files[name] = file

    def _copy(self, name: str, file: File, out: str) -> None:
        """Copy a file that was built, with its time: an edit in `out` must not reach readers.

        It is verified, as its bytes are at hand.
        """
        contents = built(out, name, file)
        changed = self._time(name, Path(out, name).stat().st_mtime_ns)
        create(f"{self._site}/{name}", contents, changed)
        self._files[name] = file

    def _time(self, name: str, changed: int) -> int:
        """Return the time for a file (ns): now for what takes the place of a damaged one.

        Caches and mirrors that have the damaged one know it by size and time.
        """
        before = self._before.files.get(name)
        return time.time_ns() if before is not None and not before.sha256 else changed

    def _put(self, name: str, contents: bytes, changed: int | None = None) -> None:
        """Write a file, unless the generation before has it; `changed` (ns) is another's time."""
        file = _file(name, contents)
        if self._before.files.get(name) == file:
            self._take(name, file)
            return
        path = f"{self._site}/{name}"
        files.replace(path, contents)
        if changed is not None:
            os.utime(path, ns=(changed, changed))
        self._files[name] = file

    def _compress(self, name: str) -> None:
        """Give a file its siblings: those that it had, while its contents are equal."""
        before = self._before.files
        known = {one: before.get(one, File()) for one in (f"{name}{end}" for end in SIBLINGS)}
        sound = all(file.sha256 for file in known.values())
        if sound and before.get(name) == self._files[name]:
            for sibling, same in known.items():
                self._take(sibling, same)
        else:
            self._compress_anew(name)

    def _compress_anew(self, name: str) -> None:
        path = f"{self._site}/{name}"
        changed = Path(path).stat().st_mtime_ns
        for ending, contents in hosting.compressed(files.read(path)).items():
            sibling = f"{name}{ending}"
            self._put(sibling, contents, self._time(sibling, changed))

    def _record(self, origin: Origin, history: History, found: Delta) -> None:
        """Write the records, then seal them with the mark."""
        number = number_of(self.folder)
        gone = still_gone(self._before.gone, found.removed, self._files, number)
        written = {
            MANIFEST: codec.encode(SiteRecord(self._files)),
            f"{SITE}/{DELTA}": codec.encode(found),
            ORIGIN: codec.encode(origin),
            HISTORY: codec.encode(history),
            GONE: codec.encode(gone),
        }
        for name, contents in lists(found, self._files, gone).items():
            written[f"lists/{name}"] = contents
        for name, contents in written.items():
            files.replace(f"{self.folder}/{name}", contents)
        digests = {name: sha256(contents).hexdigest() for name, contents in written.items()}
        marks.put(self.folder, number, self._before.number, digests)
