"""A web server on this machine that answers as a test tells it to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers each request with the next of `answers`, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[dict[str, str]] = []
        self._answers = list(answers)
        handler = type("Handler", (_Handler,), {"server_of_test": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def reply(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append({"path": request.path} | dict(request.headers))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        answer(request)

    @contextmanager
    def running(self) -> Iterator["Server"]:
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server_of_test: Server

    def do_GET(self) -> None:
        self.server_of_test.reply(self)

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
