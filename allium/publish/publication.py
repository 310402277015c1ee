"""One publication: from the site that was built to the generation that readers see."""

import contextlib
from collections.abc import Mapping

from msgspec import Struct

from allium.publish import (
    PublishError,
    RefusedError,
    generation_reading,
    marks,
    recycling,
    verification,
)
from allium.publish.delta import Delta
from allium.publish.generation_contents import Contents, GenerationWriter, contents_of
from allium.publish.generations import CURRENT, Generations
from allium.publish.publish_state import Beside, Generation, Options, Origin, PublishMode
from allium.store import site_record


class Published(Struct, frozen=True):
    """What became of a publication; `number` is that of the generation that readers see."""

    number: int
    fresh: bool
    delta: Delta = Delta()


def publish(
    out: str,
    root: str,
    options: Options,
    kinds: Mapping[str, str],
    beside: Beside,
    mode: PublishMode,
) -> Published:
    """Publish the site in `out` below `root`; `kinds` names the kind of page of a path.

    Raises `RefusedError` when the gate refuses, `PublishError` when there is no whole site; what
    is published then stays as it was. The caller sees to it that nobody else publishes there.
    """
    generations = Generations(root, mode.tell)
    record = site_record.load(out).files
    if not record or any(not file.sha256 for file in record.values()):
        raise PublishError(f"{out} has no record of a whole build")
    if generations.held and not mode.force:
        raise RefusedError("rolled back to an earlier generation; `doit publish --force` goes on")
    before, origin = (
        generation_reading.load(generations, verify=mode.verify),
        Origin(record, options),
    )
    seen = generations.current == before.number
    if seen and before.sound and before.origin == origin and not generations.held:
        return Published(before.number, fresh=False)
    _tell_what_is_odd(generations, before)
    if before.number and not (generations.root / CURRENT).exists():
        generations.show(before.number)  # readers see nothing: the gate may refuse what comes now
    contents = contents_of(out, before, origin, kinds, beside)
    if not mode.force:
        contents.pass_gate(options.limits, kinds)
    return _made(generations, contents, origin, kinds)


def _tell_what_is_odd(generations: Generations, before: Generation) -> None:
    """Name what allium did not make, and which generation counts when none is shown."""
    for name in generations.odd:
        generations.tell(f"{generations.place / name} was not made by allium: it is left alone")
    if before.number and generations.current is None:
        words = f"{generations.root / CURRENT} leads to no generation"
        generations.tell(f"{words}: {before.number} is taken for the one that readers saw last")


def looked_at(root: str) -> list[str]:
    """Return a sentence for each thing below `root` that is odd or damaged."""
    sentences: list[str] = []
    generations = Generations(root, sentences.append)
    _tell_what_is_odd(generations, generation_reading.load(generations))
    return sentences


def _made(
    generations: Generations, contents: Contents, origin: Origin, kinds: Mapping[str, str]
) -> Published:
    """Make a generation that passed the gate, and show it."""
    keep, before = origin.options.keep, contents.before
    folder = generations.begin(keep)
    try:
        folders = recycling.folders(contents.files)
        kept_files = recycling.recycle(str(folder), before.site, contents.steady, folders)
        delta = GenerationWriter(str(folder), before, kept_files).fill(contents, origin, kinds)
        number = generations.complete(folder)
    except (OSError, PublishError):
        # A full disk shall not stay full of what nobody will see.
        with contextlib.suppress(OSError):
            marks.discard(folder)
        raise
    generations.forget(keep)
    verification.settle(generations.folder(number))
    return Published(number, fresh=True, delta=delta)


def current(out: str, root: str, options: Options) -> bool:
    """Tell whether readers see what was built, whole and as the options ask."""
    generations = Generations(root)
    if generations.held or generation_reading.made_from(generations) != Origin(
        site_record.load(out).files, options
    ):
        return False
    return generation_reading.load(generations).sound
