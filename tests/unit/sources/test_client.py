import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar
from unittest import mock

import pytest

from allium.sources import client
from allium.sources.request import RequestLimits, SourceError, Validators
from tests.support.project import REPOSITORY
from tests.support.server import Server, body

T = TypeVar("T")

SECONDS = 1.5
PATIENCE = 12
"""Seconds after which a test says that nothing ended it: a slow machine may take some."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@contextmanager
def dripping(first: bytes, drip: bytes) -> Iterator[str]:
    """Yield the address of a server that says something, and then a little for ever."""
    ended = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drips(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65_536)
            connection.sendall(first)
            while not ended.wait(0.05):
                connection.sendall(drip)

    def serves() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drips, args=listening.accept()[:1], daemon=True).start()

    threading.Thread(target=serves, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


DRIPS = {
    "a status line": (b"HTTP/1.1 200 ", b"O"),
    "a header": (HEAD + b"X-A: ", b"a"),
    "headers": (HEAD, b"X-A: b\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "the size of a chunk": (CHUNKED, b"0"),
    "the extension of a chunk": (CHUNKED + b"1;", b"x"),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-T: a\r\n"),
    "a body": (HEAD + b"Content-Length: 9000\r\n\r\n", b"a"),
    "nothing at all": (b"", b""),
}


@pytest.fixture(params=["in a process of its own", "where no process can be started"])
def refused(request: pytest.FixtureRequest) -> Iterator[None]:
    """A machine, and one that refuses processes."""
    if request.param == "in a process of its own":
        yield
        return
    with mock.patch.object(os, "fork", side_effect=BlockingIOError(11, "no process")):
        yield


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(("first", "drip"), DRIPS.values(), ids=DRIPS)
def test_whatever_a_server_drips_ends_at_the_deadline(
    tmp_path: Path, first: bytes, drip: bytes
) -> None:
    began = time.monotonic()
    with dripping(first, drip) as url, pytest.raises(SourceError, match=r"within 1\.5|no time"):
        client.download(url, tmp_path / "x", None, RequestLimits(SECONDS, 10_000))
    assert SECONDS <= time.monotonic() - began < PATIENCE


@pytest.mark.usefixtures("refused")
def test_a_document_arrives_with_or_without_a_process(tmp_path: Path) -> None:
    server = Server(body(b"{}", ETag='"1"'), body(b"", 304))
    with server.running():
        url, limits = server.url, RequestLimits(9, 1_000)
        known = client.download(url, tmp_path / "x", None, limits)
        assert known == Validators(None, '"1"')
        assert (tmp_path / "x").read_bytes() == b"{}"
        assert client.download(url, tmp_path / "x", known, limits) is None


def test_threads_may_ask_at_the_same_time(tmp_path: Path) -> None:
    server = Server(body(b"{}"))
    limits = RequestLimits(20, 1_000)
    with server.running(), ThreadPoolExecutor(4) as pool:
        names = [tmp_path / str(number) for number in range(8)]
        for done in [pool.submit(client.download, server.url, n, None, limits) for n in names]:
            done.result()
    assert [name.read_bytes() for name in names] == [b"{}"] * 8


def test_without_a_process_only_the_main_thread_asks(tmp_path: Path) -> None:
    with mock.patch.object(os, "fork", side_effect=BlockingIOError(11, "no process")):
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(
                client.download, "http://127.0.0.1:9/", tmp_path / "x", None, RequestLimits(9, 9)
            )
        with pytest.raises(SourceError, match="no process can be started"):
            asked.result()


@pytest.mark.parametrize("ends", ["kill", "terminate"])
def test_a_killed_build_leaves_no_process_behind(tmp_path: Path, ends: str) -> None:
    program = (
        "import sys; from pathlib import Path; from allium.sources import client;"
        "from allium.sources.request import RequestLimits;"
        "client.download(sys.argv[1], Path(sys.argv[2]), None, RequestLimits(100, 100))"
    )
    with dripping(HEAD, b"X: y\r\n") as url:
        build = subprocess.Popen(
            [sys.executable, "-c", program, url, str(tmp_path / "x")], cwd=REPOSITORY
        )
        asking = waited(lambda: children(build.pid))
        getattr(build, ends)()
        build.wait()
        waited(lambda: not any(map(is_there, asking)))


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("the kernel does not list the children of processes")
    return [int(child) for child in listed.read_text().split()]


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def waited(found: Callable[[], T]) -> T:
    """Return what is found in a while; it fails when there is nothing."""
    for _ in range(PATIENCE * 20):
        if known := found():
            return known
        time.sleep(0.05)
    pytest.fail("it did not come")


def test_a_process_that_asks_holds_no_file_of_the_build(tmp_path: Path) -> None:
    """A lock that it held would outlive the build."""
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    held = []

    def answer(_: object) -> None:
        for child in children(os.getpid()):  # other tests may have left some of their own
            files = [str(file.readlink()) for file in Path(f"/proc/{child}/fd").iterdir()]
            if str(tmp_path / "x") in files:
                held.extend(files)

    try:
        with Server(answer).running() as server, suppress(SourceError):
            client.download(server.url, tmp_path / "x", None, RequestLimits(2, 9))
    finally:
        os.close(lock)
    assert str(tmp_path / "x") in held
    assert str(tmp_path / "lock") not in held


def test_an_earlier_builds_process_writes_to_no_file_of_this_one(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb", buffering=0) as earlier, Server(body(b"{}")).running() as now:
        client.download(now.url, tmp_path / "x", None, RequestLimits(9, 99))
        earlier.write(b"late")
    assert (tmp_path / "x").read_bytes() == b"{}"


def test_a_password_in_an_address_is_never_shown(tmp_path: Path) -> None:
    for url in ("http://me:secret@127.0.0.1:9/x", "http://me:secret@127.0.0.1:x/"):
        with pytest.raises(SourceError) as told:
            client.head(url, 3)
        assert "secret" not in str(told.value)


def test_what_a_stranger_says_reaches_no_terminal_raw() -> None:
    server = Server(body(b"", 302, Location="ftp://x/\x1b[2J\x9b"))
    with server.running(), pytest.raises(SourceError) as told:
        client.head(server.url, 9)
    assert str(told.value).isprintable()
