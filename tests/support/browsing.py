"""A real browser, and a site that it reads from this machine."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from allium.store.site_plan import Page

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first has no windows and shows a page in half the time."""
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
RICH_BYTES = 25_000
"""Larger pages have more rows and nothing else that is new."""


@dataclass
class Site:
    """The served site: its address, its folder, and its pages by kind, the smallest first."""

    url: str
    folder: Path
    kinds: dict[str, list[Page]]

    def files(self, kind: str) -> list[str]:
        """Return the pages of a kind, the smallest first; without one the test is skipped."""
        found = [page.files[0] for page in self.kinds.get(kind, [])]
        if not found:
            pytest.skip(f"the sample network has no page of the kind {kind}")
        return found

    def pages(self, kind: str) -> list[str]:
        """Return the smallest page of a kind and the richest that is not just long."""
        found = self.files(kind)
        rich = [file for file in found if self.size(file) <= RICH_BYTES] or found[:1]
        return list(dict.fromkeys((found[0], rich[-1])))

    def rich(self, kind: str) -> str:
        return self.pages(kind)[-1]

    def largest(self, kind: str) -> str:
        return self.files(kind)[-1]

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
