"""A site of a network of attackers in a browser: no script of theirs runs, on any kind of page."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from allium.build.stages import KINDS
from tests.support import hostile
from tests.support.browsing import Site
from tests.support.network import details, relay
from tests.support.project import Project
from tests.support.web import served

CROWD = 1_100
"""Relays of one operator in one network: more than one page lists, so that there are further ones."""
MOST = pytest.mark.parametrize("most", [1, pytest.param(30, marks=pytest.mark.long)])
"""Pages of a kind that are opened: with one relay for each attack, more show nothing else."""
KIND = pytest.mark.parametrize(
    "kind",
    [
        name
        for name, kind in KINDS.items()
        if kind.template is not None and name not in {"votes", "authorities", "consensus"}
    ],
)
STIRRED = """() => {
    for (const one of document.querySelectorAll("*")) {
        for (const name of ["mouseover", "focus", "click", "error", "load", "toggle"]) {
            if (one.tagName !== "A" && one.tagName !== "BUTTON" && one.tagName !== "INPUT") {
                one.dispatchEvent(new Event(name));
            }
        }
    }
    return [window.owned ?? null,
        [...document.scripts].map((one) => one.src ? new URL(one.src).origin : "inline")];
}"""
"""What a reader's hand may set off, and what then is there."""


def crowded() -> dict[str, Any]:
    """Return a details document of attackers and of an operator with very many relays."""
    network = hostile.network()
    attack = hostile.ATTACKS["end of title"]
    shared = {"contact": attack, "as_name": attack, "platform": attack, "nickname": attack}
    crowd = [
        relay(5000 + number, **shared, effective_family=[f"{5000 + n:040X}" for n in range(CROWD)])
        for number in range(CROWD)
    ]
    return details(*network["relays"], *crowd)


@pytest.fixture(scope="module")
def attacked(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = Project(tmp_path_factory.mktemp("attacked"))
    project.given(crowded(), latest=hostile.results())
    built = project.build(workers=2)
    assert built.status == 0, built.stderr
    kinds: dict[str, list[Any]] = {}
    for page in project.pages():
        kinds.setdefault(page.kind, []).append(page)
    with served(project.site) as url:
        yield Site(url, project.site, kinds)


class Watched:
    """A tab that remembers everything that no page of ours does."""

    def __init__(self, browser: Any, origin: str) -> None:
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.seen: list[str] = []
        self.page.on("dialog", self._dialog)
        self.page.on("console", lambda message: self.seen.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))
        self.page.on("popup", lambda _: self.seen.append("popup"))
        self.page.on("download", lambda _: self.seen.append("download"))
        self.context.on("request", lambda request: self._request(request.url, origin))
        self.context.add_init_script(
            "document.addEventListener('securitypolicyviolation',"
            " (one) => console.log(`policy: ${one.violatedDirective} ${one.blockedURI}`))"
        )

    def _dialog(self, dialog: Any) -> None:
        self.seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str, origin: str) -> None:
        if not url.startswith(f"{origin}/"):
            self.seen.append(f"request: {url[:200]}")

    def open(self, url: str) -> None:
        self.page.goto(url)
        address = self.page.url
        owned, scripts = self.page.evaluate(STIRRED)
        assert owned is None, url
        assert all(url.startswith(one) for one in scripts), (url, scripts)
        assert self.page.url == address, f"{url} led to {self.page.url}"
        assert self.seen == [], url


@pytest.fixture
def watched(browser: Any, attacked: Site) -> Iterator[Watched]:
    tab = Watched(browser, attacked.url)
    yield tab
    tab.context.close()


@MOST
@KIND
def test_no_script_of_the_data_runs(attacked: Site, watched: Watched, kind: str, most: int) -> None:
    pages = attacked.kinds.get(kind, [])
    assert pages, f"the network of attackers has no page of the kind {kind}"
    for page in spread([page.files[0] for page in pages], most):
        watched.open(attacked.address(page))


def spread(files: list[str], most: int) -> list[str]:
    """Return at most so many files, evenly from all."""
    step = -(-len(files) // most)
    return files[::step]


def test_no_script_runs_that_somebody_searches_for_or_finds(
    attacked: Site, watched: Watched
) -> None:
    watched.open(f"{attacked.url}/search/index.html")
    page, hits = watched.page, 0
    sought = (
        *("AS64500", "attacker", "attacker1", "de", "relay1", "script", "operator", "window"),
        *("type:relay", "contact:script", "host_name:o", "flag:valid", "os:a", "version:0"),
    )
    for asked in (*hostile.ATTACKS.values(), *sought):
        page.fill("#q", asked[:100])
        page.press("#q", "Enter")
        page.wait_for_selector("#results[aria-busy='false']", state="attached")
        assert page.evaluate("window.owned ?? null") is None, asked
        assert page.locator("#results script, #results img, #results svg").count() == 0
        hits += page.locator("#results a").count()
    assert hits > 20, "nothing of the data was shown"
    assert watched.seen == []


@pytest.mark.parametrize("name", ["element", "attribute", "image", "url", "json"])
def test_no_script_runs_that_stands_in_an_address(
    attacked: Site, watched: Watched, name: str
) -> None:
    attack = quote(hostile.ATTACKS[name])
    for address in ("search/index.html?q=", "index.html#", "relay/index.html?"):
        watched.page.goto(f"{attacked.url}/{address}{attack}", wait_until="networkidle")
        assert watched.page.evaluate("window.owned ?? null") is None
    assert [one for one in watched.seen if "404" not in one] == []


def test_a_tab_notices_what_these_tests_are_about(attacked: Site, watched: Watched) -> None:
    """The same script, put into a page without our policy, is seen to run."""
    watched.page.route(
        "**/*", lambda route: route.fulfill(body=hostile.SCRIPT, content_type="text/html")
    )
    with pytest.raises(AssertionError):
        watched.open(f"{attacked.url}/about/")


def test_a_tab_notices_a_breach_of_the_policy(attacked: Site, watched: Watched) -> None:
    page = (attacked.folder / "about/index.html").read_text()
    page = page.replace("</main>", f"{hostile.SCRIPT}</main>")
    watched.page.route(
        "**/about/", lambda route: route.fulfill(body=page, content_type="text/html")
    )
    with pytest.raises(AssertionError):
        watched.open(f"{attacked.url}/about/")
    assert any("policy: script-src" in one for one in watched.seen)
