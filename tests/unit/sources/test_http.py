import gzip
import shutil
import subprocess
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from allium.sources import http
from allium.sources.http import Clock
from allium.sources.request import Request, RequestLimits, SourceError, Validators
from tests.support.server import Answer, Server, body, hang_up, serving

LIMITS = RequestLimits(100, 10_000)


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

    def run(self, known: Validators | None = None, path: str = "/x") -> Validators | None:
        url = self.server.url + path
        with self.server.running():
            return asked(url, self.file, self.clock, known)


def asked(
    url: str,
    file: Path,
    clock: Clock,
    known: Validators | None = None,
    limits: RequestLimits = LIMITS,
) -> Validators | None:
    """Return the validators of the document that is written to a file, `None` if unchanged."""
    with file.open("wb") as stream:
        reply = http.answer(Request(url=url, limits=limits, known=known), stream, clock)
    return None if reply.status == 304 else reply.validators


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
    with pytest.raises(SourceError):
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


@pytest.mark.parametrize(
    "location",
    [
        "http://example.org/a",
        "//[x",
        "http://[::1",
        "/\xff",
        "/a b\x0b",
        "",
    ],
)
def test_an_odd_redirect_or_one_from_https_to_http_is_refused(location: str) -> None:
    with pytest.raises(SourceError, match="refused to follow"):
        http._redirected("https://example.org/a", location)


@pytest.fixture
def https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is vouched for, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=x".split()
    alternative = ("-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", str(key), "-out", str(certificate))
    subprocess.run((*made, *alternative, *files), check=True, capture_output=True)
    monkeypatch.setattr(http, "AUTHORITIES", str(certificate))
    return certificate, key


@pytest.mark.parametrize("secure", [True, False])
def test_a_redirect_is_followed_within_https_and_never_out_of_it(
    tmp_path: Path, https: tuple[Path, Path], *, secure: bool
) -> None:
    plain, tls = Server(body(b"{}")), Server(body(b"{}"))
    tls.speak_tls(*https)
    with plain.running(), tls.running():
        target = tls if secure else plain
        away = Server(body(b"", 302, Location=f"{target.url}/there"))
        away.speak_tls(*https)
        with away.running():
            if secure:
                asked(away.url, tmp_path / "x", TestClock())
            else:
                with pytest.raises(SourceError, match="refused to follow"):
                    asked(away.url, tmp_path / "x", TestClock())
    assert (len(tls.requests), plain.requests) == (int(secure), [])


def test_the_body_of_a_redirect_is_not_read(tmp_path: Path) -> None:
    sent = []

    def flood(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "/there")
        request.end_headers()
        with suppress(OSError):
            while len(sent) < 2_000:
                request.wfile.write(b" " * 100_000)
                sent.append(1)

    Download(tmp_path, flood, body(b"{}")).run()
    assert len(sent) < 1_000  # what the sockets hold, of 200 MB


def test_a_stream_that_unpacks_to_nothing_ends_at_the_cap_of_what_is_sent(tmp_path: Path) -> None:
    empty = gzip.compress(b"") * 1_000
    download = Download(tmp_path, body(empty, Content_Encoding="gzip"))
    with pytest.raises(SourceError, match="larger than 10,000 bytes"):
        download.run()


ODD = ["\x0bx", "\xe9", "x" * 513, "a\x1bb", "\x7f"]


@pytest.mark.parametrize("odd", ODD)
def test_what_no_header_can_carry_back_is_not_remembered(tmp_path: Path, odd: str) -> None:
    download = Download(tmp_path, body(b"{}", ETag=odd, Last_Modified=odd))
    assert download.run() == Validators(None, None)


@pytest.mark.parametrize("odd", ODD)
def test_what_an_earlier_version_remembered_is_not_sent_when_no_header_can_carry_it(
    tmp_path: Path, odd: str
) -> None:
    download = Download(tmp_path, body(b"{}"))
    download.run(Validators(odd, odd))
    assert {"If-None-Match", "If-Modified-Since"} & download.server.requests[0].keys() == set()


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:-1/",
        "http://127.0.0.1:x/",
        "http://\u2024\u2024/",
        "http://" + "a" * 70 + ".example/",
        "http://*.example/",
        "http://\ud800/",
        "http:///",
        "x://y/",
    ],
)
def test_an_address_that_is_none_is_a_failure_of_the_source(tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceError):
        asked(url, tmp_path / "x", TestClock())


RAW = {
    "no status": b"HTTP/1.1\r\n\r\n",
    "a status that is no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "a redirect in no encoding": b"HTTP/1.1 302 F\r\nLocation: http://\xff\xfe/\r\n\r\n",
    "a redirect to half an address": b"HTTP/1.1 302 F\r\nLocation: http://[::1/\r\n\r\n",
    "a redirect to an odd port": b"HTTP/1.1 302 F\r\nLocation: http://a:b/\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\n{}",
    "a chunk of no size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk below nothing": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
    "a line without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
    "a hundred headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    "an odd coding": b"HTTP/1.1 200 OK\r\nContent-Encoding: \xff\r\n\r\n{}",
    "a wait of ages": b"HTTP/1.1 503 X\r\nRetry-After: " + b"9" * 5_000 + b"\r\n\r\n",
    "nothing like it": b"\x16\x03\x01\x02\x00\x01\x00",
}


@pytest.mark.parametrize("said", RAW.values(), ids=RAW)
def test_an_answer_that_is_none_is_a_failure_of_the_source(tmp_path: Path, said: bytes) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(said)
        request.close_connection = True

    with pytest.raises(SourceError):
        Download(tmp_path, answer).run()


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), head=st.sampled_from([b"", *RAW.values()]))
def test_no_bytes_of_a_server_are_more_than_a_failure_of_the_source(
    data: bytes, head: bytes
) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(head[:80] + data)
        request.close_connection = True

    server = Server(answer)
    with TemporaryDirectory() as folder, server.running(), suppress(SourceError):
        asked(server.url, Path(folder, "x"), TestClock())


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
        asked(url, tmp_path / "x", clock)
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
    assert download.file.read_bytes() == b""


def test_a_server_that_drips_is_cut_off_at_the_deadline(tmp_path: Path) -> None:
    download = Download(tmp_path, body(b"x" * 5000))
    steps = iter([0.0, 0.0, 200.0])
    download.clock.now = lambda: next(steps, 200.0)  # type: ignore[method-assign]
    with pytest.raises(SourceError, match="no time left"):
        download.run()


def test_a_name_that_does_not_exist_is_a_passing_failure(tmp_path: Path) -> None:
    clock = TestClock()
    with pytest.raises(SourceError, match="gaierror"):
        asked("http://does-not-exist.invalid/", tmp_path / "x", clock)
    assert len(clock.slept) == 3
