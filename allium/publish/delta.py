"""What changed from one generation to the next, for readers, mirrors and caches."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from typing import Final

from msgspec import Struct

from allium.store.site_record import File

NAME: Final = "delta.json"
SIBLINGS: Final = (".gz", ".br")
MIRRORED: Final = 168
"""A mirror may skip this many publications, those of a week, and learns what it has to delete."""


class Counts(Struct, frozen=True):
    """How many files of one kind were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


class Delta(Struct, frozen=True, kw_only=True):
    """Paths relative to the site's root, sorted; `counts` is by kind of page.

    `before` is the SHA-256 of the `manifest.json` from which this leads to the present one: a
    mirror that has another one needs everything.
    """

    schema: int = 1
    before: str = ""
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    counts: dict[str, Counts] = {}

    @property
    def written(self) -> list[str]:
        """What is new or other than it was."""
        return sorted([*self.added, *self.changed])

    @property
    def moved(self) -> list[str]:
        """Everything that is not as it was."""
        return sorted([*self.added, *self.changed, *self.removed])


def delta(
    before: Mapping[str, File],
    now: Mapping[str, File],
    kinds: Mapping[str, str],
    digest: str = "",
) -> Delta:
    """Return what became of the files of a site; `kinds` names the kind of page of a path.

    `digest` is that of the manifest before.
    """
    added = tuple(sorted(now.keys() - before.keys()))
    removed = tuple(sorted(before.keys() - now.keys()))
    changed = tuple(
        sorted(name for name in now.keys() & before.keys() if _differs(now[name], before[name]))
    )
    found = {"added": added, "changed": changed, "removed": removed}
    tallies = {what: Counter(kind(name, kinds) for name in names) for what, names in found.items()}
    every = sorted({one for tally in tallies.values() for one in tally})
    counts = {one: Counts(**{what: tallies[what][one] for what in found}) for one in every}
    return Delta(before=digest, added=added, changed=changed, removed=removed, counts=counts)


def _differs(one: File, other: File) -> bool:
    return (one.sha256, one.size) != (other.sha256, other.size)


def kind(path: str, kinds: Mapping[str, str]) -> str:
    """Return the kind of a file: that of its page, `feed`, else the first folder, else `root`."""
    plain = path.removesuffix(".gz").removesuffix(".br")
    if plain.endswith("/feed.xml"):
        return "feed"
    folder, slash, _ = plain.partition("/")
    return kinds.get(plain) or (folder if slash else "root")


def still_gone(
    before: Mapping[str, int], removed: Iterable[str], now: Container[str], number: int
) -> dict[str, int]:
    """Return the paths that went in the last `MIRRORED` generations and have not come again.

    The values are the numbers of the generations that were the first without them; `before` are
    those of the generation before, `removed` went with this one, which is `number`.
    """
    known = {**before, **dict.fromkeys(removed, number)}
    oldest = number - MIRRORED
    return {name: one for name, one in known.items() if one > oldest and name not in now}


def lists(found: Delta, everything: Mapping[str, File], gone: Iterable[str]) -> dict[str, bytes]:
    """Return lists of paths by file name, as rsync, rclone and purges of caches take them.

    `purge.txt` has the addresses below the site's root under which readers ask for a page.
    """
    served = [path for path in found.moved if not path.endswith(SIBLINGS)]
    addresses = {address for path in served for address in _addresses(path)}
    # The two records say what is whole: a mirror sends them last in every list.
    records = ["manifest.json", NAME]
    return {
        "all.txt": _lines([*sorted(everything), *records]),
        "changed.txt": _lines([*found.written, *records]),
        "removed.txt": _lines(found.removed),
        "gone.txt": _lines(sorted(gone)),
        "purge.txt": _lines([*sorted(addresses), *(f"/{name}" for name in records)]),
    }


def _addresses(path: str) -> list[str]:
    page = f"/{path}"
    return [page, page.removesuffix("index.html")] if page.endswith("/index.html") else [page]


def _lines(names: "list[str] | tuple[str, ...]") -> bytes:
    return "".join(f"{name}\n" for name in names).encode()
