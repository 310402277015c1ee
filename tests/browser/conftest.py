"""A site of the sample network, served on this machine and read by a real browser."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from allium.store.plan import Page
from tests.support.project import Project
from tests.support.web import served

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
RELAYS = 1_500
"""Enough for an operator with more relays than one page lists."""
RICH_BYTES = 25_000
"""Larger pages have more rows and nothing else that is new."""


@dataclass
class Site:
    """The served site: its address, its folder, and its pages by kind, the smallest first."""

    url: str
    folder: Path
    kinds: dict[str, list[Page]]

    def pages(self, kind: str) -> list[str]:
        """Return the smallest page of a kind and the richest that is not just long."""
        found = [page.files[0] for page in self.kinds.get(kind, [])]
        if not found:
            pytest.skip(f"the sample network has no page of the kind {kind}")
        rich = [file for file in found if self.size(file) <= RICH_BYTES] or found[:1]
        return list(dict.fromkeys((found[0], rich[-1])))

    def rich(self, kind: str) -> str:
        return self.pages(kind)[-1]

    def largest(self, kind: str) -> str:
        return self.kinds[kind][-1].files[0]

    def size(self, file: str) -> int:
        return (self.folder / file).stat().st_size

    def source(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")

    def address(self, file: str) -> str:
        return f"{self.url}/{file.removesuffix('index.html')}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium is installed")
    with driver.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def site(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = Project(tmp_path_factory.mktemp("browser"), origin="sample")
    built = project.build(f"relays={RELAYS}")
    assert built.status == 0, built.stderr
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
