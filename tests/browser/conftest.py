"""A site of the sample network, served on this machine and read by a real browser."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browsing import Site
from tests.support.once import once
from tests.support.project import Project
from tests.support.web import served

if TYPE_CHECKING:
    from allium.store.site_plan import Page

RELAYS = 1_500
"""Enough for an operator with more relays than one page lists."""


def build(folder: Path) -> None:
    built = Project(folder, origin="sample").build(f"relays={RELAYS}", "votes=true", "weights=true")
    assert built.status == 0, built.stderr


@pytest.fixture(scope="session")
def site(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = Project(once(tmp_path_factory, "browser", build), origin="sample")
    kinds: dict[str, list[Page]] = {}
    for page in project.pages():
        kinds.setdefault(page.kind, []).append(page)
    for pages in kinds.values():
        pages.sort(key=lambda page: (project.site / page.files[0]).stat().st_size)
    with served(project.site) as url:
        yield Site(url, project.site, kinds)


@pytest.fixture(scope="session")
def tabs(browser: Any) -> Callable[..., Any]:
    """Return the one tab that has these options: opening one takes longer than a page."""

    @cache
    def tab(**options: Any) -> Any:
        return browser.new_context(**options).new_page()

    return tab


@pytest.fixture
def opened(tabs: Callable[..., Any], site: Site) -> Callable[..., Any]:
    """Open a page as in a new tab, and wait until it is there."""

    def open_(file: str, width: int = 1280, **options: Any) -> Any:
        page = tabs(**options)
        page.emulate_media(media="null", color_scheme=options.get("color_scheme", "light"))
        page.mouse.move(0, 0)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(site.address(file))
        return page

    return open_
