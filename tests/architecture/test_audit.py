"""The gate's look-up of known vulnerabilities: with what pip-audit says, and by pip-audit itself."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from tests.support.project import REPOSITORY

SCRIPT = REPOSITORY / ".ci" / "audit.py"
LOCK = REPOSITORY / "requirements.lock"
KNOWN = {"id": "CVE-1", "fix_versions": ["3.1.7"], "aliases": [], "description": "bad"}
REFUSED = "Traceback (most recent call last):\n  File\nrequests.exceptions.ProxyError: refused\n"
BLOCKED = "ERROR:pip_audit._cli:Tip: your network may be blocking this service. Try another\n"
NO_HASH = "ERROR:pip_audit._cli:requirement jinja2==3.1.6 does not contain a hash\n"
BUG = "Traceback (most recent call last):\n  File\nKeyError: 'requests.exceptions.'\n"


def audit() -> Any:
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def packages(*found: dict[str, Any]) -> str:
    return json.dumps({"dependencies": found, "fixes": []})


GOOD: dict[str, Any] = {"name": "idna", "version": "3.20", "vulns": []}
WEAK: dict[str, Any] = {"name": "jinja2", "version": "3.1.6", "vulns": [KNOWN]}
UNKNOWN: dict[str, Any] = {"name": "doit", "skip_reason": "not found"}
SAID = {
    "all is well": (0, packages(GOOD, GOOD), "", 0, "no known vulnerability in 2 of 2 packages"),
    "one is weak": (1, packages(GOOD, WEAK), "", 1, "jinja2 3.1.6: CVE-1 (mended in: 3.1.7)"),
    "one is weak, one unknown": (1, packages(UNKNOWN, WEAK), "", 1, "jinja2 3.1.6: CVE-1"),
    "one is unknown": (0, packages(GOOD, UNKNOWN), "", 0, "in 1 of 2 packages; not known to the service: doit"),
    "all are unknown": (0, packages(UNKNOWN), "", 0, "not audited, the service knows none of these versions"),
    "nobody answers": (1, "", REFUSED, 0, "not audited, the service cannot be had: requests."),
    "somebody blocks": (1, "", BLOCKED, 0, "not audited, the service cannot be had"),
    "a line without a hash": (1, "", NO_HASH, 1, "does not contain a hash"),
    "the tool breaks": (1, "", BUG, 1, "KeyError"),
    "the tool says nothing": (0, "", "", 1, "no result"),
    "the tool fails in spite of its result": (2, packages(GOOD), "odd", 1, "odd"),
}  # fmt: skip


@pytest.mark.parametrize(("status", "out", "err", "gate", "words"), SAID.values(), ids=SAID)
def test_only_what_is_known_to_be_weak_or_broken_fails_the_gate(
    status: int, out: str, err: str, gate: int, words: str
) -> None:
    found, told = audit().verdict(status, out, err)
    assert (found, words in told) == (gate, True), told
    assert gate or "\n" not in told


class Service(BaseHTTPRequestHandler):
    """A service that knows a vulnerability of one package."""

    weak: ClassVar[str] = ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]
        known = {"id": "CVE-2", "affected": [{"package": asked, "ranges": []}], "summary": "bad"}
        body = json.dumps({"vulns": [known]} if asked["name"] == self.weak else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def looked_up(lock: Path, cache: Path, port: int) -> tuple[int, str]:
    ask = ("-s", "osv", "--osv-url", f"http://127.0.0.1:{port}", "--cache-dir", cache)
    done = subprocess.run(
        [sys.executable, SCRIPT, lock, *ask],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("weak", ["", "jinja2"])
def test_the_pinned_environment_is_looked_up(
    service: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weak: str
) -> None:
    monkeypatch.setattr(Service, "weak", weak)
    status, told = looked_up(LOCK, tmp_path, service.server_port)
    assert status == bool(weak), told
    count = LOCK.read_text().count("==")
    clean = f"no known vulnerability in {count} of {count} packages\n"
    assert "jinja2 " in told and "CVE-2" in told if weak else told == clean


def test_without_a_service_the_gate_passes_and_says_that_nobody_was_asked(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Service) as closed:
        port = closed.server_port
    status, told = looked_up(LOCK, tmp_path, port)
    assert (status, told.count("\n"), "not audited" in told) == (0, 1, True), told


def test_a_pin_without_a_hash_fails_the_gate_even_without_a_service(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("jinja2==3.1.6\n")
    status, told = looked_up(lock, tmp_path, 9)
    assert (status, "does not contain a hash" in told) == (1, True), told
