"""One publication: from the site that was built to the generation that readers see."""

import os
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from msgspec import Struct

from allium.publish import PublishError, RefusedError, gate, siblings, turning
from allium.publish.changes import Entry
from allium.publish.delta import NAME as DELTA
from allium.publish.delta import SIBLINGS, Delta, delta, lists
from allium.publish.gate import Limits
from allium.publish.generations import SITE, Generations, link
from allium.store import codec, files, site
from allium.store.site import File, Record

ORIGIN: Final = "origin.json"
HISTORY: Final = "history.json"


class Options(Struct, frozen=True, kw_only=True):
    """How to publish; `words` is all else that the files beside the site are made of."""

    keep: int = 4
    compress: bool = True
    limits: Limits = Limits()
    words: tuple[str, ...] = ()


class Origin(Struct, frozen=True):
    """What a generation was made from: the files of the built site, and the options."""

    files: dict[str, File] = {}
    options: Options = Options()


class History(Struct, frozen=True, kw_only=True):
    """What one generation tells the next: when pages changed, and what happened lately."""

    since: str = ""
    modified: dict[str, str] = {}
    entries: tuple[Entry, ...] = ()


class Generation(Struct, frozen=True):
    """A generation as it lies in its folder; the one before the first has no folder."""

    folder: str = ""
    files: dict[str, File] = {}
    origin: Origin = Origin()
    history: History = History()

    @property
    def site(self) -> str:
        """The folder that readers see."""
        return f"{self.folder}/{SITE}"

    @property
    def digest(self) -> str:
        """The SHA-256 of its manifest."""
        path = f"{self.site}/{site.NAME}"
        return sha256(files.read(path)).hexdigest() if self.folder else ""


class Step(Struct, frozen=True):
    """What the files beside the site are made from: the generation before, and what changed.

    `site` is the folder of the pure site and `files` are all its files.
    """

    before: Generation
    site: str
    files: dict[str, File]
    delta: Delta

    @property
    def first(self) -> bool:
        """Whether there is nothing to compare with."""
        return not self.before.folder


Beside = Callable[[Step], tuple[dict[str, bytes], History]]
"""Returns the files that a generation has beside the pure site, and its history."""


class Published(Struct, frozen=True):
    """What became of a publication; `number` is that of the generation that readers see."""

    number: int
    fresh: bool
    delta: Delta = Delta()


def load(generations: Generations) -> Generation:
    """Return the generation that readers see, or an empty one."""
    number = generations.current
    if number is None:
        return Generation()
    folder = str(generations.folder(number))
    return Generation(
        folder,
        site.load(f"{folder}/{SITE}").files,
        codec.load_or(f"{folder}/{ORIGIN}", Origin, Origin()),
        codec.load_or(f"{folder}/{HISTORY}", History, History()),
    )


def publish(
    out: str,
    root: str,
    options: Options,
    kinds: Mapping[str, str],
    beside: Beside,
    *,
    force: bool = False,
) -> Published:
    """Publish the site in `out` below `root`; `kinds` names the kind of page of a path.

    With `force` the gate is not asked, and a generation that was rolled back to is left.
    Raises `RefusedError` when the gate refuses, `PublishError` when there is no whole site; what
    is published then stays as it was. The caller sees to it that nobody else publishes there.
    """
    generations = Generations(root)
    record = site.load(out).files
    if not record or any(not file.sha256 for file in record.values()):
        raise PublishError(f"{out} has no record of a whole build")
    if generations.held and not force:
        raise RefusedError("rolled back to an earlier generation; `doit publish --force` goes on")
    generations.clean()
    before, origin = load(generations), Origin(record, options)
    if before.origin == origin and not generations.held:
        return Published(generations.current or 0, fresh=False)
    contents = _contents(out, before, origin, kinds, beside)
    if not force:
        contents.pass_gate(options.limits, kinds)
    folder = str(generations.begin(options.keep))
    kept = turning.turn(folder, before.site, contents.steady, turning.folders(contents.files))
    found = _Staging(folder, before, kept).fill(contents, origin, kinds)
    number = generations.complete(Path(folder))
    generations.forget(options.keep)
    return Published(number, fresh=True, delta=found)


def current(out: str, root: str, options: Options) -> bool:
    """Tell whether readers see what was built, as the options ask."""
    generations = Generations(root)
    if generations.current is None or generations.held:
        return False
    return load(generations).origin == Origin(site.load(out).files, options)


class _Contents(Struct, frozen=True, kw_only=True):
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
        return same | {one for one in self.siblings if siblings.plain(one) in same}

    def pass_gate(self, limits: Limits, kinds: Mapping[str, str]) -> None:
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


def _contents(
    out: str, before: Generation, origin: Origin, kinds: Mapping[str, str], beside: Beside
) -> _Contents:
    known = delta(before.origin.files, origin.files, kinds)
    made, history = beside(Step(before, out, origin.files, known))
    every = origin.files | {name: _file(name, contents) for name, contents in made.items()}
    wanted = every if origin.options.compress else {}
    return _Contents(
        out=out,
        before=before,
        files=every,
        made=made,
        siblings=tuple(
            f"{name}{ending}"
            for name, file in wanted.items()
            if siblings.compressible(name, file.size)
            for ending in SIBLINGS
        ),
        history=history,
    )


def _file(name: str, contents: bytes) -> File:
    return File.described(name, sha256(contents).hexdigest(), len(contents))


class _Staging:
    """A generation that is being made, nobody reads it; it has the files `kept` already."""

    def __init__(self, folder: str, before: Generation, kept: Collection[str]) -> None:
        self.folder = folder
        self._before, self._kept = before, kept
        self._site = f"{folder}/{SITE}"
        self._files: dict[str, File] = {}

    def fill(self, contents: _Contents, origin: Origin, kinds: Mapping[str, str]) -> Delta:
        """Put everything into the generation; return what is not as it was."""
        for name, file in origin.files.items():
            self._take(name, file, f"{contents.out}/{name}")
        for name, body in contents.made.items():
            self._put(name, body)
        for name in dict.fromkeys(map(siblings.plain, contents.siblings)):
            self._compress(name)
        found = delta(self._before.files, self._files, kinds, self._before.digest)
        self._record(origin, contents.history, found)
        return found

    def _take(self, name: str, file: File, origin: str) -> None:
        """Link a file of the site: that of the generation before, while its contents are equal."""
        same = self._before.files.get(name)
        if name not in self._kept:
            link(f"{self._before.site}/{name}" if same == file else origin, f"{self._site}/{name}")
        self._files[name] = file

    def _put(self, name: str, contents: bytes, time: int | None = None) -> None:
        """Write a file, unless the generation before has it; `time` in ns is another file's."""
        file = _file(name, contents)
        if self._before.files.get(name) == file:
            self._take(name, file, "")
            return
        path = f"{self._site}/{name}"
        files.replace(path, contents)
        if time is not None:
            os.utime(path, ns=(time, time))
        self._files[name] = file

    def _compress(self, name: str) -> None:
        """Give a file its siblings: those that it had, while its contents are equal."""
        known = {f"{name}{one}": self._before.files.get(f"{name}{one}") for one in SIBLINGS}
        if self._before.files.get(name) == self._files[name] and None not in known.values():
            for sibling, same in known.items():
                assert same is not None
                self._take(sibling, same, "")
        else:
            self._compress_anew(name)

    def _compress_anew(self, name: str) -> None:
        path = f"{self._site}/{name}"
        time = Path(path).stat().st_mtime_ns
        for ending, contents in siblings.compressed(files.read(path)).items():
            self._put(f"{name}{ending}", contents, time)

    def _record(self, origin: Origin, history: History, found: Delta) -> None:
        written = {f"{SITE}/{site.NAME}": codec.encode(Record(self._files))}
        written[f"{SITE}/{DELTA}"] = codec.encode(found)
        written[ORIGIN], written[HISTORY] = codec.encode(origin), codec.encode(history)
        for name, contents in lists(found, self._files).items():
            written[f"lists/{name}"] = contents
        for name, contents in written.items():
            files.replace(f"{self.folder}/{name}", contents)
