"""Publication as an operator sees it: real builds by the real command."""

import fcntl
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from defusedxml import ElementTree

from allium.publish import serve
from tests.support.network import fingerprint, network, relay
from tests.support.project import REPOSITORY, Build, Project

ATOM = "{http://www.w3.org/2005/Atom}"
LATER = "2026-02-15 17:00:00"


class Published(Project):
    @property
    def current(self) -> Path:
        return self.folder / "public/current"

    @property
    def setting(self) -> str:
        return f"publish={self.folder / 'public'}"

    def hour(self, *arguments: str) -> Build:
        return self.build(self.setting, *arguments)


@pytest.fixture
def project(tmp_path: Path) -> Published:
    found = Published(tmp_path)
    found.given(network(6))
    assert found.hour("base_url=https://tor.example.org").status == 0
    return found


def titles(feed: Path) -> list[str]:
    root = ElementTree.fromstring(feed.read_bytes())
    told = [one.findtext(f"{ATOM}title", "") for one in root.findall(f"{ATOM}entry")]
    return [title for title in told if "leaderboard" not in title]


def test_the_pure_site_is_published_byte_for_byte(project: Published) -> None:
    for name, body in project.tree().items():
        if name != "manifest.json":
            assert (project.current / name).read_bytes() == body


def test_what_happened_to_a_relay_is_told_to_the_network_and_to_its_operator(
    project: Published,
) -> None:
    project.given(network(6, relay(1, running=False, flags=[]), published=LATER))
    assert project.hour().status == 0
    told = [f"relay1 ({fingerprint(1)[:8]}) went down"]
    assert titles(project.current / "changes/feed.xml") == told
    feeds = {path: titles(path) for path in project.current.glob("contact/*/feed.xml")}
    assert sorted(feeds.values()) == [[], [], told]
    assert "went down" in (project.current / "changes/index.html").read_text()


def test_a_family_is_told_what_happened_to_its_relays(project: Published) -> None:
    members = [fingerprint(1), fingerprint(2)]
    kin = [relay(number, effective_family=members) for number in (1, 2)]
    project.given(network(6, *kin))
    assert project.hour().status == 0
    away = relay(1, effective_family=members, running=False, flags=[])
    project.given(network(6, away, kin[1], published=LATER))
    assert project.hour().status == 0
    (feed,) = project.current.glob("family/*/feed.xml")
    assert titles(feed) == [f"relay1 ({fingerprint(1)[:8]}) went down"]


def test_a_contact_that_changes_is_told_to_the_operator_before_and_the_one_now(
    project: Published,
) -> None:
    moved = relay(1, contact="operator 2 <mail2 at example dot net>")
    project.given(network(6, moved, published=LATER))
    assert project.hour().status == 0
    told = [titles(path) for path in project.current.glob("contact/*/feed.xml")]
    words = [f"relay1 ({fingerprint(1)[:8]}) changed its contact"]
    assert sorted(told) == [[], words, words]


def test_readers_find_what_changed_from_every_page_of_a_published_site(
    project: Published,
) -> None:
    pages = sorted(project.site.rglob("*.html"))
    assert all("changes/index.html" in page.read_text() for page in pages)
    for page in project.site.glob("contact/*/index.html"):
        assert page.read_text().count('href="feed.xml"') == 2
    assert project.build().status == 0
    assert not any("changes/index.html" in page.read_text() for page in pages)


def test_twins_that_are_left_out_and_come_again_are_no_news(project: Published) -> None:
    for twins in ("twins=false", "twins=true"):
        assert project.hour(twins, "max_drop=100").status == 0
        assert titles(project.current / "changes/feed.xml") == []


def test_news_that_is_published_again_after_a_rollback_keeps_its_ids(project: Published) -> None:
    project.given(network(6, relay(1, running=False, flags=[]), published=LATER))
    project.hour()
    before = (project.current / "changes/feed.xml").read_bytes()
    project.doit("rollback", project.setting)
    assert (project.current / "changes/feed.xml").read_bytes() != before
    assert project.doit("publish", "--force", project.setting).returncode == 0
    assert (project.current / "changes/feed.xml").read_bytes() == before


def test_a_page_that_changed_has_the_time_of_the_data_in_the_sitemap(project: Published) -> None:
    project.given(network(6, relay(1, nickname="renamed"), published=LATER))
    assert project.hour("base_url=https://tor.example.org").status == 0
    maps = ElementTree.fromstring((project.current / "sitemaps/relay-1.xml").read_bytes())
    times = {url[0].text.split("/")[-2]: url[1].text for url in maps}
    assert times[fingerprint(1)] == "2026-02-15T17:00:00Z"
    assert times[fingerprint(2)] == "2026-02-15T16:00:00Z"


def test_a_document_of_the_future_leaves_no_trace_in_what_readers_are_told(
    project: Published,
) -> None:
    past = "2026-02-15 16:00:00"
    future, base = "2199-01-01 00:00:00", "base_url=https://tor.example.org"
    (project.folder / "public").rename(project.folder / "elsewhere")
    for published, nickname in ((future, "a"), (future, "b"), (past, "c"), (LATER, "d")):
        project.given(network(6, relay(1, nickname=nickname), published=published))
        project.hour(base)
    told = [path for path in project.current.rglob("*.xml") if b"2199" in path.read_bytes()]
    told += [path for path in project.current.glob("changes/*") if b"2199" in path.read_bytes()]
    assert told == []


def test_every_published_file_is_verified_when_asked_for(project: Published) -> None:
    (stylesheet,) = project.current.glob("static/*.css")
    stylesheet.write_bytes(stylesheet.read_bytes()[::-1])
    stamp = project.current.resolve().parent / "settled.json"
    looked = project.doit("publish", "--verify", project.setting)
    assert looked.returncode == 0, looked.stderr
    assert f"/site: static/{stylesheet.name}" in looked.stderr
    assert project.current.resolve().parent != stamp.parent
    again = project.doit("publish", "--verify", project.setting)
    assert (again.returncode, "damaged" in again.stderr) == (0, False)


def test_the_doctor_names_what_is_odd_among_the_generations(project: Published) -> None:
    (project.folder / "public/generations/backup").mkdir()
    (project.current / "index.html").write_text("damaged")
    told = project.doit("doctor", project.setting).stdout
    assert "generations/backup was not made by allium" in told
    assert "index.html" in told


def test_a_rollback_to_a_damaged_generation_says_what_is_damaged(project: Published) -> None:
    (project.current / "index.html").write_text("damaged")
    project.given(network(6, published=LATER))
    project.hour()
    turned = project.doit("rollback", project.setting)
    assert turned.returncode == 0
    assert "generations/000001/site" in turned.stderr
    assert "index.html" in turned.stderr


def test_the_gate_ends_the_build_with_status_73_and_force_passes_it(project: Published) -> None:
    project.given(network(2, published=LATER))
    built = project.doit(project.setting, "max_drop=2")
    assert (built.returncode, "pages that would be removed" in built.stdout + built.stderr) == (
        73,
        True,
    )
    assert (project.current / "relay" / fingerprint(5) / "index.html").exists()
    forced = project.doit("publish", "--force", project.setting)
    assert forced.returncode == 0, forced.stderr
    assert not (project.current / "relay" / fingerprint(5)).exists()


def test_a_rollback_holds_through_the_next_hours(project: Published) -> None:
    before = (project.current / "status.json").read_bytes()
    assert project.doit("rollback", project.setting).returncode == 3
    project.given(network(6, published=LATER))
    project.hour()
    turned = project.doit("rollback", project.setting)
    assert (turned.returncode, "generation 1" in turned.stdout) == (0, True)
    assert project.hour().status == 73
    assert (project.current / "status.json").read_bytes() == before


def test_builds_with_other_caches_do_not_publish_into_one_folder_at_the_same_time(
    project: Published, tmp_path: Path
) -> None:
    other = Published(tmp_path / "other")
    other.folder.mkdir()
    other.given(network(6, published=LATER))
    shown = project.current.readlink()
    with (project.folder / "public/lock").open("a") as publication:
        fcntl.flock(publication, fcntl.LOCK_EX)
        refused = other.doit(project.setting)
    told = refused.stdout + refused.stderr
    assert (refused.returncode, "another build uses " in told) == (75, True)
    assert project.current.readlink() == shown
    assert other.build(project.setting).status == 0
    assert project.current.readlink() != shown


def test_a_rollback_waits_for_the_publication_that_is_going_on(project: Published) -> None:
    project.given(network(6, published=LATER))
    project.hour()
    shown = project.current.readlink()
    with (project.folder / "public/lock").open("a") as publication:
        fcntl.flock(publication, fcntl.LOCK_EX)
        turning = project.start("rollback", project.setting)
        assert turning.stderr is not None
        assert turning.stderr.readline().startswith("waiting: another build uses ")
        assert project.current.readlink() == shown
    with turning:
        assert turning.wait(60) == 0
    assert project.current.readlink() != shown


def test_the_doctor_finds_what_is_wrong(project: Published) -> None:
    well = project.doit("doctor", project.setting)
    assert well.returncode == 0, well.stdout
    assert "fine   last build" in well.stdout
    (project.cache / "last-build.json").write_text(
        (project.cache / "last-build.json").read_text().replace('"ok"', '"failed"')
    )
    assert project.doit("doctor", project.setting).returncode == 1


def test_the_doctor_does_not_mind_that_the_sample_is_old(tmp_path: Path) -> None:
    project = Project(tmp_path, origin="sample")
    assert project.build("relays=30").status == 0
    told = [line for line in project.doit("doctor").stdout.splitlines() if "hours old" in line]
    assert len(told) == 4
    assert all(line.startswith("fine") for line in told)


def test_the_figures_of_a_build_are_written_for_monitoring(project: Published) -> None:
    told = (project.cache / "metrics.prom").read_text().splitlines()
    values = dict(line.rsplit(" ", 1) for line in told if not line.startswith("#"))
    build = json.loads((project.cache / "last-build.json").read_bytes())
    assert values["allium_build_success"] == "1"
    assert values['allium_site_files{what="total"}'] == str(build["pages"]["total"])
    assert values["allium_published_generation"] == "1"


def test_a_port_that_is_taken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve.main([str(tmp_path), "--port", str(port)]) == 3
    assert capsys.readouterr().err.startswith(f"cannot serve on port {port}: ")


@pytest.mark.parametrize("pause", [0.0, 0.001, 0.05])
def test_a_server_that_is_interrupted_twice_ends_as_after_one_interrupt(
    tmp_path: Path, pause: float
) -> None:
    (tmp_path / "index.html").touch()
    with subprocess.Popen(
        [sys.executable, "-m", "allium.publish.serve", str(tmp_path), "--port", "0"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("http://127.0.0.1:")
        server.send_signal(signal.SIGINT)
        time.sleep(pause)
        server.send_signal(signal.SIGINT)
        _, told = server.communicate(timeout=30)
    assert (server.returncode, told) == (0, "")


def test_a_published_site_can_be_looked_at_with_its_own_headers(project: Published) -> None:
    assert project.hour("onion_url=http://tor.onion").status == 0
    with subprocess.Popen(
        [sys.executable, "-m", "allium.publish.serve", str(project.current), "--port", "0"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            answer = requests.get(f"{url}relay/{fingerprint(1)}/", timeout=10)
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert "relay1" in answer.text
            elsewhere = f"http://tor.onion/relay/{fingerprint(1)}/"
            assert answer.headers["Onion-Location"] == elsewhere
            assert f'http-equiv="onion-location" content="{elsewhere}"' in answer.text
            asked = {"Accept-Encoding": "gzip, br"}
            answer = requests.head(url, headers=asked, timeout=10)
            assert answer.headers["Content-Encoding"] == "br"
        finally:
            server.terminate()
