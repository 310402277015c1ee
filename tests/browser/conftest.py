"""A site of the sample network, served on this machine and read by a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
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
    built = Project(folder, origin="sample").build(f"relays={RELAYS}", "votes=true")
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
def contexts(browser: Any) -> Callable[..., Any]:
    """Return the one context that has these options: making one takes longer than a page."""

    @cache
    def context(**options: Any) -> Any:
        return browser.new_context(**options)

    return context


@pytest.fixture
def opened(contexts: Callable[..., Any], site: Site) -> Iterator[Callable[..., Any]]:
    """Open a page in a tab of its own and wait until it is there."""
    with ExitStack() as tabs:

        def open_(file: str, width: int = 1280, **options: Any) -> Any:
            page = contexts(**options).new_page()
            tabs.callback(page.close)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(site.address(file))
            return page

        yield open_
