"""The search as people use it: parts of names, words of contacts, filters, and what it says."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.support.browsing import Site
from tests.support.network import details, fingerprint, relay, validations
from tests.support.project import REPOSITORY, Project
from tests.support.web import served

from .test_pages import ALIKE, LOOKS, RULES, axe, width_of

Open = Callable[..., Any]
Hits = dict[str, str]
WIDTHS = (1280, 768, 390, 320)

KEY = "cagGVCNHwlHnE5Ozbdqm4mCBatPwOHKl2tUBW8FelVs"
CLAIM = (
    "email:admin[]keyfam.example.org url:https://keyfam.example.org/ proof:uri-familyid-ed25519"
    " ciissversion:3"
)
KEYFAM0 = "5F8E5695539E9EC46ECF90EFFCD9AEB8EA925282"
KEYFAM0_BASE64 = "X45WlVOensRuz5Dv/NmuuOqSUoI"
"""From `xxd -r -p | base64`."""
CROWD = 450
"""More relays than the table shows twice."""
SHARED = REPOSITORY.parent / "shared" / "data" / "cases" / "13"

RELAYS = [
    relay(
        1,
        nickname="ExitOther",
        or_addresses=["198.51.100.7:443", "[2001:db8:5::7]:443"],
        exit_addresses=["198.51.100.70", "2001:db8:5::70"],
        flags=["Exit", "Fast", "Running", "Valid"],
        contact="exit example",
        consensus_weight=90_000,
    ),
    relay(2, nickname="KeyFam0", fingerprint=KEYFAM0, contact=CLAIM, family_ids=[KEY]),
    relay(3, nickname="KeyFam1", contact=CLAIM, family_ids=[KEY], or_addresses=["198.51.100.9:1"]),
    relay(
        4,
        nickname="HostVer",
        verified_host_names=["tor52.hosts.example", "other.example"],
        contact="host example",
    ),
    relay(5, nickname="ConUtf", contact="Jürgen Müßig <juergen AT exämple dot com> €"),
    relay(
        6,
        nickname="Sleeper",
        running=False,
        last_seen="2026-02-11 03:00:00",
        country="nl",
        country_name="Netherlands",
        first_seen="2026-02-10 10:00:00",
        flags=["Guard", "Running", "Valid"],
    ),
    relay(
        7,
        nickname="Veteran",
        version="0.4.7.16",
        version_status="obsolete",
        recommended_version=False,
        platform="Tor 0.4.7.16 on FreeBSD",
        **{"as": "AS64510", "as_name": "Südnetz AG"},
    ),
    relay(8, nickname="Nowhere", country=None, country_name=None, **{"as": None, "as_name": None}),
    relay(9, nickname="Gemini", consensus_weight=1, or_addresses=["198.51.100.99:1"]),
    relay(10, nickname="Gemini", consensus_weight=1, or_addresses=["198.51.100.99:2"]),
    relay(11, nickname="Proven", contact="url:proven.example.org proof:uri-rsa ciissversion:2"),
]
PROVEN = validations(
    {
        "fingerprint": fingerprint(11),
        "valid": True,
        "domain": "proven.example.org",
        "proof_type": "uri-rsa",
    }
)


@pytest.fixture(scope="module")
def network(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    crowd = [
        relay(100 + number, nickname=f"crowd{number}", contact="crowd", country="fr")
        for number in range(CROWD)
    ]
    project = Project(tmp_path_factory.mktemp("search"))
    project.given(details(*RELAYS, *crowd), latest=PROVEN)
    built = project.build()
    assert built.status == 0, built.stderr
    with served(project.site) as url:
        yield Site(url, project.site, {})


@pytest.fixture(scope="module")
def tab(browser: Any, network: Site) -> Iterator[tuple[Any, list[str]]]:
    """A tab for all searches, and the errors of its scripts."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened, errors
    context.close()


@pytest.fixture
def page(network: Site, tab: tuple[Any, list[str]]) -> Iterator[Any]:
    """The page of the search, perhaps with what the test before found: a search loads it anew."""
    opened, errors = tab
    if not opened.url.startswith(f"{network.url}/search/index.html"):
        opened.goto(f"{network.url}/search/index.html")
    yield opened
    assert errors == []


def settled(page: Any) -> None:
    page.wait_for_selector("#results[aria-busy='false']", state="attached")


def search(page: Any, asked: str) -> None:
    """Ask as a reader does: in the field, with the Enter key."""
    page.fill("#q", asked)
    page.press("#q", "Enter")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [asked])
    settled(page)


def hits(page: Any) -> Hits:
    """Return the nicknames that are shown, each with how it was found or with its address."""
    rows: list[list[str]] = page.evaluate(
        """() => {
            const heads = [...document.querySelectorAll("#results thead th")];
            const named = heads.findIndex((one) => /Found by|Address/.test(one.textContent));
            return [...document.querySelectorAll("#results tbody tr")].map(
                (row) => [row.cells[0].querySelector("a").textContent, row.cells[named].textContent]);
        }"""
    )
    return dict(map(tuple, rows))  # type: ignore[arg-type]


def links(page: Any) -> list[str]:
    """Return where the groups and operators lead that are called as what was asked."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("#results li a")].map((one) => one.pathname)"""
    )
    return found


def status(page: Any) -> str:
    said: str = page.inner_text("[role=status]")
    return said


FAMILY = {"KeyFam0", "KeyFam1"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ey", FAMILY),
        ("KEYFAM", FAMILY),
        ("hosts.example", {"HostVer"}),
        ("tor52", {"HostVer"}),
        ("admin@keyfam.example.org", FAMILY),
        ("https://www.keyfam.example.org/x", FAMILY),
        ("juergen@exämple.com", {"ConUtf"}),
        ("jurgen", {"ConUtf"}),
        ('"host example"', {"HostVer"}),
        (KEYFAM0, {"KeyFam0"}),
        (f"${KEYFAM0.lower()}", {"KeyFam0"}),
        (f"${KEYFAM0}~KeyFam0", {"KeyFam0"}),
        (" ".join(KEYFAM0[at : at + 4] for at in range(0, 40, 4)), {"KeyFam0"}),
        (KEYFAM0[:7], {"KeyFam0"}),
        (KEYFAM0_BASE64, {"KeyFam0"}),
        (f"{KEYFAM0_BASE64}=", {"KeyFam0"}),
        (KEYFAM0_BASE64[:6], {"KeyFam0"}),
        (KEY, FAMILY),
        ("KeyFam 198.51", {"KeyFam1"}),
        ("KeyFam Nowhere", set()),
        ("contact:juergen", {"ConUtf"}),
        ('contact:"example host"', {"HostVer"}),
        ("flag:exit", {"ExitOther"}),
        ("flag:running flag:exit", {"ExitOther"}),
        ("country:NL", {"Sleeper"}),
        ("country:nether", {"Sleeper"}),
        ("country:xz", {"Nowhere"}),
        ("as:64510", {"Veteran"}),
        ("as:AS64510,0", {"Veteran", "Nowhere"}),
        ("as:sudnetz", {"Veteran"}),
        ("as_name:ag", {"Veteran"}),
        ("version:0.4.7", {"Veteran"}),
        ("version:0.4.7.1", set()),
        ("version:..0.4.7", {"Veteran"}),
        ("version:0.3.5..0.4.7,0.4.6", {"Veteran"}),
        ("recommended_version:false", {"Veteran"}),
        ("os:freebsd", {"Veteran"}),
        ("host_name:.hosts.example", {"HostVer"}),
        ("running:false", {"Sleeper"}),
        ("first_seen_days:0-30", {"Sleeper"}),
        ("first_seen_days:5", {"Sleeper"}),
        ("last_seen_days:1-", {"Sleeper"}),
        (f"family:{KEYFAM0}", FAMILY),
        (f"family:${KEYFAM0_BASE64}", FAMILY),
        (f"family:ed25519:{KEY}", FAMILY),
        (f"family:{fingerprint(8)}", {"Nowhere"}),
        (f"lookup:{KEYFAM0}", {"KeyFam0"}),
        ("type:relay country:nl", {"Sleeper"}),
        ("country:nl flag:exit", set()),
    ],
)
def test_a_search_finds_what_relay_search_would_find(
    page: Any, asked: str, found: set[str]
) -> None:
    search(page, asked)
    assert set(hits(page)) == found
    assert status(page).endswith(f"for “{asked}”")
    heading = page.locator("#results h3", has_text="Relays (").all_inner_texts()
    assert heading == ([f"Relays ({len(found)})"] if found else [])


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("2001:db8:5::7", "2001:db8:5::7"),
        ("2001:0db8:0005::0007", "2001:db8:5::7"),
        ("2001:DB8:5:0:0:0:0:7", "2001:db8:5::7"),
        ("[2001:db8:5::7]:443", "2001:db8:5::7"),
        ("2001:db8:5::70", "2001:db8:5::70"),
        ("2001:db8:5:", "2001:db8:5::7"),
        ("2001:0db8:0005:0:", "2001:db8:5::7"),
        ("198.51.100.70", "198.51.100.70"),
        ("198.51.100.7:443", "198.51.100.7"),
    ],
)
def test_an_address_in_any_spelling_finds_its_relay_and_is_what_is_shown(
    page: Any, asked: str, shown: str
) -> None:
    search(page, asked)
    assert hits(page) == {"ExitOther": shown}


@pytest.mark.parametrize(
    "asked", ["2001:db9:5::7", "2001:db8:50:", "198.51.100.71", "::", "[", ":"]
)
def test_an_address_that_nobody_has_finds_nothing(page: Any, asked: str) -> None:
    search(page, asked)
    assert status(page) == f"No results for “{asked}”"
    assert page.locator("#results > *").count() == 0


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("hosts.example", "tor52.hosts.example"),
        ("other.exam", "other.example"),
        (KEYFAM0, KEYFAM0),
        (KEYFAM0_BASE64, KEYFAM0_BASE64),
        ("juergen", "Jürgen Müßig <juergen AT exämple dot com> €"),
    ],
)
def test_a_hit_shows_what_was_searched_for(page: Any, asked: str, shown: str) -> None:
    search(page, asked)
    assert list(hits(page).values()) == [shown]


def test_a_hit_leads_to_the_pages_of_the_relay_and_of_its_groups(page: Any, network: Site) -> None:
    search(page, "KeyFam0")
    paths = page.evaluate(
        """() => [...document.querySelectorAll("#results tbody a")].map((one) => one.pathname)"""
    )
    assert paths[0] == f"/relay/{KEYFAM0}/index.html"
    assert {path.split("/")[1] for path in paths} == {
        *("relay", "contact", "country", "as", "version", "first_seen")
    }
    assert all((network.folder / path[1:]).is_file() for path in paths)


@pytest.mark.parametrize(
    ("asked", "page_found"),
    [
        ("Germany", "/country/DE/index.html"),
        ("de", "/country/DE/index.html"),
        ("AS64510", "/as/AS64510/index.html"),
        ("64510", "/as/AS64510/index.html"),
        ("südnetz", "/as/AS64510/index.html"),
        ("0.4.7.16", "/version/0.4.7.16/index.html"),
        ("freebsd", "/platform/FreeBSD/index.html"),
        ("guard", "/flag/guard/index.html"),
    ],
)
def test_the_name_of_a_group_finds_its_page(page: Any, asked: str, page_found: str) -> None:
    search(page, asked)
    assert page_found in links(page)


@pytest.mark.parametrize(
    ("asked", "found", "marked"),
    [("KEYFAM0", "KeyFam0", "KeyFam0"), ("ey flag:fast", "KeyFam0", "ey")],
)
def test_what_was_asked_is_marked_where_it_was_found(
    page: Any, asked: str, found: str, marked: str
) -> None:
    search(page, asked)
    row = page.locator("#results tbody tr", has_text=found)
    assert row.locator("mark").all_inner_texts() == [marked]


def test_results_stand_by_kind_with_their_number_and_operators_with_their_relays(page: Any) -> None:
    search(page, "crowd")
    assert status(page) == f"{CROWD + 1} results for “crowd”"
    heads = page.locator("#results h3").all_inner_texts()
    assert heads == ["Operators (1)", f"Relays ({CROWD})"]
    assert page.locator("#results .hits li").all_inner_texts() == [f"crowd\n{CROWD} relays"]


def test_a_relay_in_the_results_looks_as_in_lists(page: Any) -> None:
    search(page, "running:false")
    assert page.inner_text("#results .badge.crit") == "Down 2026-02-11"
    search(page, "Veteran")
    assert page.inner_text("#results td b.not") == "obsolete"
    search(page, "ExitOther")
    assert page.locator("#results .meter").count() == 1


def test_relays_of_one_name_are_told_apart_and_little_weight_has_a_short_bar(page: Any) -> None:
    search(page, "198.51.100.99")
    names = page.locator("#results tbody th").all_inner_texts()
    assert sorted(names) == sorted(f"Gemini {fingerprint(number)[:8]}" for number in (9, 10))
    assert page.locator("#results tbody td").all_inner_texts()[0] == "<0.01%"
    assert page.locator("#results .meter.l1").count() == 2


def test_without_scripts_the_page_has_no_results_and_says_why(browser: Any, network: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{network.url}/search/index.html?q=ey")
    assert not tab.is_visible("#found")
    assert "The form needs JavaScript" in tab.inner_text("noscript")
    assert tab.is_visible("#browse")
    context.close()


@pytest.mark.parametrize("asked", ["keyfam.example.org", "admin@keyfam.example.org"])
def test_a_domain_and_a_mail_address_find_the_page_of_the_operator(
    page: Any, network: Site, asked: str
) -> None:
    search(page, asked)
    (found,) = links(page)
    assert found.startswith("/contact/")
    assert (network.folder / found[1:]).is_file()


def test_an_operator_with_a_page_below_the_domain_is_found_there(page: Any, network: Site) -> None:
    search(page, "proven.example")
    assert "/proven.example.org/index.html" in links(page)
    assert "proven.example.org/" not in page.inner_text("#results")
    assert (network.folder / "proven.example.org/index.html").is_file()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("foo:bar", "There is no filter “foo:”. Filters are country, as,"),
        ("constructor:x", "There is no filter “constructor:”"),
        ("flag:", "Write what to search for after “flag:”."),
        ("type:bridge", "this site has no bridges"),
        ("running:maybe", "“maybe” must be true or false."),
        ("first_seen_days:week", "“week” is not a number of days"),
        ("family:KeyFam0", "“KeyFam0” is neither a fingerprint nor a family key."),
    ],
)
def test_a_filter_that_cannot_be_understood_is_said(page: Any, asked: str, said: str) -> None:
    search(page, asked)
    assert said in status(page)
    assert page.locator("#results > *").count() == 0


def test_the_closest_hits_come_first_and_then_the_heaviest(page: Any) -> None:
    search(page, "exit")
    assert list(hits(page)) == ["ExitOther"]
    search(page, "example")
    assert next(iter(hits(page))) == "ExitOther"
    search(page, "crowd7")
    assert next(iter(hits(page))) == "crowd7"


def test_a_head_sorts_all_hits_and_not_only_those_that_are_shown(page: Any) -> None:
    search(page, "country:fr")
    names = [f"crowd{number}" for number in range(CROWD)]
    button = page.locator("#results th button").first
    button.click()
    assert list(hits(page)) == names[:200]
    assert page.locator("#results th").first.get_attribute("aria-sort") == "ascending"
    button.click()
    assert list(hits(page)) == names[:-201:-1]
    assert page.locator("#results th[aria-sort]").count() == 1
    assert "Rows 1–200 of 450, by relay" in page.inner_text("#results caption")


def test_more_hits_are_shown_when_asked_for_and_the_focus_goes_to_them(page: Any) -> None:
    search(page, "country:fr")
    more = page.get_by_role("button", name="Show more")
    for rows in (400, CROWD):
        first = page.locator("#results tbody tr").count()
        more.focus()
        page.keyboard.press("Enter")
        assert page.locator("#results tbody tr").count() == rows
        focused = page.evaluate("document.activeElement.closest('tr').sectionRowIndex")
        assert focused == first
    assert not more.is_visible()


def test_a_search_has_an_address_and_the_way_back_leads_to_the_one_before(page: Any) -> None:
    search(page, "ey")
    search(page, "country:nl")
    page.go_back()
    settled(page)
    assert page.input_value("#q") == "ey"
    assert set(hits(page)) == FAMILY


def test_the_index_is_read_when_something_is_searched_and_only_then(
    browser: Any, network: Site
) -> None:
    context = browser.new_context()
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(urlsplit(request.url).path))
    for address in ("/index.html", "/search/index.html"):
        tab.goto(f"{network.url}{address}", wait_until="networkidle")
    assert "/search/relays.json" not in asked
    tab.goto(f"{network.url}/search/index.html?q=ey", wait_until="networkidle")
    assert asked.count("/search/relays.json") == 1
    context.close()


@pytest.mark.parametrize("body", [None, "[", "gone"])
def test_an_index_that_cannot_be_read_sends_to_the_directories(
    browser: Any, network: Site, body: str | None
) -> None:
    context = browser.new_context()
    tab = context.new_page()

    def answer(route: Any) -> None:
        if body is None:
            route.abort()
        else:
            route.fulfill(status=404 if body == "gone" else 200, body=body)

    tab.route("**/relays.json", answer)
    tab.goto(f"{network.url}/search/index.html?q=anything")
    settled(tab)
    assert "Browse below instead" in status(tab)
    context.close()


def test_a_site_that_is_opened_as_a_file_says_that_the_search_needs_a_server(
    browser: Any, network: Site
) -> None:
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"file://{network.folder}/search/index.html?q=ey")
    settled(tab)
    assert "through a web server, or browse below" in status(tab)
    context.close()


@pytest.mark.parametrize(
    "asked", ["example", "running:false", "2001:db8:5::7", "Germany", "foo:bar"]
)
def test_results_fit_every_screen_and_axe_finds_nothing(
    browser: Any, network: Site, asked: str
) -> None:
    context = browser.new_context(bypass_csp=True)
    tab = context.new_page()
    tab.goto(f"{network.url}/search/index.html?q={quote(asked)}")
    settled(tab)
    if asked == "foo:bar":  # what is known then stands in the help
        tab.click("summary")
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        assert width_of(tab) <= width
    tab.evaluate(ALIKE)
    for width, colours in product(WIDTHS, ("light", "dark")):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=colours)
        whole = colours == "light" and width in {WIDTHS[0], WIDTHS[-1]}
        assert axe(tab, RULES if whole else LOOKS) == [], (width, colours)
    context.close()


def test_every_filter_that_the_script_knows_is_explained_and_the_other_way_round(page: Any) -> None:
    search(page, "nonsense:x")
    known = status(page).partition("Filters are ")[2].partition(".")[0].split(", ")
    page.click("summary")
    assert sorted(page.locator("#filters dt").all_inner_texts()) == sorted(known)


def test_every_example_of_the_help_is_understood(page: Any, network: Site) -> None:
    examples = page.evaluate(
        """() => [...document.querySelectorAll("#filters dd a")].map((one) => [one.href, one.textContent])"""
    )
    assert len(examples) > 8
    for address, words in examples:
        page.goto(address)
        settled(page)
        assert page.input_value("#q") == words
        assert f"for “{words}”" in status(page)


def test_the_form_in_the_frame_leads_to_the_search_from_any_depth(page: Any, network: Site) -> None:
    page.goto(f"{network.url}/relay/{KEYFAM0}/")
    page.fill("#find", "ey")
    page.press("#find", "Enter")
    page.wait_for_url("**/search/index.html?q=ey")
    settled(page)
    assert set(hits(page)) == FAMILY


@pytest.mark.parametrize("kind", ["fingerprint", "nickname", "operator", "address"])
def test_without_scripts_three_clicks_find_a_relay_or_an_operator(
    browser: Any, network: Site, kind: str
) -> None:
    clicks = {
        "fingerprint": ["5F", "KeyFam0"],
        "nickname": ["k", "ke", KEYFAM0],
        "operator": ["k", "keyfam.example.org"],
        "address": ["198", "ExitOther"],
    }[kind]
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{network.url}/search/index.html")
    for click, words in enumerate(clicks):
        place = tab.locator(f"section[aria-labelledby={kind}]" if click == 0 else "main")
        place.get_by_role("link", name=words, exact=True).first.click()
    assert tab.url.startswith((f"{network.url}/relay/", f"{network.url}/contact/"))
    context.close()


CASES = {
    "2001:db8:5::7": {"ExitOther": "2001:db8:5::7"},
    "2001:0db8:0005::0007": {"ExitOther": "2001:db8:5::7"},
    "ey": {"KeyFam0": "198.18.8.7", "KeyFam1": "198.18.9.7"},
    "tor52.hosts.example": {"HostVer": "tor52.hosts.example"},
    "flag:exit": {"ExitOther": "198.18.5.7"},
    "contact:juergen": {"ConUtf": "Jürgen Müßig <juergen AT exämple dot com> €"},
    f"family:{KEYFAM0}": {"KeyFam0": "198.18.8.7", "KeyFam1": "198.18.9.7"},
    KEYFAM0_BASE64: {"KeyFam0": KEYFAM0_BASE64},
    "KeyFam 198.18": {"KeyFam0": "198.18.8.7", "KeyFam1": "198.18.9.7"},
    "version:0.4.8": {},
}


@pytest.fixture(scope="module")
def reported(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not SHARED.is_dir():
        pytest.skip("the cases of public reports are not beside the checkout")
    project = Project(tmp_path_factory.mktemp("reported"), origin=str(SHARED))
    built = project.build()
    assert built.status == 0, built.stderr
    with served(Path(project.site)) as url:
        yield url


@pytest.mark.parametrize("asked", CASES)
def test_the_reported_searches_find_what_they_should(
    browser: Any, reported: str, asked: str
) -> None:
    tab = browser.new_page()
    tab.goto(f"{reported}/search/index.html?q={quote(asked)}")
    settled(tab)
    assert hits(tab) == CASES[asked]
    tab.close()
