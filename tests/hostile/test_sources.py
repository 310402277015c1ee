"""What strangers, broken servers and killed builds do to the sources, and what it may cost."""

import gzip
import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from unittest import mock

import msgspec
import pytest

from allium.model.relay import Relay
from allium.sources import client, http
from allium.sources.onionoo import documents
from allium.sources.onionoo.details_record import Reader
from allium.sources.origins import Folder
from allium.sources.request import RequestLimits, SourceError
from allium.sources.source_cache import Fetched, SourceCache
from tests.support.network import (
    details,
    dumps,
    fingerprint,
    network,
    relay,
    validations,
)
from tests.support.project import Project
from tests.support.server import Server, body

LATEST = "2026-02-15 18:00:00"
GOOD = dumps(network(4))
MOSTLY_BAD = dumps(details(*({"fingerprint": fingerprint(n)} for n in range(9)), relay(1)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


@pytest.fixture
def cache(tmp_path: Path) -> SourceCache:
    return SourceCache(tmp_path / "cache")


def obtain(cache: SourceCache, folder: Path) -> Fetched:
    return cache.obtain("details", Folder(str(folder)), offline=False)


def test_a_document_of_mostly_bad_records_never_replaces_a_good_one(
    cache: SourceCache, folder: Path
) -> None:
    (folder / "details.json").write_bytes(GOOD)
    obtain(cache, folder)
    (folder / "details.json").write_bytes(MOSTLY_BAD)
    assert obtain(cache, folder).status == "fallback"
    assert cache.body("details").read_bytes() == GOOD


def test_a_document_of_mostly_bad_records_is_no_details_at_all(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.given(MOSTLY_BAD)
    assert project.doit("run", "-n", "0").returncode == 69


def test_a_source_that_came_back_unchanged_gives_the_clean_site(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.given(network(4))
    project.build()
    document, away = project.source / "details.json", tmp_path / "away"
    document.rename(away)
    project.build()
    away.rename(document)
    project.build()
    assert project.tree() == project.clean()


def test_a_fetch_that_was_killed_before_its_last_step_is_not_settled(
    cache: SourceCache, folder: Path
) -> None:
    (folder / "details.json").write_bytes(GOOD)
    obtain(cache, folder)
    (folder / "details.json").write_bytes(dumps(network(5)))
    killed = mock.patch.object(SourceCache, "_note", side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        obtain(cache, folder)
    assert not cache.settled("details", Folder(str(folder)))


def test_a_damaged_gzip_file_is_refused(cache: SourceCache, folder: Path) -> None:
    packed = bytearray(gzip.compress(dumps(network(30))))
    packed[124] ^= 0xFF
    (folder / "details.json.gz").write_bytes(packed)
    assert obtain(cache, folder).status == "missing"


def test_without_details_the_second_build_fails_like_the_first(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.source.mkdir()
    assert [project.doit("run", "-n", "0").returncode for _ in range(2)] == [69, 69]


def test_a_document_that_is_no_json_is_named_by_its_file(cache: SourceCache, folder: Path) -> None:
    (folder / "details.json").write_bytes(b"<html>")
    assert str(folder / "details.json") in (obtain(cache, folder).problem or "")


@pytest.mark.parametrize("depth", [20, 300])
def test_a_deep_record_costs_only_itself(depth: int) -> None:
    deep = b'"measured": true, "x": ' + b"[" * depth + b"]" * depth
    body = dumps(network(4)).replace(b'"measured": true', deep, 1)
    found = documents.details(body, 7)
    assert (len(found.relays), found.skipped) == (3, {"too_deep": 1})


@pytest.mark.parametrize("location", ["http://[::1", "//[x"])
def test_a_redirect_to_no_address_is_refused(location: str) -> None:
    with pytest.raises(SourceError):
        http._redirected("http://127.0.0.1/a", location)


def test_a_wait_until_an_impossible_date_is_ignored() -> None:
    assert http._retry_after("1 Jan 99999999999999999999 00:00:00 GMT") is None


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_an_impossible_validator_time_is_no_traceback(moment: str) -> None:
    with pytest.raises(SourceError):
        documents.summary("aroi", dumps(validations(timestamp=moment)))


def test_a_folder_whose_name_is_too_long_is_no_traceback(cache: SourceCache) -> None:
    assert obtain(cache, Path("/" + "a" * 280)).status == "missing"


def record(extra: bytes) -> Relay:
    return Reader(LATEST).relay(msgspec.Raw(json.dumps(relay(1)).encode()[:-1] + extra + b"}"))


@pytest.mark.parametrize("value", [b"1e999", b"1" * 5000])
def test_an_unknown_key_changes_nothing_beside_a_letter_with_an_accent(value: bytes) -> None:
    accent = ',"platform":"é"'.encode()
    assert record(b',"x":' + value + accent) == record(accent)


@pytest.mark.parametrize("field", [b"latitude", b"consensus_weight"])
@pytest.mark.parametrize("value", [b"1e999", b"1" * 5000])
def test_a_number_beyond_all_bounds_costs_its_field_alone(field: bytes, value: bytes) -> None:
    assert record(b',"%s":%s' % (field, value)).fingerprint == fingerprint(1)


def test_the_ports_of_a_summary_are_cleaned_one_by_one() -> None:
    found = record(rb',"exit_policy_summary":{"accept":["80","\u202e81","%s"]}' % (b"9" * 65))
    assert found.exit_policy_summary is not None
    assert found.exit_policy_summary.accept == ("80", "\ufffd81", "9" * 63 + "…")


@pytest.mark.parametrize("odd", [b"7", b"[]", b"null"])
def test_a_summary_with_a_port_that_is_no_text_is_left_out(odd: bytes) -> None:
    found = record(b',"exit_policy_summary":{"accept":["80",%s]}' % odd)
    assert found.exit_policy_summary is None


def test_a_gzip_body_of_two_members_is_read_to_its_end(tmp_path: Path) -> None:
    packed = gzip.compress(b"[1,") + gzip.compress(b"2]")
    server = Server(body(packed, Content_Encoding="gzip"))
    with server.running():
        client.download(server.url, tmp_path / "x", None, RequestLimits(9, 1000))
    assert (tmp_path / "x").read_bytes() == b"[1,2]"


def test_a_validator_result_with_a_broken_byte_is_mended() -> None:
    broken = {"fingerprint": fingerprint(1), "valid": True, "error": "@@"}
    found = documents.validations(dumps(validations(broken)).replace(b"@@", b"\xff"))
    assert found[fingerprint(1)].valid


@pytest.mark.parametrize("field", ["domain", "proof_type", "error", "error_category"])
def test_a_wrong_optional_field_of_a_result_counts_as_absent(field: str) -> None:
    odd = {"fingerprint": fingerprint(1), "valid": True, field: 7}
    assert documents.validations(dumps(validations(odd)))[fingerprint(1)].valid


@pytest.mark.parametrize("moment", ["2025-02-31 00:00:00", "2025-04-31 00:00:00"])
def test_a_day_that_the_calendar_lacks_is_no_time(moment: str) -> None:
    assert record(b',"last_restarted":' + json.dumps(moment).encode()).last_restarted is None


@pytest.mark.parametrize("latitude", [b"91", b"-90.5"])
def test_a_latitude_ends_at_the_poles(latitude: bytes) -> None:
    assert record(b',"latitude":' + latitude).latitude is None


@pytest.mark.parametrize("field", [b"exit_addresses", b"dir_address"])
def test_every_address_must_be_one(field: bytes) -> None:
    value = b'["<b>"]' if field == b"exit_addresses" else b'"<b>"'
    assert not getattr(record(b',"%s":%s' % (field, value)), field.decode())


def test_credentials_of_the_machine_are_never_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server = Server(body(b"{}"))
    with server.running():
        client.download(server.url, tmp_path / "x", None, RequestLimits(9, 1000))
    assert "Authorization" not in server.requests[0]


def test_the_words_of_a_server_reach_no_terminal_raw(tmp_path: Path) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 404 \x1b[2J\r\nContent-Length: 0\r\n\r\n")

    server = Server(answer)
    with server.running(), pytest.raises(SourceError) as told:
        client.download(server.url, tmp_path / "x", None, RequestLimits(9, 1000))
    assert "\x1b" not in str(told.value)


def test_a_summary_of_more_ports_than_tor_writes_is_left_out() -> None:
    ports = b",".join([b'"80"'] * 501)
    assert record(b',"exit_policy_summary":{"accept":[%s]}' % ports).exit_policy_summary is None
