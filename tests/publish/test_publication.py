import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from allium.publish import PublishError, RefusedError
from tests.support.published import Place

LONG = "long enough to be worth a sibling " * 60


def stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def test_readers_see_the_pages_that_were_built(place: Place) -> None:
    place.built(a="one")
    assert place.publish().number == 1
    assert (place.current / "a/index.html").read_text() == "one"


def test_an_unchanged_file_keeps_inode_and_time_even_when_the_site_was_built_anew(
    place: Place,
) -> None:
    place.built(a="one", b="two")
    place.publish()
    before = stamp(place.current / "a/index.html")
    shutil.rmtree(place.www)
    place.built(a="one", b="other")
    place.publish()
    assert stamp(place.current / "a/index.html") == before
    assert (place.current / "b/index.html").read_text() == "other"


def test_a_site_that_is_as_it_was_makes_no_generation(place: Place) -> None:
    place.built(a="one")
    place.publish()
    again = place.publish()
    assert (again.number, again.fresh) == (1, False)


def test_the_last_generations_are_kept(place: Place) -> None:
    for number in range(5):
        place.built(a=str(number))
        place.publish(keep=3)
    assert place.generations.numbers == [3, 4, 5]


def test_the_delta_names_what_was_added_changed_and_removed(place: Place) -> None:
    place.delta(a="one", b="two")
    found = place.delta(b="other", c="three")
    assert (found.added, found.changed, found.removed) == (
        ("c/index.html",),
        ("b/index.html",),
        ("a/index.html",),
    )
    assert json.loads((place.current / "delta.json").read_bytes())["counts"]["b"] == {
        "added": 0,
        "changed": 1,
        "removed": 0,
    }


def test_the_delta_names_the_manifest_that_it_leads_from(place: Place) -> None:
    assert place.delta(a="one").before == ""
    digest = sha256((place.current / "manifest.json").read_bytes()).hexdigest()
    assert place.delta(a="other").before == digest


def test_lists_are_paths_for_mirrors_and_addresses_for_caches(place: Place) -> None:
    place.delta(a="one", b=LONG)
    place.delta(a="other")
    lists = place.public / "generations/000002/lists"
    assert (lists / "changed.txt").read_text().split() == [
        "a/index.html",
        "manifest.json",
        "delta.json",
    ]
    assert (lists / "removed.txt").read_text().split() == [
        "b/index.html",
        "b/index.html.br",
        "b/index.html.gz",
    ]
    assert (lists / "purge.txt").read_text().split() == [
        "/a/",
        "/a/index.html",
        "/b/",
        "/b/index.html",
        "/manifest.json",
        "/delta.json",
    ]


def test_the_manifest_has_digest_size_and_type_of_every_file(place: Place) -> None:
    place.built(a=LONG)
    place.publish()
    files = json.loads((place.current / "manifest.json").read_bytes())["files"]
    there = {str(path.relative_to(place.current)) for path in place.current.rglob("*.*")}
    assert files.keys() == there - {"manifest.json", "delta.json"}
    assert files["a/index.html"]["type"] == "text/html; charset=utf-8"
    assert files["a/index.html"]["size"] == len(LONG)


def test_siblings_have_the_time_of_their_file_and_are_made_once(place: Place) -> None:
    place.built(a=LONG, b="x")
    place.publish()
    page, sibling = place.current / "a/index.html", place.current / "a/index.html.gz"
    assert sibling.stat().st_mtime_ns == page.stat().st_mtime_ns
    before = stamp(sibling)
    place.built(a=LONG, b="y")
    place.publish()
    assert stamp(place.current / "a/index.html.gz") == before


def test_a_build_that_was_killed_is_not_published(place: Place) -> None:
    place.www.mkdir()
    (place.www / "manifest.json").write_text('{"files":{"a":{}},"schema":1}')
    with pytest.raises(PublishError, match="no record of a whole build"):
        place.publish()


@pytest.mark.parametrize(
    ("pages", "limits", "reason"),
    [
        ({"a": "1"}, {"max_drop": 20}, "pages that would be removed: 3 of 5"),
        ({"a": "1", "b": "2", "c": "3", "d": "4"}, {"max_files": 4}, "number of files: 5"),
        ({"a": "1" * 900}, {"max_file_bytes": 800, "max_drop": 99}, "900 bytes"),
        ({"a": '<a href="../x/">', "b": "", "c": "", "d": ""}, {}, "links to ../x/"),
    ],
)
def test_the_gate_refuses_and_leaves_the_site_as_it_was(
    place: Place, pages: dict[str, str], limits: dict[str, Any], reason: str
) -> None:
    place.built(a="1", b="2", c="3", d="")
    place.publish()
    place.built(**pages)
    with pytest.raises(RefusedError, match=reason):
        place.publish(**limits)
    assert place.generations.current == 1
    assert (place.current / "b/index.html").read_text() == "2"
    assert [path.name for path in (place.public / "generations").iterdir()] == ["000001"]
    assert place.publish(force=True, **limits).number == 2


def test_a_page_that_was_not_touched_and_links_to_one_that_went_is_found(place: Place) -> None:
    place.built(a='<a href="../b/index.html">', b="", c="", d="", e="", f="")
    place.publish()
    place.built(a='<a href="../b/index.html">', c="", d="", e="", f="")
    with pytest.raises(RefusedError, match=r"a/index\.html links to \.\./b/index\.html"):
        place.publish()


def test_a_rollback_is_held_until_somebody_forces_the_next_publication(place: Place) -> None:
    for number in range(3):
        place.built(a=str(number))
        place.publish()
    assert place.generations.roll_back() == 2
    assert (place.current / "a/index.html").read_text() == "1"
    with pytest.raises(RefusedError, match="rolled back"):
        place.publish()
    place.publish(force=True)
    assert (place.current / "a/index.html").read_text() == "2"
    assert not place.generations.held


def test_there_is_nothing_before_the_first_generation(place: Place) -> None:
    place.built(a="1")
    place.publish()
    with pytest.raises(PublishError, match="no generation to go back to; kept are: 1"):
        place.generations.roll_back()
    with pytest.raises(PublishError, match="no generation 77; kept are: 1"):
        place.generations.roll_back(77)


class CrashError(BaseException):
    """The process ends here."""


def crashing(call: Callable[..., object], instant: int) -> Callable[..., object]:
    """Return a call that works `instant` times and then never returns."""
    count = iter(range(instant + 1))

    def called(*arguments: object, **named: object) -> object:
        if next(count, None) == instant:
            raise CrashError
        return call(*arguments, **named)

    return called


CALLS = ["link", "replace", "rename", "symlink", "rmdir", "unlink", "mkdir", "sync"]


@pytest.mark.parametrize("call", CALLS)
def test_a_crash_at_any_instant_leaves_a_whole_site_and_the_next_publication_cleans_up(
    place: Place, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    for number in range(3):
        place.built(a=f"{LONG}{number}", b="same")
        place.publish(keep=2)
    right, instant = getattr(os, call), 0
    while True:
        place.built(a=f"{LONG}{instant + 10}", b="same")
        before = (place.current / "a/index.html").read_text()
        with monkeypatch.context() as patched:
            patched.setattr(os, call, crashing(right, instant))
            try:
                place.publish(keep=2)
            except CrashError:
                finished = False
            else:
                finished = True
        now = (place.current / "a/index.html").read_text()
        assert now in {before, f"{LONG}{instant + 10}"}
        listed = json.loads((place.current / "manifest.json").read_bytes())["files"]
        assert all((place.current / name).stat().st_size == listed[name]["size"] for name in listed)
        place.publish(keep=2)
        assert (place.current / "a/index.html").read_text() == f"{LONG}{instant + 10}"
        if finished:
            break
        instant += 1
    place.built(a="last", b="same")
    place.publish(keep=2)
    left = sorted(path.name for path in (place.public / "generations").iterdir())
    assert left == [f"{number:06}" for number in place.generations.numbers]
    assert len(left) == 2


def test_a_file_system_without_links_gets_copies(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)
    place.built(a="one")
    place.publish()
    before = (place.www / "a/index.html").stat()
    after = (place.current / "a/index.html").stat()
    assert (after.st_mtime_ns, after.st_ino != before.st_ino) == (before.st_mtime_ns, True)
