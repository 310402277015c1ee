import gzip
import http.client
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from pathlib import Path

import pytest

from allium.publish import hosting
from allium.render.site_info import POLICY
from tests.support import nginx
from tests.support.published import Place

pytestmark = pytest.mark.skipif(nginx.BINARY is None, reason="nginx is not installed")
CONTRIB = Path(__file__).resolve().parents[2] / "contrib"
PUBLICATIONS = 60


def body(number: int) -> str:
    return f"generation {number:06}\n" * 2000


def test_a_constant_reader_of_many_publications_sees_no_error_and_no_half_built_site(
    place: Place,
) -> None:
    place.built(a=body(0), b=body(0))
    place.publish()
    seen: list[int] = []

    def whole(path: str, contents: bytes) -> None:
        lines = set(contents.decode().splitlines())
        assert len(lines) == 1, f"mixed: {lines}"
        number = int(lines.pop().split()[1])
        assert not seen or number >= seen[-1], f"{number} after {seen[-1]}"
        seen.append(number)

    with (
        nginx.nginx(place.current, place.folder / "nginx") as port,
        nginx.Reader(port, ["/a/", "/b/index.html"], whole) as reader,
    ):
        for number in range(1, PUBLICATIONS + 1):
            place.built(a=body(number), b=body(number))
            place.publish(keep=2)
    assert reader.errors == []
    assert reader.requests > PUBLICATIONS
    assert len(set(seen)) > PUBLICATIONS / 10


@pytest.fixture
def port(place: Place) -> Iterator[int]:
    place.built(a=body(1))
    place.publish()
    with nginx.nginx(place.current, place.folder / "nginx") as port:
        yield port


def get(port: int, path: str, **headers: str) -> tuple[int, Message, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers=named)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def test_the_server_block_sends_the_headers_of_every_site(port: int) -> None:
    _, headers, _ = get(port, "/a/")
    wanted = hosting.header_fields(POLICY, None)
    assert {name: headers[name] for name in wanted} == wanted


def test_the_server_sends_the_sibling_and_keeps_the_tag_of_an_unchanged_file(
    port: int, place: Place
) -> None:
    _, headers, sent = get(port, "/a/", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent) == body(1).encode()
    place.built(a=body(1), b="another page")
    place.publish()
    again, _, _ = get(port, "/a/", Accept_Encoding="gzip", If_None_Match=headers["ETag"])
    assert again == 304


@pytest.mark.skipif(shutil.which("caddy") is None, reason="caddy is not installed")
def test_caddy_takes_the_caddyfile() -> None:
    chosen = ["--adapter", "caddyfile", "--config", str(CONTRIB / "Caddyfile")]
    subprocess.run(["caddy", "validate", *chosen], check=True, capture_output=True)


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_snippets_name_the_headers_of_every_site(name: str) -> None:
    snippet = (CONTRIB / name).read_text()
    for header, value in hosting.header_fields(POLICY, None).items():
        assert f'{header} "{value}"' in snippet
