"""nginx on this machine with the server block of `contrib/nginx.conf`, and a reader of it."""

import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Self

BINARY = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
BLOCK = Path(__file__).resolve().parents[2] / "contrib" / "nginx.conf"
PAUSE = 0.003
"""Seconds between two rounds of a reader, in which others have the processor."""
_FRAME = """
daemon off;
pid {scratch}/pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {scratch}/body;
  proxy_temp_path {scratch}/proxy;
  fastcgi_temp_path {scratch}/fastcgi;
  uwsgi_temp_path {scratch}/uwsgi;
  scgi_temp_path {scratch}/scgi;
  {block}
}}
"""


@contextmanager
def nginx(root: Path, scratch: Path) -> Iterator[int]:
    """Serve `root`; yield the port."""
    assert BINARY is not None
    scratch.mkdir(parents=True)
    scratch.chmod(0o777)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    block = BLOCK.read_text().replace("listen 80;", f"listen 127.0.0.1:{port};")
    block = block.replace("root /srv/www/tor/public/current;", f"root {root};")
    config = scratch / "nginx.conf"
    # The worker must read what pytest made for its user alone.
    user = "user root;" if root.owner() == "root" else ""
    config.write_text(user + _FRAME.format(scratch=scratch, block=block))
    with (scratch / "log").open("wb") as log:
        server = subprocess.Popen([BINARY, "-p", str(scratch), "-c", str(config)], stderr=log)
        try:
            _wait(port, server, scratch / "log")
            yield port
        finally:
            server.terminate()
            server.wait()


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())


class Reader:
    """Asks for the same pages round after round, each on a connection that is kept."""

    def __init__(self, port: int, paths: list[str], check: Callable[[str, bytes], None]) -> None:
        self.requests = 0
        self.errors: list[str] = []
        self._paths, self._check, self._stop = paths, check, Event()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._thread = Thread(target=self._read)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._connection.close()

    def _read(self) -> None:
        while not self._stop.wait(PAUSE):
            for path in self._paths:
                self._connection.request("GET", path)
                answer = self._connection.getresponse()
                body = answer.read()
                self.requests += 1
                if answer.status != 200:
                    self.errors.append(f"{path}: {answer.status}")
                    continue
                try:
                    self._check(path, body)
                except AssertionError as error:
                    self.errors.append(f"{path}: {error}")
