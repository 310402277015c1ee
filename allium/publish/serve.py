"""`python -m allium.publish.serve FOLDER`: a local web server, with the headers of production.

The headers are those of the site's own `_headers`, the content types those of its manifest, and a
compressed sibling is sent to whoever takes one.
"""

import argparse
import functools
import signal
import sys
from collections.abc import Sequence
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

from allium.publish import hosting
from allium.store import media

_CODINGS: Final = {"br": ".br", "gzip": ".gz"}


class Handler(SimpleHTTPRequestHandler):
    """Serves one folder; errors are answered with the site's own page."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Add the site's headers to every answer."""
        for name, value in fields(Path(self.directory)).items():
            self.send_header(name, value.replace(hosting.SPLAT, self.path.lstrip("/")))
        super().end_headers()

    def do_GET(self) -> None:
        """Answer with a file."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer without the body."""
        self._answer()

    def _answer(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and not self.path.partition("?")[0].endswith("/"):
            super().do_HEAD()  # a redirect to the folder
            return
        file = path / "index.html" if path.is_dir() else path
        if file.is_file() and file.name != "_headers":
            self._send(HTTPStatus.OK, file)
        else:
            self._send(HTTPStatus.NOT_FOUND, Path(self.directory, "404.html"))

    def _send(self, status: HTTPStatus, path: Path) -> None:
        coding, file = self._coded(path)
        body = file.read_bytes() if file.is_file() else b"not found\n"
        self.send_response(status)
        self.send_header("Content-Type", media.content_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        if coding is not None:
            self.send_header("Content-Encoding", coding)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _coded(self, path: Path) -> tuple[str | None, Path]:
        taken = str(self.headers["Accept-Encoding"] or "").replace(" ", "").split(",")
        for coding, ending in _CODINGS.items():
            sibling = path.with_name(path.name + ending)
            if coding in taken and sibling.is_file():
                return coding, sibling
        return None, path


def fields(folder: Path) -> dict[str, str]:
    """Return the headers that the site in `folder` asks its server for."""
    try:
        lines = (folder / "_headers").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    indented = (line.strip().partition(": ") for line in lines if line.startswith(" "))
    return {name: value for name, _, value in indented}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m allium.publish.serve")
    parser.add_argument("folder", help="the site: DIR/current of publish=DIR, or www")
    parser.add_argument("--port", type=int, default=8000, help="0: any [default: 8000]")
    options = parser.parse_args(arguments)
    if not Path(options.folder, "index.html").is_file():
        sys.stderr.write(f"there is no site in {options.folder}\n")
        return 3
    handler = functools.partial(Handler, directory=options.folder)
    try:
        listening = ThreadingHTTPServer(("127.0.0.1", options.port), handler)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"cannot serve on port {options.port}: {error}\n")
        return 3
    with listening as server:
        _end_when_interrupted(server)
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}/\n")
        sys.stdout.flush()
        server.serve_forever()
    return 0


def _end_when_interrupted(server: ThreadingHTTPServer) -> None:
    """Have the first SIGINT end the server; others mean the same.

    timeout(1) sends it to its child and to its group, so that a child gets two. The second one
    would interrupt whatever the first left to be done.
    """

    def end(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Thread(target=server.shutdown).start()  # it waits for the loop that is interrupted here

    signal.signal(signal.SIGINT, end)


if __name__ == "__main__":
    sys.exit(main())
