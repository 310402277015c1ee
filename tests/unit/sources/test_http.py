import gzip
import shutil
import subprocess
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest

from allium.sources import http
from allium.sources.errors import SourceError
from allium.sources.http import Clock
from allium.sources.limits import Limits, Validators
from tests.support.server import Answer, Server, body, hang_up, serving

LIMITS = Limits(100, 10_000)


class TestClock(Clock):
    """A clock that a sleeper moves."""

    __test__ = False

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def jitter(self) -> float:
        return 0.5


class Download:
    """One download from a server that gives these answers in turn."""

    def __init__(self, folder: Path, *answers: Answer) -> None:
        self.server = Server(*answers)
        self.file = folder / "document"
        self.clock = TestClock()

    def run(self, known: Validators | None = None, limits: Limits = LIMITS) -> Validators | None:
        with self.server.running():
            return http.download(f"{self.server.url}/x", self.file, known, limits, self.clock)


def test_a_document_arrives_with_what_it_is_recognised_by(tmp_path: Path) -> None:
    download = Download(tmp_path, body(b"{}", Last_Modified="then", ETag='"1"'))
    assert download.run() == Validators("then", '"1"')
    assert download.file.read_bytes() == b"{}"


def test_a_known_document_is_asked_for_conditionally(tmp_path: Path) -> None:
    download = Download(tmp_path, body(b"", 304))
    assert download.run(Validators("then", '"1"')) is None
    request = download.server.requests[0]
    assert (request["If-Modified-Since"], request["If-None-Match"]) == ("then", '"1"')
    assert request["User-Agent"].startswith("allium/")


def test_nothing_known_is_no_condition(tmp_path: Path) -> None:
    download = Download(tmp_path, body(b"", 304))
    with pytest.raises(SourceError, match="nothing was known"):
        download.run()
    assert "If-Modified-Since" not in download.server.requests[0]


def test_a_packed_document_is_unpacked(tmp_path: Path) -> None:
    download = Download(tmp_path, body(gzip.compress(b"[1]" * 1000), Content_Encoding="gzip"))
    download.run()
    assert download.file.read_bytes() == b"[1]" * 1000


@pytest.mark.parametrize("status", sorted(http.RETRIED))
def test_a_passing_failure_is_tried_again(tmp_path: Path, status: int) -> None:
    download = Download(tmp_path, body(b"", status), body(b"{}"))
    download.run()
    assert download.clock.slept == [2.5]


PACKED = gzip.compress(b"[1]" * 1000)


@pytest.mark.parametrize(
    "answer",
    [
        hang_up,
        body(b"{", Content_Length="1000"),
        body(PACKED[:-20], Content_Encoding="gzip"),
        body(b"not packed", Content_Encoding="gzip"),
    ],
)
def test_a_broken_transfer_is_tried_again_with_growing_waits_and_then_given_up(
    tmp_path: Path, answer: Answer
) -> None:
    download = Download(tmp_path, answer)
    with pytest.raises(SourceError, match="http://127"):
        download.run()
    assert download.clock.slept == [2.5, 4.5, 8.5]


@pytest.mark.parametrize("status", [400, 403, 404, 410, 501, 505])
def test_a_lasting_failure_is_not_tried_again(tmp_path: Path, status: int) -> None:
    download = Download(tmp_path, body(b"", status))
    with pytest.raises(SourceError, match=str(status)):
        download.run()
    assert download.clock.slept == []


def test_a_server_may_say_how_long_to_wait(tmp_path: Path) -> None:
    download = Download(tmp_path, body(b"", 429, Retry_After="40"), body(b"{}"))
    download.run()
    assert download.clock.slept == [40]


def test_a_wait_beyond_the_deadline_ends_the_attempts(tmp_path: Path) -> None:
    download = Download(tmp_path, body(b"", 503, Retry_After="4000"))
    with pytest.raises(SourceError, match="503"):
        download.run()
    assert download.clock.slept == []


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_larger_than_the_cap_is_refused_while_it_arrives(
    tmp_path: Path,
    packed: bool,
) -> None:
    flood = b" " * 1_000_000
    answer = body(gzip.compress(flood), Content_Encoding="gzip") if packed else body(flood)
    download = Download(tmp_path, answer)
    with pytest.raises(SourceError, match="larger than 10,000 bytes"):
        download.run()
    assert download.file.stat().st_size <= 10_000


def test_an_unknown_coding_is_refused(tmp_path: Path) -> None:
    download = Download(tmp_path, body(b"{}", Content_Encoding="br"))
    with pytest.raises(SourceError, match="Content-Encoding"):
        download.run()


def test_redirects_are_followed_a_few_times(tmp_path: Path) -> None:
    away = body(b"", 302, Location="/elsewhere")
    download = Download(tmp_path, away, away, away, body(b"{}"))
    download.run()
    assert [request["path"] for request in download.server.requests][-1] == "/elsewhere"
    with pytest.raises(SourceError, match="more than 3 redirects"):
        Download(tmp_path, away).run()


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/"])
def test_a_redirect_never_leaves_http(tmp_path: Path, target: str) -> None:
    with pytest.raises(SourceError, match="refused to follow"):
        Download(tmp_path, body(b"", 302, Location=target)).run()


def test_a_redirect_never_leaves_https_for_http() -> None:
    with pytest.raises(SourceError, match="refused to follow"):
        http._redirected("https://example.org/a", "http://example.org/a")


class Plain(BaseRequestHandler):
    """Answers whatever it hears in words that are no TLS."""

    def handle(self) -> None:
        self.request.recv(65_536)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_a_server_without_tls_is_a_passing_failure(tmp_path: Path) -> None:
    clock = TestClock()
    server = ThreadingTCPServer(("127.0.0.1", 0), Plain)
    url = f"https://127.0.0.1:{server.server_address[1]}/"
    with serving(server), pytest.raises(SourceError, match="TLS failed"):
        http.download(url, tmp_path / "x", None, LIMITS, clock)
    assert len(clock.slept) == 3


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost".split()
    files = ("-keyout", str(key), "-out", str(certificate))
    subprocess.run((*made, *files), check=True, capture_output=True)
    download = Download(tmp_path, body(b"{}"))
    download.server.speak_tls(certificate, key)
    with pytest.raises(SourceError, match="certificate is not valid"):
        download.run()
    assert (download.clock.slept, download.server.requests) == ([], [])
    assert not download.file.exists()


def test_a_server_that_drips_is_cut_off_at_the_deadline(tmp_path: Path) -> None:
    download = Download(tmp_path, body(b"x" * 5000))
    steps = iter([0.0, 0.0, 200.0])
    download.clock.now = lambda: next(steps, 200.0)  # type: ignore[method-assign]
    with pytest.raises(SourceError, match="no time left"):
        download.run()


def test_a_name_that_does_not_exist_is_a_passing_failure(tmp_path: Path) -> None:
    clock = TestClock()
    with pytest.raises(SourceError, match="does-not-exist"):
        http.download("http://does-not-exist.invalid/", tmp_path / "x", None, LIMITS, clock)
    assert len(clock.slept) == 3
