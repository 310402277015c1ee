"""A web server on this machine that answers as a test tells it to."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from threading import Thread

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """Let a server answer in a thread of its own, and end with the block."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Server:
    """Answers each request with the next of `answers`, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[dict[str, str]] = []
        self._answers = list(answers)
        handler = type("Handler", (_Handler,), {"server_of_test": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def speak_tls(self, certificate: Path, key: Path) -> None:
        """Serve by HTTPS from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")

    def reply(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append({"path": request.path} | dict(request.headers))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        answer(request)

    @contextmanager
    def running(self) -> Iterator["Server"]:
        with serving(self._server):
            yield self


class _Handler(BaseHTTPRequestHandler):
    server_of_test: Server

    def do_GET(self) -> None:
        self.server_of_test.reply(self)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def body(content: bytes, status: int = 200, **headers: str) -> Answer:
    """Answer with a body, or with what a false `Content_Length` makes of it."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        sent = {"Content-Length": str(len(content))} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        for name, text in sent.items():
            request.send_header(name, text)
        request.end_headers()
        request.wfile.write(content)

    return answer


def hang_up(request: BaseHTTPRequestHandler) -> None:
    """Close without any answer."""
    request.close_connection = True
