"""One publication: from the site that was built to the generation that readers see."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from allium.publish import PublishError, RefusedError, turning
from allium.publish.delta import Delta
from allium.publish.generations import Generations
from allium.publish.staging import Staging, contents_of
from allium.publish.step import Beside, Options, Origin, load
from allium.store import site


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
    contents = contents_of(out, before, origin, kinds, beside)
    if not force:
        contents.pass_gate(options.limits, kinds)
    folder = str(generations.begin(options.keep))
    kept = turning.turn(folder, before.site, contents.steady, turning.folders(contents.files))
    found = Staging(folder, before, kept).fill(contents, origin, kinds)
    number = generations.complete(Path(folder))
    generations.forget(options.keep)
    return Published(number, fresh=True, delta=found)


def current(out: str, root: str, options: Options) -> bool:
    """Tell whether readers see what was built, as the options ask."""
    generations = Generations(root)
    if generations.current is None or generations.held:
        return False
    return load(generations).origin == Origin(site.load(out).files, options)
