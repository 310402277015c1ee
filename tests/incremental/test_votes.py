"""Builds with votes: equal to a clean one whatever became of the votes, and never ended by them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import votes
from tests.support.network import HOUR, details, fingerprint, relay
from tests.support.project import Project
from tests.support.votes import consensus_file, entry, lay_out, vote, vote_file

NAMES = ("bastet", "gabelmoo", "moria1")
ON = "votes=true"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.given(details(relay(1), relay(2)))
    return made


def laid_out(project: Project) -> tuple[Path, dict[str, bytes]]:
    said = {name: vote(name, [entry(1), entry(2)]) for name in NAMES}
    return lay_out(project.source, said), said


def source(project: Project) -> dict[str, Any]:
    """Return what `status.json` says of the votes."""
    found = json.loads((project.site / "status.json").read_text())["data"]["sources"]
    return dict(found.get("votes", {}))


def clean(project: Project) -> dict[str, bytes]:
    fresh = Project(project.folder / "clean")
    fresh.folder.mkdir()
    (fresh.folder / "source").symlink_to(project.source)
    assert fresh.build(ON).status == 0
    files = fresh.tree()
    (fresh.folder / "source").unlink()
    fresh.folder.rename(project.folder / f"was clean {len(list(project.folder.iterdir()))}")
    return files


def test_without_the_setting_nothing_is_asked_and_nothing_shown(project: Project) -> None:
    laid_out(project)
    assert "fetch:votes" not in project.build().ran
    assert source(project) == {}
    before = project.tree()
    assert project.build(ON, "apis=details").status == 0
    assert source(project) == {}
    assert not (project.cache / "sources" / "votes").exists()
    assert project.build().status == 0
    assert project.tree() == before


def test_a_folder_without_votes_is_told_once_and_gives_a_site_without_them(
    project: Project,
) -> None:
    assert project.build("votes=false").status == 0
    without = {name: body for name, body in project.tree().items() if name.endswith("/index.html")}
    built = project.build(ON)
    assert (built.status, source(project)["outcome"]) == (0, "missing")
    assert built.stderr.count("; the site is built without votes\n") == 1
    shown = project.tree()
    told = {"network-health/index.html", "index.html"}
    assert all(shown[name] == body for name, body in without.items() if name not in told)
    assert "Votes of the directory authorities" in shown["network-health/index.html"].decode()
    again = project.build(ON)
    assert again.ran == []
    assert "warning" not in again.stderr


def test_votes_are_told_in_the_status_and_read_once(project: Project) -> None:
    laid_out(project)
    built = project.build(ON)
    assert (built.status, "fetch:votes" in built.ran) == (0, True)
    told = source(project)
    assert told["time"] == f"{HOUR.replace(' ', 'T')}Z"
    assert (told["outcome"], told["records"]) == ("fresh", 3)
    assert told["parts"] == dict.fromkeys(NAMES, "read")
    report = json.loads((project.cache / "last-build.json").read_text())["sources"]["votes"]
    assert (report["status"], report["votes"]) == ("fresh", dict.fromkeys(NAMES, "fresh"))
    assert project.build(ON).ran == []
    assert project.tree() == clean(project)


def test_a_vote_that_comes_late_is_read_then(project: Project) -> None:
    tree, said = laid_out(project)
    away = tree / vote_file("moria1", said["moria1"])
    away.unlink()
    built = project.build(ON)
    assert built.status == 0
    assert "warning: votes: moria1: " in built.stderr
    assert source(project)["parts"]["moria1"] == "missing"
    assert project.build(ON).ran == []
    away.write_bytes(said["moria1"])
    assert "split" in project.build(ON).ran
    assert source(project)["records"] == 3
    assert project.tree() == clean(project)


def test_another_consensus_of_the_hour_is_read(project: Project) -> None:
    tree, said = laid_out(project)
    assert project.build(ON).status == 0
    (tree / consensus_file()).write_bytes(votes.consensus({"bastet": said["bastet"]}))
    assert project.build(ON).status == 0
    assert source(project)["parts"] == {"bastet": "read"}
    assert project.tree() == clean(project)


def test_a_build_goes_on_without_votes(project: Project) -> None:
    built = project.build(ON)
    assert built.status == 0
    assert "warning: votes: consensus: " in built.stderr
    assert source(project)["outcome"] == "missing"
    assert project.build(ON).ran == []
    assert "without uptime, bandwidth, aroi, votes" in project.doit("run", ON).stderr
    laid_out(project)
    assert project.build(ON).status == 0
    assert source(project)["records"] == 3
    assert project.tree() == clean(project)


def test_the_next_hour_takes_the_last_good_set_until_its_own_is_there(project: Project) -> None:
    laid_out(project)
    assert project.build(ON).status == 0
    later = votes.later(HOUR, 1)
    project.given(details(relay(1, last_seen=later), relay(2, last_seen=later), published=later))
    assert project.build(ON).status == 0
    told = source(project)
    assert (told["outcome"], told["time"]) == ("last_good", f"{HOUR.replace(' ', 'T')}Z")
    lay_out(project.source, {name: vote(name, [entry(1)], hour=later) for name in NAMES}, later)
    assert project.build(ON).status == 0
    assert source(project)["outcome"] == "fresh"
    assert project.tree() == clean(project)


def test_what_rots_in_the_cache_is_read_again(project: Project) -> None:
    laid_out(project)
    assert project.build(ON).status == 0
    before = project.tree()
    for file in (project.cache / "sources" / "votes").iterdir():
        file.write_bytes(file.read_bytes()[:-9])
    assert project.build(ON).ran_of("fetch") == ["fetch:votes"]
    assert project.tree() == before


def test_the_embedded_network_has_votes(tmp_path: Path) -> None:
    project = Project(tmp_path, origin="sample")
    assert project.build(ON, "relays=30").status == 0
    assert source(project)["records"] == 9
    assert project.build(ON, "relays=30").ran == []
    assert project.build(ON, "relays=30", "hour=1").status == 0
    assert source(project)["time"] == "2026-01-01T01:00:00Z"


FULL = "Fast Guard HSDir Running Stable V2Dir Valid"


def lay_out_with(project: Project, **opinions: str) -> None:
    """Put votes of all into the source; `opinions` are what one says of relay 1."""
    one, two = (relay(number, flags=FULL.split()) for number in (1, 2))
    project.given(details(one, two))
    said = {name: vote(name, [opinions.get(name, entry(1)), entry(2)]) for name in NAMES}
    for file in (project.source / votes.FOLDER / "votes").glob("*"):
        file.unlink()
    agreed = votes.consensus(said, [(1, FULL, "Bandwidth=5000"), (2, FULL, "Bandwidth=5000")])
    lay_out(project.source, said, agreed=agreed)


def votes_page(project: Project, number: int) -> Path:
    return project.site / "relay" / fingerprint(number) / "votes" / "index.html"


def test_each_relay_that_a_vote_lists_has_a_page_of_votes_until_none_does(
    project: Project,
) -> None:
    laid_out(project)
    assert project.build(ON).status == 0
    assert votes_page(project, 1).is_file()
    assert (project.site / "misc" / "authorities" / "index.html").is_file()
    assert (project.site / "consensus" / "index.html").is_file()
    assert (
        f"relay/{fingerprint(1)}/votes/index.html" in (project.site / "manifest.json").read_text()
    )
    said = {name: vote(name, [entry(2)]) for name in NAMES}
    lay_out(project.source, said)
    assert project.build(ON).status == 0
    assert not votes_page(project, 1).exists()
    assert votes_page(project, 2).is_file()
    assert project.tree() == clean(project)
    assert project.build(ON, "vote_pages=false").status == 0
    assert not votes_page(project, 2).exists()
    assert (
        "votes/index.html"
        not in (project.site / "relay" / fingerprint(2) / "index.html").read_text()
    )
    assert project.build().status == 0
    assert not (project.site / "consensus" / "index.html").exists()


def test_a_value_that_no_page_prints_renders_no_page(project: Project) -> None:
    lay_out_with(project)
    assert project.build(ON).status == 0
    finer = entry(1, w="Bandwidth=9999 Measured=5000", stats="wfu=0.991 tk=900001 mtbf=900002")
    lay_out_with(project, moria1=finer)
    built = project.build(ON)
    assert built.ran_of("render:relay") == built.ran_of("render:votes") == []
    assert project.tree() == clean(project)


def test_a_value_that_a_page_prints_renders_the_pages_that_print_it(project: Project) -> None:
    lay_out_with(project)
    assert project.build(ON).status == 0
    lay_out_with(project, moria1=entry(1, stats="wfu=0.900000 tk=900000 mtbf=900000"))
    built = project.build(ON)
    assert built.ran_of("render:votes") == [f"render:votes:{fingerprint(1)}"]
    assert built.ran_of("render:relay") == []
    assert "90 to 95%" in votes_page(project, 1).read_text()
    assert project.tree() == clean(project)


def test_without_new_votes_an_hour_renders_no_page_of_votes(project: Project) -> None:
    lay_out_with(project)
    assert project.build(ON).status == 0
    later = votes.later(HOUR, 1)
    project.given(
        details(*(relay(n, flags=FULL.split(), last_seen=later) for n in (1, 2)), published=later)
    )
    built = project.build(ON)
    assert source(project)["outcome"] == "last_good"
    assert built.ran_of("render:votes") == built.ran_of("render:relay") == []
    assert built.ran_of("render:consensus") == []


def test_a_damaged_vote_costs_one_authority_and_is_told_on_its_page(project: Project) -> None:
    tree, said = laid_out(project)
    cut = tree / vote_file("moria1", said["moria1"])
    cut.write_bytes(said["moria1"][:-150])
    built = project.build(ON)
    assert built.status == 0
    page = votes_page(project, 1).read_text()
    assert "Vote damaged" in page
    assert "Only 2 votes could be read" in page
    assert "Vote damaged" in (project.site / "misc" / "authorities" / "index.html").read_text()
