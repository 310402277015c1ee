"""The commands that a doit user expects, on a fresh checkout and after a build."""

import os
import re
import shutil
from pathlib import Path

import pytest

from allium.build import split
from allium.engine import phases
from tests.support.network import fingerprint, network
from tests.support.project import Project


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.given(network(3))
    return project


def test_the_tasks_are_listed_before_anything_was_built(fresh: Project) -> None:
    listed = fresh.doit("list")
    assert listed.returncode == 0, listed.stderr
    names = [line.split()[0] for line in listed.stdout.splitlines()]
    assert names == [
        "fetch",
        "precompute",
        "prune",
        "render",
        "reserve",
        "split",
        "static",
    ]


def test_all_tasks_are_listed_with_their_status_after_a_build(fresh: Project) -> None:
    fresh.build()
    listed = fresh.doit("list", "--all", "--status").stdout.splitlines()
    status = {line.split()[1]: line.split()[0] for line in listed}
    assert status[f"render:relay:{fingerprint(1)}"] == "U"
    assert sum(name.startswith("precompute:") for name in status) == 3


def test_one_page_can_be_asked_for_by_name(fresh: Project) -> None:
    built = fresh.build(f"render:relay:{fingerprint(1)}")
    assert built.status == 0, built.stderr
    assert [name for name in built.ran if name.startswith("render")] == [
        f"render:relay:{fingerprint(1)}"
    ]
    assert (fresh.site / "relay" / fingerprint(1) / "index.html").exists()


def test_a_task_tells_what_it_depends_on(fresh: Project) -> None:
    fresh.build()
    told = fresh.doit("info", f"render:relay:{fingerprint(1)}").stdout
    assert f"shards/relay/{fingerprint(1)}.json" in told


def test_clean_removes_the_pages_and_forget_builds_them_again(fresh: Project) -> None:
    fresh.build()
    right = fresh.tree()
    assert fresh.doit("clean", "-a").returncode == 0
    assert list(fresh.site.rglob("index.html")) == []
    fresh.build()
    assert fresh.tree() == right
    assert fresh.doit("forget", "-a").returncode == 0
    assert fresh.build().ran_of("render:relay:") != []


def test_a_wrong_setting_ends_with_its_name_and_status_78(fresh: Project) -> None:
    done = fresh.doit("run", "units=bit")
    assert (done.returncode, "units='bit' (command line)" in done.stderr) == (78, True)


@pytest.mark.parametrize("option", [[], ["--force"]])
def test_publishing_without_a_place_names_the_setting(fresh: Project, option: list[str]) -> None:
    done = fresh.doit("run", "publish", *option)
    assert (done.returncode, done.stderr) == (3, "there is no task publish: set publish=DIR\n")


@pytest.mark.parametrize("number", ["many", "-1", "1.5"])
def test_a_wrong_number_of_processes_is_told_what_is_wanted(fresh: Project, number: str) -> None:
    done = fresh.doit("run", "-n", number)
    wanted = f"-n {number}: give a number of processes, or `auto`"
    assert (done.returncode, wanted in done.stderr) == (3, True)
    assert "0x" not in done.stderr


def test_the_front_door_builds_the_same_site(fresh: Project) -> None:
    fresh.build()
    right = fresh.tree()
    other = Project(fresh.folder / "other")
    done = fresh.front_door("--out", str(other.site), "--cache", str(other.cache), "--progress")
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"^render (\d+)/\1 pages, [\d.]+/s, done in [\d.]+ s$", done.stdout, re.MULTILINE
    )
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert other.tree() == right


class Heard:
    """Keeps the steps that it hears."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def at(self, task: str, step: str) -> None:
        self.steps.append(f"{task}: {step}")

    def waiting(self) -> None:
        raise AssertionError("there is no child")


def test_split_says_what_it_is_at(fresh: Project) -> None:
    fresh.build()
    heard = Heard()
    phases.listen(heard)
    try:
        split.split(str(fresh.cache), ["details"], "bits", 7, ["twins"], ["", "", ""])
    finally:
        phases.listen(None)
    assert heard.steps[:3] == [
        "split: reading relays and histories",
        "split: joining the network",
        "split: comparing relays and operators",
    ]
    parts = [step for step in heard.steps if "writing" in step]
    for what in ("search", "relays", "operators"):
        numbers = [re.findall(r"\d+", step) for step in parts if f"writing {what}, part" in step]
        assert [int(number) for number, _ in numbers] == list(range(1, len(numbers) + 1))
        assert {int(most) for _, most in numbers} == {len(numbers)}
    assert max(map(len, heard.steps)) + len(", 99 min 59 s so far") <= 80


def test_a_kind_of_pages_and_a_pattern_can_be_asked_for(fresh: Project) -> None:
    assert len(fresh.build("render:relay").ran_of("render:")) == 3
    assert len(fresh.build("-a", "render:contact:*").ran_of("render:contact:")) == 3


def test_a_page_that_does_not_exist_is_an_error(fresh: Project) -> None:
    built = fresh.build("render:relay:NOBODY")
    assert (built.status, "there is no task render:relay:NOBODY" in built.stderr) == (3, True)


def test_a_site_as_it_was_built_passes_the_check(fresh: Project) -> None:
    fresh.build()
    checked = fresh.doit("check")
    assert (checked.returncode, checked.stdout) == (
        0,
        f"{len(fresh.tree()) - 1} files recorded, 0 missing, altered or foreign\n",
    )


def tampered(project: Project) -> None:
    """Alter a page and leave its size and time as they were; delete a file, add another one."""
    page = project.site / "relay" / fingerprint(1) / "index.html"
    before = page.stat()
    page.write_bytes(page.read_bytes().replace(b"relay1", b"relayX"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    (project.site / "static" / "allium.css").unlink()
    (project.site / "mine.txt").write_text("mine")


def test_a_page_that_was_altered_without_a_trace_is_noticed_by_the_next_build(
    fresh: Project,
) -> None:
    fresh.build()
    right = fresh.tree()
    tampered(fresh)
    (fresh.site / "mine.txt").unlink()
    made = [f"render:relay:{fingerprint(1)}", "static:static/allium.css", "prune"]
    assert sorted(fresh.build().ran) == sorted(made)
    assert fresh.tree() == right


@pytest.mark.parametrize("memory", ["as it was", "manifest.json rotted", "cache deleted"])
def test_the_check_finds_what_is_not_as_it_was_built_whatever_else_rotted(
    fresh: Project, memory: str
) -> None:
    fresh.build()
    right = fresh.tree()
    tampered(fresh)
    rotted = []
    if memory == "manifest.json rotted":
        record = fresh.site / "manifest.json"
        flip_digests(record)
        rotted = ["altered  manifest.json"]
    elif memory == "cache deleted":
        shutil.rmtree(fresh.cache)
    checked = fresh.doit("check", "--repair")
    assert checked.returncode == 1
    found = [
        *rotted,
        f"altered  relay/{fingerprint(1)}/index.html",
        "foreign  mine.txt",
        "missing  static/allium.css",
        f"{len(fresh.tree()) - 1} files recorded, {3 + len(rotted)} missing, altered or foreign",
    ]
    assert checked.stdout.splitlines()[: len(found)] == found
    (fresh.site / "mine.txt").unlink()
    assert fresh.build().status == 0
    assert fresh.tree() == right
    assert fresh.doit("check").returncode == 0


def flip_digests(file: Path) -> None:
    """Alter one digit of the first digest in a file, without another size or time."""
    before = file.stat()
    text = file.read_text()
    place = re.search(r"[0-9a-f]{64}", text)
    assert place is not None
    other = "1" if place[0][0] != "1" else "2"
    file.write_text(text[: place.start()] + other + text[place.start() + 1 :])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("name", ["inventory.json", "ledger.json", "sources/details.record.json"])
def test_a_flipped_digit_in_the_memory_of_files_never_reaches_the_site(
    fresh: Project, name: str
) -> None:
    fresh.build()
    right = fresh.tree()
    flip_digests(fresh.cache / name)
    (fresh.site / "about/index.html").unlink()  # a site in which nothing is to do is not recorded
    built = fresh.build()
    assert built.status == 0, built.stderr
    assert f"{fresh.cache}/{name} is damaged" in built.stderr
    assert fresh.tree() == right
    assert fresh.doit("check").returncode == 0
    assert fresh.build().ran == []


def test_a_folder_without_a_site_has_nothing_to_check(fresh: Project) -> None:
    assert fresh.doit("check").returncode == 3
