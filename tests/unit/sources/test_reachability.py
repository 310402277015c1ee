import socket
import time
from pathlib import Path

import pytest

from allium.sources import client, reachability
from allium.sources.request import RequestLimits, SourceError
from tests.support.project import Project
from tests.support.server import Server, body


@pytest.fixture
def tempting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment with a password for this machine, and with a proxy where nobody is."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


@pytest.mark.usefixtures("tempting")
def test_the_doctor_asks_as_a_fetch_does_without_passwords_and_proxies(tmp_path: Path) -> None:
    server = Server(body(b"", Last_Modified="then"))
    with server.running():
        assert reachability.answer(server.url).endswith(": status 200, last modified then")
        client.download(server.url, tmp_path / "x", None, RequestLimits(9, 9))
    asked, fetched = server.requests
    assert asked == fetched
    assert "Authorization" not in asked


@pytest.mark.usefixtures("tempting")
def test_doit_doctor_sends_no_password_of_the_machine(tmp_path: Path) -> None:
    server = Server(body(b""))
    with server.running():
        told = Project(tmp_path, origin=server.url).doit("doctor").stdout
    assert "fine   details" in told
    assert [one.get("Authorization") for one in server.requests] == [None] * 4


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("onionoo", "https://collector.torproject.org/recent/relay-descriptors/"),
        ("http://127.0.0.1:9/x/", "http://127.0.0.1:9/x/recent/relay-descriptors/"),
        ("sample", None),
        ("folder", None),
    ],
)
def test_votes_are_asked_for_at_the_folder_of_all(source: str, address: str | None) -> None:
    assert reachability.address(source, "votes") == address


def test_doit_doctor_asks_for_votes_only_when_they_are_read(tmp_path: Path) -> None:
    server = Server(body(b""))
    with server.running():
        told = Project(tmp_path, origin=server.url).doit("doctor", "votes=true").stdout
    assert "fine   votes" in told
    assert server.requests[-1]["path"] == "/recent/relay-descriptors/"


def test_the_doctor_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(SourceError, match=r"seconds|timed out|no time"):
            reachability.answer(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    assert time.monotonic() - began < 12


def test_the_doctor_shows_no_password_of_an_address() -> None:
    server = Server(body(b""))
    with server.running():
        assert "secret" not in reachability.answer(server.url.replace("//", "//me:secret@"))
