"""What goes wrong with the sources, and what the user is told; the site stays whole."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine.world import World
from tests.support.network import Document, details, dumps, network, relay
from tests.support.project import Project, copied


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.given(network(4))
    assert made.build().status == 0
    return made


BROKEN = {
    "truncated": dumps(network(4))[:-100],
    "html": b"<!doctype html><title>503 Service Unavailable</title>",
    "no relays": dumps(details()),
    "empty": b"",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_document_falls_back_to_the_last_good_one_and_says_so(
    project: Project, body: bytes
) -> None:
    before = project.tree()
    project.given(body)
    built = project.build()
    assert built.status == 0
    assert f"warning: details: {project.source}/details.json: details: " in built.stderr
    assert "using the last good one, of 2026-02-15 16:00 UTC" in built.stderr
    changed = {name for name, page in project.tree().items() if page != before.get(name)}
    says = {
        "index.html",
        "network-health/index.html",
        "network-health/index.json",
        "status.json",
    }
    assert changed == {*says, "manifest.json"}
    assert all(b"could not be updated" in project.tree()[name] for name in says)


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_without_any_details_the_site_is_left_as_it_was(tmp_path: Path, body: bytes) -> None:
    project = Project(tmp_path)
    project.site.mkdir()
    (project.site / "index.html").write_text("the old site")
    project.given(body)
    built = project.build()
    assert built.status == 69
    assert "no usable relay details: " in built.stdout + built.stderr + _told(project)
    assert project.tree() == {"index.html": b"the old site"}
    project.given(network(4))
    assert project.build().status == 0


def _told(project: Project) -> str:
    return project.doit("run", "-n", "0").stdout


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    told = _told(Project(tmp_path))
    assert f"{tmp_path}/source/details.json(.xz, .gz): there is no such file" in told


def test_details_older_than_allowed_stop_the_build_with_status_65(project: Project) -> None:
    project.given(network(3))
    before = project.tree()
    done = project.doit("run", "-n", "0", "max_details_age=1")
    assert (done.returncode, "are older than 1 hour" in done.stdout) == (65, True)
    assert project.tree() == before


INLINE = re.compile(rb'<script(?! src="(?:\.\./)*/?static/[a-z]+\.js" defer></script>)')
ROOTS = {
    *("404.html", "index.html", "status.json", "manifest.json"),
    *("about", "contact", "data", "leaderboards", "misc", "network-health", "relay", "risks"),
    *("search", "static"),
    *("as", "country", "family", "first_seen", "flag", "platform", "version"),
}
"""All that a network without proven domains has in the site's root."""

ODD: dict[str, Document] = {
    "wrong types": {"nickname": [], "flags": 7, "or_addresses": {}, "exit_policy": [1, None]},
    "a megabyte": {"contact": "x" * 1_000_000, "platform": "y" * 1_000_000},
    "markup": dict.fromkeys(
        ("contact", "platform", "version", "as_name", "country_name", "dir_address"),
        "<script>alert(1)</script>",
    ),
    "paths": dict.fromkeys(
        ("contact", "version", "country", "as", "nickname", "version_status"), "../../../etc"
    ),
    "controls": {"contact": "a\x00b\x1b[2Jc\u202ed", "as_name": "\u2028"},
}


@pytest.mark.parametrize("fields", ODD.values(), ids=ODD)
def test_an_odd_record_costs_nobody_anything(project: Project, fields: Document) -> None:
    project.given(network(4, relay(0) | fields))
    built = project.build()
    assert built.status == 0, built.stderr
    pages = project.tree()
    html = [page for name, page in pages.items() if name.endswith(".html")]
    assert not any(INLINE.search(page) for page in html)
    assert {name.split("/")[0] for name in pages} <= ROOTS
    assert pages == project.clean()


def test_a_lone_surrogate_costs_nobody_anything(project: Project) -> None:
    body = dumps(network(4)).replace(b"operator 1", rb"operator \ud800 1")
    project.given(body)
    assert project.build().status == 0
    assert "operator \ufffd 1".encode() in b"".join(project.tree().values())


def test_a_record_that_is_unusable_is_counted_and_left_out(project: Project) -> None:
    project.given(network(4, relay(0, first_seen="never")))
    built = project.build()
    assert "warning: details: 1 relay record left out: no first seen" in built.stderr
    assert len(list((project.site / "relay").iterdir())) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_site_that_cannot_be_written_is_told_in_a_sentence(project: Project) -> None:
    project.site.chmod(0o555)
    project.given(network(3))
    built = project.build()
    project.site.chmod(0o755)
    assert (built.status, "Traceback" in built.stderr) == (1, False)


def test_nothing_is_written_that_could_not_be_recorded_first_even_with_continue(
    project: Project,
) -> None:
    record = project.site / "manifest.json"
    record.unlink()
    record.mkdir()
    before = project.tree()
    project.given(network(5))
    done = project.doit("run", "-n", "0", "--continue")
    assert (done.returncode, "manifest.json" in done.stdout) == (1, True)
    assert project.tree() == before
    record.rmdir()
    assert project.build().status == 0
    assert project.tree() == project.clean()


def test_an_output_folder_below_a_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.given(network(3))
    (tmp_path / "www").write_text("a file")
    done = project.doit("run", "-n", "0")
    told = done.stdout + done.stderr
    assert (done.returncode, told) == (78, f"allium: out={tmp_path}/www: Not a directory\n")


@pytest.mark.parametrize("workers", [0, 2])
def test_a_broken_template_is_told_by_the_pages_that_are_made_of_it(
    tmp_path: Path, workers: int
) -> None:
    code = copied(tmp_path / "code")
    project = Project(tmp_path / "p", code)
    project.given(network(8))
    about = code / "templates" / "pages" / "about.html"
    whole = about.read_text()
    about.write_text(whole + "{% if %}")
    done = project.doit("run", "-n", str(workers), "--continue")
    assert done.returncode == 2
    assert "render:about:about" in done.stdout
    assert "about.html" in done.stdout
    assert [name for name in project.tree() if name.startswith("about/")] == []
    assert any(name.startswith("relay/") for name in project.tree())
    about.write_text(whole)
    assert project.build(workers=workers).status == 0
    assert project.tree() == project.clean()


@pytest.mark.parametrize("damage", [b"", b"no database"], ids=["cut", "edited"])
def test_a_damaged_memory_is_set_aside_and_the_build_goes_on(
    project: Project, damage: bytes
) -> None:
    before = project.tree()
    (project.cache / "state.db").write_bytes(damage)
    built = project.build()
    assert built.status == 0
    told = f"warning: {project.cache}/state.db: .*; it is now state.db.damaged-1, and this build checks all tasks"
    assert re.search(told, built.stderr), built.stderr
    assert (project.cache / "state.db.damaged-1").read_bytes() == damage
    assert project.tree() == before
    assert project.build().ran == []


@pytest.mark.parametrize("command", [("list",), ("why", "split")])
def test_a_damaged_plan_is_told_in_a_sentence_and_made_again(
    project: Project, command: tuple[str, ...]
) -> None:
    before = project.tree()
    (project.cache / "manifest.json").write_bytes(b'{"contacts"')
    done = project.doit(*command)
    told = done.stdout + done.stderr
    assert (done.returncode, told.count("\n")) == (3, 1), told
    assert told.startswith(f"ERROR: {project.cache}/manifest.json is damaged")
    assert project.build().status == 0
    assert project.tree() == before


@pytest.mark.parametrize("command", [("run", "-n", "0"), ("list",), ("why", "split"), ("check",)])
def test_a_memory_that_cannot_be_opened_is_told_in_a_sentence_and_left_alone(
    project: Project, command: tuple[str, ...]
) -> None:
    (project.cache / "state.db-shm").symlink_to(project.folder / "nowhere" / "file")
    done = project.doit(*command)
    told = done.stdout + done.stderr
    assert (done.returncode, told.count("\n")) == (1 if command[0] == "run" else 3, 1), told
    assert f"{project.cache}/state.db, the build's database, cannot be used: " in told
    (project.cache / "state.db-shm").unlink()
    assert project.build().ran == []


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.mark.parametrize(("kind", "status"), [("interrupt", 130), ("terminate", 143)])
def test_a_build_that_is_ended_before_it_began_says_so(
    world: World, kind: str, status: int
) -> None:
    for moment in (1, 2):
        done = world.run(spoken=True, trap={"kind": kind, "at": moment, "children": 0})
        assert (done.status, done.stderr) == (status, "interrupted before any task ran\n")
