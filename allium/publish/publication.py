"""One publication: from the site that was built to the generation that readers see."""

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from msgspec import Struct

from allium.publish import PublishError, RefusedError, gate, siblings
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
    """What the files beside the site are made from: the generation before, and what changed."""

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
    before, origin = load(generations), Origin(record, options)
    if before.origin == origin and not generations.held:
        generations.clean()
        return Published(generations.current or 0, fresh=False)
    staging = _Staging(str(generations.begin()), before)
    found = staging.fill(out, origin, kinds, beside)
    if not force:
        try:
            staging.pass_gate(options.limits, found)
        except RefusedError:
            generations.clean()
            raise
    number = generations.complete(Path(staging.folder))
    generations.forget(options.keep)
    return Published(number, fresh=True, delta=found)


def current(out: str, root: str, options: Options) -> bool:
    """Tell whether readers see what was built, as the options ask."""
    generations = Generations(root)
    if generations.current is None or generations.held:
        return False
    return load(generations).origin == Origin(site.load(out).files, options)


class _Staging:
    """A generation that is being made; nobody reads it."""

    def __init__(self, folder: str, before: Generation) -> None:
        self.folder = folder
        self._before = before
        self._site = f"{folder}/{SITE}"
        self._files: dict[str, File] = {}

    def fill(self, out: str, origin: Origin, kinds: Mapping[str, str], beside: Beside) -> Delta:
        """Put everything into the generation; return what is not as it was."""
        for name, file in origin.files.items():
            self._take(name, file, f"{out}/{name}")
        known = delta(self._before.origin.files, origin.files, kinds)
        made, history = beside(Step(self._before, self._site, origin.files, known))
        for name, contents in made.items():
            self._put(name, contents)
        if origin.options.compress:
            self._compress()
        found = delta(self._before.files, self._files, kinds, self._before.digest)
        self._record(origin, history, found)
        return found

    def pass_gate(self, limits: Limits, found: Delta) -> None:
        """Raise `RefusedError` with the reasons why readers should not see this generation."""
        reasons = [
            *gate.refusals(self._before.files, self._files, limits),
            *gate.broken(gate.suspects(found, self._files), self._files, self._read),
        ]
        if reasons:
            raise RefusedError(gate.summed(reasons))

    def _take(self, name: str, file: File, origin: str) -> None:
        """Link a file of the site: that of the generation before, while its contents are equal."""
        same = self._before.files.get(name)
        link(f"{self._before.site}/{name}" if same == file else origin, f"{self._site}/{name}")
        self._files[name] = file

    def _put(self, name: str, contents: bytes, time: int | None = None) -> None:
        """Write a file, unless the generation before has it; `time` in ns is another file's."""
        file = File.described(name, sha256(contents).hexdigest(), len(contents))
        path = f"{self._site}/{name}"
        if self._before.files.get(name) == file:
            link(f"{self._before.site}/{name}", path)
        else:
            files.replace(path, contents)
            if time is not None:
                os.utime(path, ns=(time, time))
        self._files[name] = file

    def _compress(self) -> None:
        for name, file in list(self._files.items()):
            if siblings.compressible(name, file.size):
                known = {f"{name}{one}": self._before.files.get(f"{name}{one}") for one in SIBLINGS}
                if self._before.files.get(name) == file and None not in known.values():
                    for sibling, same in known.items():
                        assert same is not None
                        self._take(sibling, same, "")
                else:
                    self._compress_one(name)

    def _compress_one(self, name: str) -> None:
        time = Path(f"{self._site}/{name}").stat().st_mtime_ns
        for ending, contents in siblings.compressed(self._read(name)).items():
            self._put(f"{name}{ending}", contents, time)

    def _record(self, origin: Origin, history: History, found: Delta) -> None:
        written = {f"{SITE}/{site.NAME}": codec.encode(Record(self._files))}
        written[f"{SITE}/{DELTA}"] = codec.encode(found)
        written[ORIGIN], written[HISTORY] = codec.encode(origin), codec.encode(history)
        for name, contents in lists(found, self._files).items():
            written[f"lists/{name}"] = contents
        for name, contents in written.items():
            files.replace(f"{self.folder}/{name}", contents)

    def _read(self, name: str) -> bytes:
        return files.read(f"{self._site}/{name}")
