import lzma
from pathlib import Path

import pytest

from allium.build import fetch
from allium.settings import Settings
from allium.sources.onionoo.documents import NAMES
from allium.sources.origins import ONIONOO, Folder, Sample
from allium.sources.origins import Server as Services
from allium.sources.source_cache import SourceCache
from tests.support.network import dumps, network
from tests.support.server import Server, body

CONDITIONS = {"If-Modified-Since", "If-None-Match"}
GOOD = dumps(network(3))
NEWER = dumps(network(4, published="2026-02-15 17:00:00"))
FIRST = body(GOOD, Last_Modified="Sun, 15 Feb 2026 16:00:00 GMT", ETag='"first"')
SECOND = body(NEWER, Last_Modified="Sun, 15 Feb 2026 17:00:00 GMT")
HTML = body(b"<!doctype html>")
UNCHANGED = body(b"", 304)
GONE = body(b"", 404)


@pytest.fixture
def cache(tmp_path: Path) -> SourceCache:
    return SourceCache(tmp_path / "cache")


def statuses(cache: SourceCache, server: Server, times: int) -> list[str]:
    """Obtain the details so many times; return what came of each."""
    with server.running():
        return [
            cache.obtain("details", Services(server.url), offline=False).status
            for _ in range(times)
        ]


def conditions(server: Server) -> list[dict[str, str]]:
    return [
        {name: text for name, text in request.items() if name in CONDITIONS}
        for request in server.requests
    ]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_mirror_has_the_documents_of_both_services_under_one_address(slash: str) -> None:
    mirror = Services(f"https://mirror.example/tor{slash}")
    assert [mirror.identity(name) for name in NAMES] == [
        "https://mirror.example/tor/details?type=relay",
        "https://mirror.example/tor/uptime?type=relay",
        "https://mirror.example/tor/bandwidth?type=relay",
        "https://mirror.example/tor/weights?type=relay",
        "https://mirror.example/tor/latest.json",
    ]


def test_the_services_themselves_are_asked_over_https() -> None:
    assert [Services().identity(name) for name in NAMES] == [ONIONOO[name] for name in NAMES]
    assert all(url.startswith("https://") for url in ONIONOO.values())


def test_a_known_document_is_asked_for_conditionally(cache: SourceCache) -> None:
    server = Server(FIRST, UNCHANGED, SECOND)
    assert statuses(cache, server, 3) == ["fresh", "not_modified", "fresh"]
    known = {"If-Modified-Since": "Sun, 15 Feb 2026 16:00:00 GMT", "If-None-Match": '"first"'}
    assert conditions(server) == [{}, known, known]
    assert cache.body("details").read_bytes() == NEWER


def test_an_unchanged_document_touches_no_file(cache: SourceCache) -> None:
    server = Server(FIRST, UNCHANGED)
    with server.running():
        cache.obtain("details", Services(server.url), offline=False)
        before = {file: file.stat().st_mtime_ns for file in cache.folder.iterdir()}
        cache.obtain("details", Services(server.url), offline=False)
    assert {file: file.stat().st_mtime_ns for file in cache.folder.iterdir()} == before


def test_the_same_bytes_sent_anew_leave_the_body_and_the_outcome_alone(cache: SourceCache) -> None:
    server = Server(FIRST, body(GOOD, Last_Modified="Sun, 15 Feb 2026 16:30:00 GMT"))
    with server.running():
        cache.obtain("details", Services(server.url), offline=False)
        kept = [cache.body("details"), cache.outcome("details")]
        before = [file.stat().st_mtime_ns for file in kept]
        assert cache.obtain("details", Services(server.url), offline=False).status == "fresh"
    assert [file.stat().st_mtime_ns for file in kept] == before


def test_a_bad_answer_leaves_the_old_conditions_standing(cache: SourceCache) -> None:
    server = Server(FIRST, HTML, GONE, UNCHANGED)
    assert statuses(cache, server, 4) == ["fresh", "fallback", "fallback", "not_modified"]
    assert conditions(server)[1:] == conditions(server)[1:2] * 3
    assert cache.source("details").outcome == "fresh"


def test_a_damaged_body_is_asked_for_anew(cache: SourceCache) -> None:
    server = Server(FIRST, FIRST)
    with server.running():
        cache.obtain("details", Services(server.url), offline=False)
        cache.body("details").write_bytes(b"x" * len(GOOD))
        cache.obtain("details", Services(server.url), offline=False)
    assert conditions(server) == [{}, {}]
    assert cache.body("details").read_bytes() == GOOD


def test_one_server_is_never_asked_about_the_document_of_another(cache: SourceCache) -> None:
    one, other = Server(FIRST), Server(GONE)
    assert statuses(cache, one, 1) == ["fresh"]
    assert statuses(cache, other, 1) == ["missing"]
    assert conditions(other) == [{}]


def test_offline_asks_nobody(cache: SourceCache) -> None:
    server = Server(FIRST)
    with server.running():
        cache.obtain("details", Services(server.url), offline=True)
    assert server.requests == []


def test_a_server_is_never_settled(cache: SourceCache) -> None:
    server = Server(FIRST)
    assert statuses(cache, server, 1) == ["fresh"]
    assert not cache.settled("details", Services(server.url))


def test_a_body_that_cannot_be_kept_leaves_nothing_behind(cache: SourceCache) -> None:
    server = Server(HTML, GONE)
    assert statuses(cache, server, 2) == ["missing", "missing"]
    assert [file.name for file in cache.folder.iterdir()] == ["details.outcome.json"]


def test_an_archive_that_breaks_off_leaves_nothing_behind(
    cache: SourceCache, tmp_path: Path
) -> None:
    (tmp_path / "details.json.xz").write_bytes(lzma.compress(GOOD)[:-30])
    assert cache.obtain("details", Folder(str(tmp_path)), offline=False).status == "missing"
    assert [file.name for file in cache.folder.iterdir()] == ["details.outcome.json"]


def test_the_plain_file_of_a_folder_comes_before_its_packed_one(
    cache: SourceCache, tmp_path: Path
) -> None:
    (tmp_path / "details.json").write_bytes(GOOD)
    (tmp_path / "details.json.xz").write_bytes(lzma.compress(NEWER))
    cache.obtain("details", Folder(str(tmp_path)), offline=False)
    assert cache.body("details").read_bytes() == GOOD


def test_an_archive_of_two_parts_is_read_to_its_end(cache: SourceCache, tmp_path: Path) -> None:
    packed = lzma.compress(GOOD[:100]) + lzma.compress(GOOD[100:])
    (tmp_path / "details.json.xz").write_bytes(packed)
    assert cache.obtain("details", Folder(str(tmp_path)), offline=False).status == "fresh"


def test_two_samples_of_another_seed_or_size_are_not_one_source() -> None:
    samples = [Sample(20, 0, 1), Sample(20, 0, 2), Sample(21, 0, 1)]
    assert len({sample.identity("details") for sample in samples}) == 3
    assert samples[0].identity("details") == Sample(20, 5, 1).identity("details")


def test_a_document_with_an_address_of_its_own_comes_from_there_and_others_from_the_source() -> (
    None
):
    address = "https://me:secret@aroi.example.org/results.json?key=secret"
    chosen = Settings(source="folder", aroi_url=address)
    assert fetch.origin(chosen, "details") == Folder("folder")
    found = fetch.origin(chosen, "aroi")
    assert found == Services(address=address)
    assert "secret" not in found.identity("aroi")


def test_an_address_is_asked_as_it_is(cache: SourceCache) -> None:
    server = Server(FIRST)
    with server.running():
        address = f"{server.url}/some/where?type=relay&fields=all"
        fetched = cache.obtain("details", Services(address=address), offline=False)
    assert fetched.status == "fresh"
    assert [request["path"] for request in server.requests] == ["/some/where?type=relay&fields=all"]
