"""The generation that would be dropped becomes the new one, with what a new folder would hold."""

import os
import random
import shutil
from pathlib import Path

import pytest

from allium.publish import RefusedError, recycling
from allium.publish.generations import Generations
from tests.support.published import Place

LONG = "long enough to be worth a sibling " * 60
PAGES = ["a", "b", "c/x", "c/y", "c/y/z", "d/e/f", "g"]
BODIES = ["one", "two", f"{LONG}three", f"{LONG}four"]
HOURS = 12


class Beside(Place):
    """Publishes the same built site elsewhere."""

    @property
    def public(self) -> Path:
        return self.folder / "beside"


class Anew(Generations):
    """Begins each generation in an empty folder."""

    def begin(self, keep: int) -> Path:
        return super().begin(keep + len(self.numbers) + 1)


def present(place: Place) -> Path:
    number = place.generations.current
    assert number is not None
    return place.generations.folder(number)


def contents(place: Place) -> dict[str, bytes | int]:
    """Return the bytes of every file and the mode of every folder of the present generation.

    The stamp says when and as which file it was made.
    """
    found = {str(path.relative_to(present(place))): path for path in present(place).rglob("*")}
    del found["settled.json"]
    return {
        name: path.stat().st_mode if path.is_dir() else path.read_bytes()
        for name, path in found.items()
    }


def pages(folder: Path) -> dict[str, tuple[int, int]]:
    """Return inode and time of each page and sibling of a generation."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*.html*")
    }


def times(place: Place) -> dict[str, int]:
    found = pages(present(place)).items()
    return {name: time for name, (_, time) in found if name.endswith(".html")}


def steady(place: Place, before: int) -> set[str]:
    """Return which files of the present generation are those of an earlier one."""
    earlier = pages(place.generations.folder(before))
    return {name for name, one in pages(present(place)).items() if earlier.get(name) == one}


def stranger(site: Path) -> None:
    (site / "a/left").mkdir(parents=True, exist_ok=True)
    (site / "a/left/alone.html").write_text("a stranger")


def another_file(site: Path) -> None:
    (site / "index.html.new").write_text("home")
    for page in site.rglob("*/index.html"):
        (site / "index.html.new").replace(page)
        return


def symbolic_link(site: Path) -> None:
    page = next(site.rglob("*/index.html"))
    page.unlink()
    page.symlink_to("/dev/null")


def missing(site: Path) -> None:
    (site / "manifest.json").unlink()
    next(site.rglob("*/index.html")).unlink()


def closed_folder(site: Path) -> None:
    next(site.rglob("*/index.html")).parent.chmod(0o700)


def nothing_left(site: Path) -> None:
    shutil.rmtree(site)


def elsewhere(site: Path) -> None:
    site.rename(site.parent / "moved")
    site.symlink_to("moved")


DAMAGES = [
    *[stranger, another_file, symbolic_link, missing, closed_folder, nothing_left, elsewhere],
    *[lambda _: None] * 7,
]


@pytest.mark.parametrize("seed", range(8))
def test_any_history_gives_what_new_folders_would_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  histories, no secrets
    turned, anew = places = Place(tmp_path), Beside(tmp_path)
    damaged: set[int] = set()
    for hour in range(HOURS):
        names = chance.sample(PAGES, chance.randint(3, len(PAGES)))
        turned.built(**{name: chance.choice(BODIES) for name in names}, hour=str(hour))
        before = turned.generations.current
        keep = chance.choice([1, 2, 2, 3])
        turned.publish(keep=keep, force=True)
        with monkeypatch.context() as patched:
            patched.setattr("allium.publish.publication.Generations", Anew)
            anew.publish(keep=keep, force=True)
        assert contents(turned) == contents(anew)
        whole = [{*place.generations.numbers} - damaged for place in places]
        assert whole[0] == whole[1]
        for number in {*turned.generations.numbers} - {*anew.generations.numbers}:
            folder = turned.generations.folder(number)
            assert any(line.startswith(f"{folder} is left alone: ") for line in turned.told)
            shutil.rmtree(folder)
        # The pages have the times of those of one built site, in both places.
        assert times(turned) == times(anew)
        if before in turned.generations.numbers:
            assert steady(turned, before) == steady(anew, before)
        oldest = turned.generations.numbers[0]
        if oldest == turned.generations.current:
            continue
        if chance.random() < 0.2 and turned.generations.numbers[-2] not in damaged:
            assert len({place.generations.roll_back() for place in places}) == 1
        else:
            damaged.add(oldest)
            chance.choice(DAMAGES)(turned.generations.folder(oldest) / "site")


def test_the_folders_of_the_oldest_generation_are_those_of_the_new_one(place: Place) -> None:
    for number in range(2):
        place.built(a="one", b=str(number))
        place.publish(keep=2)
    before = (place.public / "generations/000001/site/a").stat().st_ino
    place.built(a="one", b="2")
    place.publish(keep=2)
    assert (place.current / "a").stat().st_ino == before
    assert place.generations.numbers == [2, 3]


def test_who_still_reads_the_oldest_generation_finds_it_gone_and_no_mixture(place: Place) -> None:
    place.built(a="one", b="1")
    place.publish(keep=2)
    reader = os.open(place.current, os.O_RDONLY)
    try:
        for number in range(2):
            place.built(a="one", b=str(number))
            place.publish(keep=2, force=True)
        with pytest.raises(FileNotFoundError):
            os.open("a/index.html", os.O_RDONLY, dir_fd=reader)
    finally:
        os.close(reader)


def test_a_refused_hour_costs_no_generation(place: Place) -> None:
    for number in range(2):
        place.built(a=str(number), b="", c="", d="")
        place.publish(keep=2)
    before = [pages(place.generations.folder(number)) for number in (1, 2)]
    place.built(a="other")
    with pytest.raises(RefusedError):
        place.publish(keep=2)
    assert [pages(place.generations.folder(number)) for number in (1, 2)] == before


def test_the_generation_that_readers_see_is_never_turned(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.built(a="0")
    place.publish(keep=3)
    seen = []

    def recycle(folder: str, *rest: object) -> set[str]:
        seen.append((place.current / "a/index.html").read_text())
        return right(folder, *rest)  # type: ignore[arg-type]

    right = recycling.recycle
    monkeypatch.setattr(recycling, "recycle", recycle)
    for number in range(1, 6):
        place.built(a=str(number))
        place.publish(keep=3 if number < 3 else 1)
    assert seen == ["0", "1", "2", "3", "4"]


def test_no_file_is_written_in_place(place: Place) -> None:
    kept: list[tuple[Path, bytes]] = []
    for number in range(6):
        place.built(a=f"{LONG}{number % 2}", b="same")
        place.publish(keep=2)
        for name in ("a/index.html", "a/index.html.gz", "manifest.json", "delta.json"):
            beside = place.folder / f"kept{len(kept)}"
            os.link(place.current / name, beside)
            kept.append((beside, beside.read_bytes()))
    assert all(path.read_bytes() == body for path, body in kept)
