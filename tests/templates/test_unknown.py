"""Relays of which the data does not name a network, country, platform or version have pages, too."""

from pathlib import Path

import pytest

from allium.analysis.relay.platform import platform_name, slugs
from allium.analysis.relay_groups import has_page
from tests.support.html import words
from tests.support.network import fingerprint, network, relay
from tests.support.project import Project
from tests.support.site import Site

KINDS = {
    "as": ("Unknown network", "1 relay in no known network", "misc/networks/"),
    "country": ("Unknown country", "1 relay in no known country", "misc/countries/"),
    "platform": (
        "Unknown operating system",
        "2 relays on no known operating system",
        "misc/platforms/",
    ),
    "version": ("Unknown Tor version", "3 relays of no known version", "misc/versions/"),
}
NOWHERE = relay(
    1, **{"as": None}, as_name="Nobody", country=None, country_name="Nowhere", version="unknown",
    platform=None,
)  # fmt: skip
ODD = relay(2, version="no <version>", platform="Tor 0.4.8.21 on unknown")
OLD = relay(3, version=None)
SINGLE = network(6, NOWHERE, ODD, OLD)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    project = Project(tmp_path_factory.mktemp("unknown"))
    project.given(SINGLE)
    built = project.build()
    assert built.status == 0, built.stderr
    return Site(project)


@pytest.mark.parametrize("kind", KINDS)
def test_relays_without_one_have_a_page_that_the_list_names(site: Site, kind: str) -> None:
    title, link, listing = KINDS[kind]
    page = site.pages[f"{kind}/unknown/index.html"]
    assert words(page.all("h1")[0]) == title
    assert f"relay/{fingerprint(1)}/index.html" in {path for path, _ in page.links}
    assert "bgp.tools" not in page.source
    above = site.pages[f"{listing}index.html"]
    found = {words(one): above.resolved(one.attrib["href"])[0] for one in above.all("a")}
    assert found[link] == page.path
    assert "Unknown" not in {words(one) for one in above.all("th")}


@pytest.mark.parametrize("kind", KINDS)
def test_each_relay_is_on_one_page_of_a_kind(site: Site, kind: str) -> None:
    listed = [
        path
        for page in site.of(kind)
        for one in page.all("tbody")[-1].iter("th")
        for path in [page.resolved(one[0].attrib["href"])[0]]
    ]
    assert sorted(listed) == [f"relay/{fingerprint(number)}/index.html" for number in range(6)]


@pytest.mark.parametrize(
    "place", [f"relay/{fingerprint(1)}/index.html", "misc/relays/index.html", "index.html"]
)
@pytest.mark.parametrize("kind", ["as", "country", "version"])
def test_where_unknown_is_printed_it_leads_there(site: Site, place: str, kind: str) -> None:
    page = site.pages[place]
    leads = {path for path, _ in page.links if path.endswith("/unknown/index.html")}
    assert f"{kind}/unknown/index.html" in leads


def test_a_network_that_is_known_whole_has_no_such_page(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.given(network(3))
    assert project.build().status == 0
    assert not [name for name in project.tree() if "/unknown/" in name]


def test_nothing_known_has_the_address_of_the_unknown() -> None:
    assert not has_page("unknown")
    assert platform_name("Tor 0.4.8.21 on unknown") == platform_name(None)
    assert platform_name("Tor 0.4.8.21 on UNKNOWN x") == platform_name(None)
    assert slugs(["unknown.", "UNKNOWN_"]) == {"UNKNOWN_": "UNKNOWN_", "unknown.": "unknown-2"}
