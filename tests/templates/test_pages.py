"""Every page of a small site is good HTML in the frame that all pages share."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest

from allium.render.site import POLICY
from tests.support.network import network, relay
from tests.support.project import Project

HOSTILE = "\"'><script>alert(1)</script>{{1234*4321}}&amp;../../x"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    project = Project(tmp_path_factory.mktemp("pages"))
    odd = relay(
        0,
        contact=HOSTILE,
        as_name=HOSTILE,
        platform=HOSTILE,
        version=HOSTILE[:30],
        city_name=HOSTILE,
        country_name=HOSTILE,
        verified_host_names=[HOSTILE],
        exit_policy=[HOSTILE],
        version_status=HOSTILE[:30],
        dir_address=HOSTILE,
    )
    bare = {key: odd[key] for key in ("fingerprint", "first_seen", "last_seen", "running")}
    project.given(network(4, odd, bare | {"fingerprint": "F" * 40, "running": False}))
    built = project.build()
    assert built.status == 0, built.stderr
    return {name: body.decode() for name, body in project.tree().items() if name.endswith(".html")}


def test_every_page_is_valid_html(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(page)
        assert parser.errors == [], name


def test_nothing_that_a_stranger_wrote_becomes_markup(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert not re.search(r"<script|<img|5332114|\son\w+=|javascript:", page), name
        assert "&amp;amp;amp;" not in page, name


def test_every_page_has_the_frame(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert page.count("<h1>") == 1, name
        assert f'content="{POLICY}"'.replace("'", "&#39;") in page, name
        assert page.index('class="skip"') < page.index("<main id=") < page.index("<footer>"), name
        assert "style=" not in page, name


def links(page: str) -> Iterator[str]:
    yield from re.findall(r'(?:href|src)="([^":]*)"', page)


def test_every_link_leads_to_a_file_or_a_place_on_the_page(
    pages: dict[str, str], tmp_path: Path
) -> None:
    for name, page in pages.items():
        for link in links(page):
            target, _, fragment = link.partition("#")
            if fragment:
                assert f'id="{fragment}"' in page
            elif target.endswith(".html"):
                resolved = (tmp_path / name).parent / target
                assert str(resolved.resolve().relative_to(tmp_path)) in pages, (name, link)


def test_ids_are_unique_and_headings_skip_no_level(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        ids = re.findall(r'\sid="([^"]*)"', page)
        assert len(ids) == len(set(ids)), name
        levels = [int(level) for level in re.findall(r"<h(\d)", page)]
        assert levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_table_has_a_caption_and_no_empty_cell(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert page.count("<table") == page.count("<caption"), name
        assert not re.search(r"<td[^>]*>\s*</td>|<dd[^>]*>\s*</dd>", page), name


def test_no_page_prints_a_value_that_python_forgot(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert not re.search(r">\s*(None|nan|null|undefined|N/A|-|\?)\s*<", page), name


def test_a_page_is_small(pages: dict[str, str]) -> None:
    assert max(len(page.encode()) for page in pages.values()) < 30_000


def test_addresses_of_the_site_appear_only_when_they_are_known(
    pages: dict[str, str], tmp_path: Path
) -> None:
    assert not any("onion-location" in page or "canonical" in page for page in pages.values())
    project = Project(tmp_path)
    project.given(network(1))
    project.build("base_url=https://tor.example.net", "onion_url=http://abc.onion")
    page = (project.site / "relay" / ("0" * 40) / "index.html").read_text()
    path = f"relay/{'0' * 40}/"
    assert f'<link rel="canonical" href="https://tor.example.net/{path}">' in page
    assert f'<meta http-equiv="onion-location" content="http://abc.onion/{path}">' in page
