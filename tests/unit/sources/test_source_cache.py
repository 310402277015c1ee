import errno
import gzip
import lzma
import os
from pathlib import Path
from unittest import mock

import pytest
from msgspec.structs import replace

from allium.sources.origins import LIMITS, Folder, Origin, Sample
from allium.sources.request import RequestLimits
from allium.sources.source_cache import Fetched, SourceCache, SourceRecord
from allium.store import sealed, stat_cache
from tests.support.network import dumps, network

LOOK = ("size", "modified", "changed", "inode")


class Documents:
    """A folder of documents and the cache that follows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "source"
        self.folder.mkdir()
        self.cache = SourceCache(folder / "cache")

    def given(self, body: bytes, ending: str = ".json") -> None:
        for old in self.folder.iterdir():
            old.unlink()
        (self.folder / f"details{ending}").write_bytes(body)

    def obtain(self, origin: Origin | None = None, *, offline: bool = False) -> Fetched:
        return self.cache.obtain("details", origin or Folder(str(self.folder)), offline=offline)

    @property
    def body(self) -> bytes:
        return self.cache.body("details").read_bytes()


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    return Documents(tmp_path)


GOOD = dumps(network(3))
NEWER = dumps(network(4, published="2026-02-15 17:00:00"))


@pytest.mark.parametrize(
    ("ending", "pack"), [(".json", bytes), (".json.xz", lzma.compress), (".json.gz", gzip.compress)]
)
def test_a_document_is_unpacked_into_the_cache(
    documents: Documents, ending: str, pack: type[bytes]
) -> None:
    documents.given(pack(GOOD), ending)
    fetched = documents.obtain()
    assert (fetched.status, documents.body) == ("fresh", GOOD)
    assert fetched.record is not None
    assert fetched.record.summary.records == 3


def test_a_folder_may_go_back_to_an_older_document(documents: Documents) -> None:
    """Who puts an older document into a folder wants it, unlike a server that lags behind."""
    documents.given(NEWER)
    documents.obtain()
    documents.given(GOOD)
    assert (documents.obtain().status, documents.body) == ("fresh", GOOD)


def test_an_unchanged_document_is_not_touched(documents: Documents) -> None:
    documents.given(GOOD)
    documents.obtain()
    before = {file: file.stat().st_mtime_ns for file in documents.cache.folder.iterdir()}
    assert documents.obtain().status == "not_modified"
    assert {file: file.stat().st_mtime_ns for file in documents.cache.folder.iterdir()} == before


@pytest.mark.parametrize("bad", [b"", b"<html>", GOOD[:-9], b'{"relays":[]}'])
def test_a_bad_document_never_replaces_a_good_one(documents: Documents, bad: bytes) -> None:
    documents.given(GOOD)
    documents.obtain()
    documents.given(bad)
    fetched = documents.obtain()
    assert (fetched.status, documents.body) == ("fallback", GOOD)
    assert documents.cache.source("details").outcome == "last_good"
    documents.given(NEWER)
    assert documents.obtain().status == "fresh"


def test_without_any_good_document_there_is_none(documents: Documents) -> None:
    documents.given(b"<html>")
    fetched = documents.obtain()
    assert (fetched.status, fetched.record) == ("missing", None)
    assert "not the expected JSON" in (fetched.problem or "")
    assert documents.cache.read("details") is None


@pytest.mark.parametrize("pack", [lzma.compress, gzip.compress])
def test_a_bomb_is_refused_while_it_is_unpacked(
    documents: Documents, pack: type[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = ".json.xz" if pack is lzma.compress else ".json.gz"
    monkeypatch.setattr("allium.sources.origins._CHUNK", 1000)
    monkeypatch.setitem(LIMITS, "details", RequestLimits(1, 5_000))
    documents.given(pack(b" " * 1_000_000), ending)
    assert "larger than 5,000 bytes" in (documents.obtain().problem or "")


def test_a_cut_archive_is_refused(documents: Documents) -> None:
    documents.given(lzma.compress(GOOD)[:-30], ".json.xz")
    assert documents.obtain().status == "missing"


def test_a_damaged_cached_body_is_no_last_good_one(documents: Documents) -> None:
    documents.given(GOOD)
    documents.obtain()
    documents.cache.body("details").write_bytes(b"damaged")
    documents.given(b"<html>")
    assert documents.obtain().status == "missing"


def test_a_touched_but_equal_body_is_still_good(documents: Documents) -> None:
    documents.given(GOOD)
    documents.obtain()
    documents.cache.body("details").write_bytes(GOOD)
    documents.given(b"<html>")
    assert documents.obtain().status == "fallback"


def test_another_source_never_falls_back_to_this_one(documents: Documents, tmp_path: Path) -> None:
    documents.given(GOOD)
    documents.obtain()
    assert documents.obtain(Folder(str(tmp_path / "nowhere"))).status == "missing"


def test_offline_uses_the_cache_alone(documents: Documents) -> None:
    documents.given(GOOD)
    documents.obtain()
    documents.given(NEWER)
    assert documents.obtain(offline=True).status == "fallback"
    assert documents.body == GOOD


def test_the_sample_is_made_once_an_hour(documents: Documents) -> None:
    first, later = Sample(20, 0, 1), Sample(20, 1, 1)
    assert documents.obtain(first).status == "fresh"
    assert documents.obtain(first).status == "not_modified"
    assert documents.obtain(later).status == "fresh"


def test_a_settled_document_needs_no_fetch(documents: Documents) -> None:
    origin = Folder(str(documents.folder))
    documents.given(GOOD)
    assert not documents.cache.settled("details", origin)
    documents.obtain()
    assert documents.cache.settled("details", origin)
    documents.given(NEWER)
    assert not documents.cache.settled("details", origin)


def test_the_sample_needs_no_network(documents: Documents) -> None:
    assert documents.obtain(Sample(20, 0, 1), offline=True).status == "fresh"


def test_a_fetch_that_runs_reads_the_file_again(documents: Documents) -> None:
    """It runs when it is told to forget; nothing that the file looks like keeps it from reading."""
    documents.given(GOOD)
    documents.obtain()
    record = documents.cache.folder / "details.record.json"
    file = documents.folder / "details.json"
    known = sealed.load(str(record), SourceRecord)
    documents.given(NEWER)
    assert known.mark.file is not None
    swapped = replace(known.mark.file, **dict(zip(LOOK, stat_cache.of(file.stat()), strict=True)))
    sealed.store(str(record), replace(known, mark=replace(known.mark, file=swapped)))
    assert documents.cache.settled("details", Folder(str(documents.folder))), "it looks the same"
    assert documents.obtain().status == "fresh"
    assert documents.body == NEWER


@pytest.mark.parametrize("moment", ["bring", "_kept"])
def test_a_full_disk_is_not_left_full_of_half_a_document(
    documents: Documents, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    documents.given(GOOD)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def written(_: Folder, name: str, into: Path, *others: object) -> None:
        into.write_bytes(b"half")
        raise full

    if moment == "bring":
        monkeypatch.setattr(Folder, "bring", written)
    else:
        monkeypatch.setattr(SourceCache, "_kept", mock.Mock(side_effect=full))
    with pytest.raises(OSError, match="No space left"):
        documents.obtain()
    assert [file.name for file in documents.cache.folder.iterdir()] == []
