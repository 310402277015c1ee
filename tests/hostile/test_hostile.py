"""Whatever strangers put into the documents stays text: no markup, no path, no header, no crash."""

import json
import time
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from allium.analysis.aroi import aroi_claim
from allium.sources.onionoo import documents
from allium.sources.onionoo.details_record import Reader, Skip
from allium.sources.request import SourceError
from tests.support import hostile
from tests.support.html import Page
from tests.support.network import details, dumps, network, relay
from tests.support.project import Project

LATEST = "2026-02-15 18:00:00"
SCHEMES = ("http://", "https://", "mailto:")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    project = Project(tmp_path_factory.mktemp("hostile"))
    project.given(hostile.network(), latest=hostile.results())
    built = project.build()
    assert built.status == 0, built.stdout + built.stderr
    assert not Path("/tmp/owned").exists()
    assert {path.name for path in project.folder.iterdir()} <= {
        "source",
        "www",
        "cache",
        "report.json",
    }
    return project.tree()


@pytest.fixture(scope="module")
def pages(site: dict[str, bytes]) -> list[Page]:
    return [Page(name, body.decode()) for name, body in site.items() if name.endswith(".html")]


def test_no_page_has_an_element_or_an_attribute_that_runs(pages: list[Page]) -> None:
    for page in pages:
        for one in page.elements:
            assert not [name for name in one.attrib if str(name).startswith("on")], page.path
            if one.tag == "script":
                assert one.attrib.get("src", "").endswith(".js"), page.path
                assert not (one.text or "").strip(), page.path


def test_no_link_leads_to_a_scheme_that_runs(pages: list[Page]) -> None:
    for page in pages:
        for link in page.attributes("href", "src", "action"):
            head = link.split("/")[0].split("?")[0].split("#")[0]
            assert ":" not in head or link.startswith(SCHEMES), (page.path, link[:80])


def test_no_name_of_a_file_comes_from_a_stranger(site: dict[str, bytes]) -> None:
    for name in site:
        assert ".." not in name.split("/")
        assert name.isascii(), name
        assert name.isprintable(), name
        assert "owned" not in name, name


def test_no_control_or_direction_character_reaches_a_page(site: dict[str, bytes]) -> None:
    for name, body in site.items():
        if name.endswith((".html", ".json")):
            text = body.decode()
            odd = {
                c for c in text if (c < " " and c != "\n") or c in "\x7f\u202e\u2066\u2028\u2029"
            }
            assert not odd, (name, odd)


def test_every_twin_is_json_of_its_own(site: dict[str, bytes]) -> None:
    for name, body in site.items():
        if name.endswith(".json"):
            told = json.loads(body)
            assert not isinstance(told, dict) or "owned" not in told, name


def test_no_page_grows_without_bound(site: dict[str, bytes]) -> None:
    assert max(len(body) for name, body in site.items() if name != "manifest.json") < 2_000_000


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(list(hostile.ATTACKS.values())[:-3]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from([*sorted(relay(0)), "effective_family", "family_ids", "exit_addresses"])
FUZZ = settings(
    max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@FUZZ
@given(fields=st.dictionaries(NAMES, JSON, max_size=8))
def test_any_record_is_read_or_left_out(fields: dict[str, Any]) -> None:
    record = relay(1) | fields
    body = json.dumps(record).encode()
    try:
        found = Reader(LATEST).relay(msgspec.Raw(body))
    except Skip:
        return
    msgspec.json.encode(found)
    assert len(found.fingerprint) == 40


@FUZZ
@given(body=st.binary(max_size=300))
def test_any_bytes_are_a_document_or_are_refused(body: bytes) -> None:
    for name in documents.NAMES:
        try:
            documents.summary(name, body)
        except SourceError:
            continue


@FUZZ
@given(place=st.integers(0, 4000), byte=st.binary(max_size=3), cut=st.integers(0, 9))
def test_a_damaged_document_is_a_document_or_is_refused(place: int, byte: bytes, cut: int) -> None:
    good = dumps(network(3))
    try:
        documents.details(good[:place] + byte + good[place + cut :], 7)
    except SourceError:
        return


@FUZZ
@given(line=st.text(max_size=400) | st.sampled_from(list(hostile.ATTACKS.values())))
def test_any_contact_line_is_parsed(line: str) -> None:
    parse = getattr(aroi_claim, "parse", None) or aroi_claim.claim
    parse(line)


def test_a_million_family_members_cost_seconds() -> None:
    names = [f"${number:040X}" for number in range(1_000_000)]
    body = dumps(details(*(relay(number) for number in range(3)), relay(9, effective_family=names)))
    began = time.process_time()
    found = documents.details(body, 7)
    assert time.process_time() - began < 60  # a bound, a hundred times what it takes
    assert len(found.relays) == 4


@pytest.mark.parametrize("depth", [900, 5_000, 100_000])
def test_a_record_however_deep_never_ends_a_build_in_a_traceback(depth: int) -> None:
    deep = b'"measured": true, "x": ' + b"[" * depth + b"]" * depth
    body = dumps(network(4)).replace(b'"measured": true', deep, 1)
    try:
        found = len(documents.details(body, 7).relays)
    except SourceError:
        found = 3  # the document is refused as a whole, in a sentence
    assert found >= 3


def test_a_build_opens_no_socket_outside_of_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build from a folder opens none at all: every call that could is an error."""
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "sitecustomize.py").write_text(
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event in {'socket.connect', 'socket.bind', 'socket.getaddrinfo', 'socket.sendto'}:\n"
        "        raise RuntimeError(f'{event}: {arguments}')\n"
        "sys.addaudithook(hook)\n"
    )
    project = Project(tmp_path)
    project.given(network(4))
    built = project.build(PYTHONPATH=str(tmp_path / "blocked"), workers=2)
    assert built.status == 0, built.stderr
    online = Project(tmp_path / "online", origin="http://127.0.0.1:9")
    refused = online.doit("run", "-n", "0", PYTHONPATH=str(tmp_path / "blocked"))
    assert "socket." in refused.stdout + refused.stderr
    assert "allium/sources" in refused.stdout + refused.stderr
