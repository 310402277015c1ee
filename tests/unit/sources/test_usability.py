"""A document that is not good never replaces the last good one, and why is said."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args
from unittest import mock

import pytest

from allium import formatting
from allium.model.snapshot import Refusal
from allium.pages.alert_texts import REFUSALS
from allium.sources import source_cache
from allium.sources.onionoo.documents import NAMES, DocumentSummary
from allium.sources.origins import STEMS, Folder, Origin, Sample
from allium.sources.origins import Server as Services
from allium.sources.request import UnusableError
from allium.sources.source_cache import Fetched, SourceCache
from tests.support import damage
from tests.support.network import Document, dumps, fingerprint, network, validations
from tests.support.project import Project
from tests.support.server import Server, body

NOW = formatting.seconds("2026-02-15 18:00:00")
GOOD = damage.documents(20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    damage.put(tmp_path / "source", GOOD)
    return tmp_path / "source"


@pytest.fixture
def cache(tmp_path: Path) -> SourceCache:
    return SourceCache(tmp_path / "cache")


def obtain(cache: SourceCache, name: str, origin: Origin, now: int = NOW) -> Fetched:
    with mock.patch("time.time", return_value=float(now)):
        return cache.obtain(name, origin, offline=False)


def dated(published: str) -> Callable[[str], Document]:
    def made(name: str) -> Document:
        if name == "aroi":
            metadata = {"timestamp": published.replace(" ", "T")}
            return GOOD[name] | {"metadata": metadata}
        return GOOD[name] | {"relays_published": published}

    return made


def lost(name: str) -> Document:
    """Three records, of which one can be used."""
    good, key = GOOD[name], damage.RECORDS[name]
    wrong = dict.fromkeys(("uptime", "write_history", "read_history", "consensus_weight"), 7)
    lost: list[Any] = [{"fingerprint": 7}, wrong]
    return good | {key: [good[key][0], *lost]}


def empty(name: str) -> Document:
    return GOOD[name] | {damage.RECORDS[name]: []}


def unlike(name: str) -> Document:
    return {"a page": name}


BAD: dict[str, tuple[Callable[[str], Document], Refusal]] = {
    "something else": (unlike, "unreadable"),
    "nothing in it": (empty, "unusable"),
    "little that can be used": (lost, "unusable"),
    "the year 1999": (dated("1999-12-31 23:00:00"), "impossible_time"),
    "the year 999": (dated("0999-12-31 23:00:00"), "impossible_time"),
    "the year 2200": (dated("2200-01-01 00:00:00"), "impossible_time"),
    "tomorrow": (dated("2026-02-16 18:00:00"), "impossible_time"),
    "a day that is none": (dated("2026-02-30 00:00:00"), "impossible_time"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_document_of_any_kind_never_replaces_the_last_good_one(
    cache: SourceCache, folder: Path, name: str, bad: str
) -> None:
    make, refusal = BAD[bad]
    if name != "aroi" and bad in {"the year 1999", "the year 999", "the year 2200"}:
        refusal = "unreadable"  # the type of their times has the years
    assert obtain(cache, name, Folder(str(folder))).status == "fresh"
    good = cache.body(name).read_bytes()
    damage.put(folder, {name: make(name)})
    fetched = obtain(cache, name, Folder(str(folder)))
    assert (fetched.status, fetched.refusal) == ("fallback", refusal), fetched.problem
    assert cache.source(name).refusal == refusal
    assert cache.body(name).read_bytes() == good
    damage.put(folder, {name: dated("2026-01-01 05:00:00")(name)})
    assert obtain(cache, name, Folder(str(folder))).status == "fresh"
    assert cache.source(name).refusal is None


@pytest.mark.parametrize("name", NAMES)
def test_a_clock_may_be_two_hours_late(cache: SourceCache, folder: Path, name: str) -> None:
    damage.put(folder, {name: dated("2026-02-15 20:00:00")(name)})
    assert obtain(cache, name, Folder(str(folder))).status == "fresh"


@pytest.mark.parametrize("clock", ["1970-01-01 00:00:00", "2025-12-31 23:59:59"])
def test_a_clock_that_is_certainly_wrong_judges_nothing(
    cache: SourceCache, folder: Path, clock: str
) -> None:
    assert (
        obtain(cache, "details", Folder(str(folder)), formatting.seconds(clock)).status == "fresh"
    )


def test_the_sample_network_has_hours_of_its_own(cache: SourceCache) -> None:
    assert obtain(cache, "details", Sample(20, 500_000, 1)).status == "fresh"


def a_result(number: int, **fields: Any) -> Document:
    return {"fingerprint": fingerprint(number), "valid": True} | fields


@pytest.mark.parametrize(
    "results", [[], [{}], [a_result(1, valid="yes")], [{"fingerprint": "x", "valid": True}]]
)
def test_results_of_which_none_can_be_used_are_refused(
    cache: SourceCache, folder: Path, results: list[Document]
) -> None:
    damage.put(folder, {"aroi": validations(*results)})
    assert obtain(cache, "aroi", Folder(str(folder))).refusal == "unusable"


BEFORE = DocumentSummary("2026-02-15 16:00:00", 10_000, 10_000)


@pytest.mark.parametrize(
    ("known", "brought", "refusal"),
    [
        (BEFORE, DocumentSummary("2026-02-15 17:00:00", 10_000, 5_000), None),
        (BEFORE, DocumentSummary("2026-02-15 17:00:00", 4_999, 4_999), "shrunk"),
        (BEFORE, DocumentSummary("2026-02-15 17:00:00", 10_000, 4_999), "shrunk"),
        (BEFORE, DocumentSummary("2026-02-15 16:00:00", 4_999, 4_999), "shrunk"),
        (BEFORE, DocumentSummary("2026-02-17 15:59:59", 4_999, 4_999), "shrunk"),
        (BEFORE, DocumentSummary("2026-02-17 16:00:00", 4_999, 4_999), None),
        (BEFORE, DocumentSummary("2026-02-15 15:00:00", 10_000, 10_000), "impossible_time"),
        (
            DocumentSummary("2026-02-15 16:00:00", 99, 99),
            DocumentSummary("2026-02-15 17:00:00", 1, 1),
            None,
        ),
        (
            DocumentSummary("2026-02-15 16:00:00", 9_999),
            DocumentSummary("2026-02-15 17:00:00", 1, 1),
            None,
        ),
        (
            DocumentSummary("2199-02-15 16:00:00", 9_999, 9_999),
            DocumentSummary("2026-02-15 17:00:00", 1, 1),
            None,
        ),
    ],
)
def test_a_server_that_sends_less_than_it_did_is_not_believed_for_two_days(
    known: DocumentSummary, brought: DocumentSummary, refusal: Refusal | None
) -> None:
    try:
        source_cache.check_succeeds(known, brought, NOW)
        found = None
    except UnusableError as error:
        found = error.refusal
    assert found == refusal


def test_half_a_network_of_a_server_is_refused_and_of_a_folder_taken(
    cache: SourceCache, tmp_path: Path
) -> None:
    whole, half = dumps(network(120)), dumps(network(50, published="2026-02-15 17:00:00"))
    server = Server(body(whole), body(half))
    with server.running():
        first, second = (obtain(cache, "details", Services(server.url)) for _ in range(2))
    assert (first.status, second.status, second.refusal) == ("fresh", "fallback", "shrunk")
    assert "50 usable records, where the one before had 120" in (second.problem or "")
    for document, status in ((whole, "not_modified"), (half, "fresh")):
        (tmp_path / "details.json").write_bytes(document)
        assert obtain(cache, "details", Folder(str(tmp_path))).status == status


def test_what_is_refused_is_said_when_it_is_fetched_and_in_the_notices_of_the_site(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path)
    damage.put(project.source, GOOD)
    assert project.build().status == 0
    before = project.tree()
    damage.put(project.source, {"aroi": dated("1999-06-01 00:00:00")("aroi")})
    for _ in range(2):
        built = project.build()
        assert built.status == 0
        said = "warning: aroi: .*/latest.json: aroi: '1999-06-01T00:00:00' is not a time from 2000"
        assert said.replace(".*", str(project.source)) in built.stderr
        (notice,) = (
            one["text"]
            for one in json.loads(project.tree()["status.json"])["notices"]
            if one["id"] == "source_last_good"
        )
        assert notice.endswith("The newest copy was refused: its time cannot be right.")
    changed = {name for name, page in project.tree().items() if before.get(name) != page}
    assert {name.split("/")[0] for name in changed} == {
        "index.html",
        "network-health",
        "status.json",
        "manifest.json",
    }


def test_every_reason_has_words_for_readers() -> None:
    assert set(REFUSALS) == set(get_args(Refusal))


def test_every_document_has_a_file() -> None:
    assert damage.FILES == STEMS


def test_each_build_says_which_documents_it_has_not_or_not_the_newest_of(tmp_path: Path) -> None:
    """A missing one is warned of when it is looked for, and that is not in every build."""
    project = Project(tmp_path)
    damage.put(project.source, {name: GOOD[name] for name in ("details", "uptime", "bandwidth")})
    for _ in range(2):
        assert "; without aroi" in project.doit("run").stderr
    damage.put(project.source, {"uptime": empty("uptime"), "aroi": GOOD["aroi"]})
    for _ in range(2):
        assert "; last good uptime" in project.doit("run").stderr
    damage.put(project.source, GOOD)
    last = project.doit("run").stderr.splitlines()[-1]
    assert ("without" in last, "last good" in last) == (False, False)
