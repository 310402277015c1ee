"""A source that is slow, hangs, breaks off or lies: told, borne, and forgotten when it is well.

The server with faults on demand lies beside the checkout, in `shared`; without it nothing is tried.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.support.network import details, relay, validations
from tests.support.project import REPOSITORY, Project
from tests.support.whole import halves

SERVER = REPOSITORY.parent / "shared" / "tools" / "serve_sources.py"
pytestmark = pytest.mark.skipif(not SERVER.is_file(), reason="no server with faults is here")
LATER = "2026-02-15 17:00:00"
TELLS = (
    "index.html",
    "network-health/index.html",
    "network-health/index.json",
    "status.json",
)
"""Pages that say that a document could not be updated."""


@dataclass
class Source:
    """The server of a folder of documents, and how it misbehaves."""

    url: str
    project: Project

    def misbehaves(self, path: str, fault: str, **options: str) -> None:
        asked = {"path": path, "fault": fault, **options}
        assert requests.get(f"{self.url}/_control", params=asked, timeout=9).ok

    def offers(self, count: int, published: str) -> None:
        """Put a network of so many relays into the folder that is served."""
        records = (
            relay(number, nickname=f"at{published[11:13]}n{number}", last_seen=published)
            for number in range(count)
        )
        self.project.given(details(*records, published=published), latest=validations())


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    """A server whose first network was built."""
    (tmp_path / "source").mkdir()
    file = tmp_path / "port"
    running = subprocess.Popen(
        [sys.executable, SERVER, tmp_path / "source", "--port-file", file],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            if file.exists() and file.read_text().strip():
                break
            time.sleep(0.1)
        url = f"http://127.0.0.1:{file.read_text().strip()}"
        made = Source(url, Project(tmp_path, origin=url))
        made.offers(5, "2026-02-15 16:00:00")
        assert made.project.build("apis=details").status == 0
        yield made
    finally:
        running.terminate()
        running.wait()


FAULTS = {
    "an error for ever": ("500", {}, "500"),
    "an error page": ("invalid-json", {"kind": "html"}, "not the expected JSON"),
    "an empty body": ("invalid-json", {"kind": "empty"}, "not the expected JSON"),
    "a list": ("invalid-json", {"kind": "type"}, "not the expected JSON"),
    "a hole": ("invalid-json", {}, "not the expected JSON"),
    "no such page": ("404", {}, "404"),
    "cut short": ("truncate", {}, "IncompleteRead"),
    "a body longer than told": ("wrong-length", {"delta": "-100"}, "ends too early"),
    "a body shorter than told": ("wrong-length", {}, "IncompleteRead"),
    "cut where nobody notices": ("no-length", {"bytes": "500"}, "ends too early"),
    "in circles": ("redirect", {"to": "loop"}, "redirects"),
    "to a file": ("redirect", {"to": "file:///etc/passwd"}, "refused to follow"),
    "damaged gzip": ("bad-gzip", {}, "gzip"),
    "gzip that is none": ("bad-gzip", {"kind": "plain"}, "gzip"),
    "a gigabyte": ("huge", {"mb": "1000", "coding": "gzip"}, "larger than"),
    "no answer": ("disconnect", {}, "RemoteDisconnected|ConnectionResetError"),
    "nothing for long": ("hang", {"seconds": "2"}, "RemoteDisconnected"),
    "broken numbers": ("invalid-json", {"kind": "nan"}, "not the expected JSON"),
}
QUICK = ("an error page", "no such page", "to a file")
TRIED = [
    pytest.param(*fault, id=name, marks=[] if name in QUICK else pytest.mark.long)
    for name, fault in FAULTS.items()
]


@pytest.mark.parametrize(("fault", "options", "words"), TRIED)
def test_a_source_that_fails_is_told_and_the_site_is_renewed_when_it_is_well_again(
    source: Source, fault: str, options: dict[str, str], words: str
) -> None:
    project, before = source.project, source.project.tree()
    source.offers(6, LATER)
    source.misbehaves("/details", fault, **options)
    done = project.build("apis=details")
    told = done.stdout + done.stderr
    assert (done.status, "Traceback" in told) == (0, False), told
    assert "using the last good one, of 2026-02-15 16:00 UTC" in told, told
    assert re.search(words, told), told
    changed = {name for name, page in project.tree().items() if before.get(name) != page}
    assert changed == {*TELLS, "manifest.json"}
    source.misbehaves("/details", "none")
    is_renewed(source)


BORNE = {
    "slow": ("drip", {"bytes": "3000", "seconds": "0.3"}),
    "once an error": ("503", {"times": "1", "retry_after": "1"}),
    "once cut short": ("truncate", {"times": "1"}),
    "no length": ("no-length", {}),
    "no time": ("no-last-modified", {}),
    "elsewhere": ("redirect", {"to": "/details?type=relay&id=elsewhere", "times": "1"}),
}


@pytest.mark.long
@pytest.mark.parametrize(("fault", "options"), BORNE.values(), ids=BORNE)
def test_a_source_that_is_slow_or_fails_once_is_borne(
    source: Source, fault: str, options: dict[str, str]
) -> None:
    source.offers(6, LATER)
    source.misbehaves("/details", fault, **options)
    is_renewed(source)


def test_a_source_that_says_nothing_changed_is_believed_and_asked_again(source: Source) -> None:
    before = source.project.tree()
    source.offers(6, LATER)
    source.misbehaves("/details", "304")
    done = source.project.build("apis=details")
    assert (done.status, source.project.tree()) == (0, before)
    source.misbehaves("/details", "none")
    is_renewed(source)


def test_an_older_document_does_not_replace_a_newer_one(source: Source) -> None:
    """The source says that nothing changed: what it has is older than what we ask about."""
    before = source.project.tree()
    source.offers(6, LATER)
    source.misbehaves("/details", "old", hours="30")
    done = source.project.build("apis=details")
    assert (done.status, source.project.tree()) == (0, before)
    source.misbehaves("/details", "none")
    is_renewed(source)


def test_an_older_document_that_is_sent_all_the_same_is_told_and_not_used(source: Source) -> None:
    """A source that says no time cannot be asked for what is newer: it sends whatever it has."""
    source.misbehaves("/details", "no-last-modified")
    source.offers(6, LATER)
    is_renewed(source)
    before = source.project.tree()
    source.offers(4, "2026-02-15 12:00:00")
    done = source.project.build("apis=details")
    told = done.stdout + done.stderr
    assert done.status == 0, told
    assert "of 2026-02-15 12:00:00 UTC, older than the one before" in told
    assert "using the last good one, of 2026-02-15 17:00 UTC" in told
    changed = {name for name, page in source.project.tree().items() if before.get(name) != page}
    assert changed == {*TELLS, "manifest.json"}


def test_a_document_of_the_future_keeps_nobody_from_the_present(source: Source) -> None:
    source.misbehaves("/details", "no-last-modified")
    source.offers(4, "2999-01-01 00:00:00")
    assert source.project.build("apis=details").status == 0
    source.offers(6, LATER)
    is_renewed(source)


@pytest.mark.long
def test_a_source_that_hangs_is_given_up_after_a_while(source: Source) -> None:
    """Each of four attempts waits thirty seconds for a byte."""
    before = source.project.tree()
    source.misbehaves("/latest.json", "hang", seconds="300")
    done = source.project.build("apis=details")
    assert done.status == 0
    assert "warning: aroi: " in done.stderr
    assert "timed out" in done.stderr.lower()
    assert halves(source.project.tree(), before) == []


def is_renewed(source: Source) -> None:
    """The next build has the six relays, as a clean build of the folder has them."""
    project = source.project
    done = project.build("apis=details")
    assert done.status == 0, done.stderr
    assert len(list((project.site / "relay").iterdir())) == 6
    clean = Project(project.folder / "clean")
    clean.folder.mkdir()
    held = json.loads((project.cache / "sources" / "details.json").read_bytes())
    assert held["relays_published"] == LATER
    clean.given(held, latest=(project.source / "latest.json").read_bytes())
    assert clean.build("apis=details").status == 0
    assert project.tree() == clean.tree()
    assert project.build("apis=details").ran_of("render") == []
