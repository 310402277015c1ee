"""A built site on this machine, with the headers that a real server sends."""

import functools
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from allium.render.site_info import POLICY

HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def headers(folder: Path) -> dict[str, str]:
    """Return what the site asks its server to send with every file, else `HEADERS`."""
    asked = folder / "_headers"
    if not asked.is_file():
        return HEADERS
    lines = asked.read_text(encoding="utf-8").partition("/*\n")[2].splitlines()
    return dict(
        line.strip().split(": ", 1)
        for line in itertools.takewhile(lambda one: one[:1] == " ", lines)
    )


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        for name, text in headers(Path(self.directory)).items():
            self.send_header(name, text)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's own page where there is none."""
        page = Path(self.directory, "404.html")
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Yield the address of the site in a folder, without a slash at its end."""
    handler = functools.partial(_Handler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
