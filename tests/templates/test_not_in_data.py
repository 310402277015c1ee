"""Of a field that the data has of no relay pages say so, and never that there are none."""

from collections.abc import Iterator

import pytest

from tests.support.html import Page, words
from tests.support.network import details, fingerprint, relay
from tests.support.project import Project
from tests.support.site import Site

ABSENT = "Unknown"
WITHOUT = {
    "observed_bandwidth": None,
    "advertised_bandwidth": None,
    "measured": None,
    "country": None,
    "country_name": None,
    "recommended_version": None,
}
HAS = {"family_ids": ["A" * 43], "verified_host_names": ["a.example"]}
FAMILY = {"effective_family": [fingerprint(0), fingerprint(1)]}
HEALTH = ("Observed", "Advertised", "Of measured relays", "Family keys in use")
BOARDS = ("bandwidth", "outside-eu", "rare-countries", "diversity", "recommended-versions")


def built(folder: pytest.TempPathFactory, *relays: dict[str, object]) -> Site:
    project = Project(folder.mktemp("fields"))
    project.given(details(*relays))
    made = project.build()
    assert made.status == 0, made.stderr
    return Site(project)


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return built(tmp_path_factory, *(relay(number, **WITHOUT, **FAMILY) for number in range(4)))


@pytest.fixture(scope="module")
def having(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site in which one relay has each field, with nothing in it that counts."""
    others = (relay(number, **WITHOUT, **FAMILY) for number in range(1, 4))
    one = relay(
        0,
        observed_bandwidth=0,
        advertised_bandwidth=0,
        measured=False,
        running=True,
        **HAS,
        **FAMILY,
    )
    return built(tmp_path_factory, one, *others)


def facts(page: Page) -> Iterator[tuple[str, str]]:
    return zip(map(words, page.all("dt")), map(words, page.all("dd")), strict=True)


def told(site: Site, path: str) -> dict[str, str]:
    return dict(facts(site.pages[f"{path}index.html"]))


def test_the_health_of_the_network_makes_no_number_of_what_is_not_there(
    lacking: Site, having: Site
) -> None:
    page, shown = told(lacking, "network-health/"), told(having, "network-health/")
    assert {page.get(name, ABSENT).startswith(ABSENT) for name in HEALTH} == {True}
    assert [name for name in HEALTH if shown[name].startswith(ABSENT)] == []
    assert shown["Observed"] == "0\u00a0bit/s"
    states = [words(row) for row in having.pages["network-health/index.html"].all("th")]
    absent = [words(row) for row in lacking.pages["network-health/index.html"].all("th")]
    assert "Not measured" in states
    assert "Not measured" not in absent


def test_the_front_page_makes_no_number_of_what_is_not_there(lacking: Site, having: Site) -> None:
    page = told(lacking, "")
    assert page["Observed bandwidth"].startswith(ABSENT)
    assert page["Countries"].startswith(ABSENT)
    assert page["Networks (AS)"].startswith("1")
    assert told(having, "")["Countries"].startswith("1")


@pytest.mark.parametrize("path", ["as/AS64500/", f"family/{fingerprint(0)}/"])
def test_a_group_makes_no_number_of_what_is_not_there(
    lacking: Site, having: Site, path: str
) -> None:
    page = told(lacking, path)
    assert page["Measured"] == ABSENT
    assert page["Observed bandwidth"].startswith(ABSENT)
    assert page["Middle weight"].endswith("middles")
    assert told(having, path)["Measured"] == "0 of 1"


def test_an_operator_is_said_to_have_no_keys_only_where_keys_are_known(
    lacking: Site, having: Site
) -> None:
    for site, known in ((lacking, False), (having, True)):
        for page in site.of("contact"):
            support = dict(facts(page))["Family declared"]
            assert (f"family keys {ABSENT.lower()}" in support) is not known
            assert (dict(facts(page))["Observed bandwidth"] == ABSENT) is not known


def test_there_are_no_boards_of_what_is_not_there(lacking: Site, having: Site) -> None:
    for board in BOARDS:
        name = f"leaderboards/{board}/index.html"
        assert (name in lacking.files, name in having.files) == (False, True)


def test_a_list_makes_no_number_of_what_is_not_there(lacking: Site) -> None:
    table = lacking.pages["misc/operators/index.html"].all("table")[0]
    heads = [words(one) for one in next(table.iter("tr"))]
    for row in list(table.iter("tr"))[1:]:
        shown = dict(zip(heads, map(words, row), strict=True))
        assert (shown["Bandwidth"], shown["Countries"]) == (ABSENT, ABSENT)


def test_a_relay_is_said_to_have_no_host_name_only_where_some_relay_has_one(
    lacking: Site, having: Site
) -> None:
    path = f"relay/{fingerprint(2)}/"
    assert told(lacking, path)["Host name"] == ABSENT
    assert told(having, path)["Host name"] == "No verified ones; unverified ones are unknown"
