"""The style sheet and the templates agree on their classes, and keep the budget."""

import gzip
import re
from pathlib import Path

import pytest

from allium.pages.parts.aroi_texts import STATE_BADGES
from allium.pages.relay.finding_texts import COLOURS

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "templates" / "static" / "allium.css").read_text()
VIEWS = "\n".join(path.read_text() for path in (ROOT / "allium" / "pages").rglob("*.py"))
STATIC = ROOT / "templates" / "static"
SCRIPTS = "\n".join(path.read_text() for path in STATIC.glob("*.js"))
MARKUP = (*(ROOT / "templates").rglob("*.html"), *(ROOT / "allium" / "render").glob("*.py"))
HTML = "\n".join(path.read_text() for path in MARKUP)
LEVELS = {f"{kind}{level}" for kind in "lm" for level in range(51)}
PLACES = {f"x{column}" for column in range(1, 26)} | {f"y{row}" for row in range(1, 16)}
COMPUTED = {
    *LEVELS,
    *PLACES,
    *("good", "note", "warn", "crit", "off"),
    *("two", "up", "low", "one", "single", "cutoff", "none"),
    *("rows", "hex"),
    *(f"v{number}" for number in range(1, 5)),
    *(f"k{number}" for number in range(8)),
    *(f"t{step}" for step in range(6)),
    *(f"f{length}" for length in (2, 3, 4, 5, 6, 7, 11, 12)),
}
"""Classes whose names end in a number, come from a view, or are given to some elements only."""


def defined() -> set[str]:
    rules = re.sub(r"\{[^{}]*\}", "{}", re.sub(r"/\*.*?\*/", "", CSS))
    return set(re.findall(r"\.([a-z][\w-]*)", rules))


def used() -> set[str]:
    plain = {name for names in re.findall(r'class="([\w -]*)', HTML) for name in names.split()}
    scripts = re.findall(r'(?:styled|button)\(["`]([\w -]+)', SCRIPTS)
    scripted = {name for names in scripts for name in names.split()}
    return ((plain | scripted) - {"l", "m", "k", "t", "f"}) | COMPUTED


def test_every_class_that_is_used_is_defined_and_the_other_way_round() -> None:
    assert used() == defined()


def tokens(dark: bool) -> dict[str, str]:
    blocks = re.findall(r":root \{([^}]*)\}", CSS)
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", blocks[int(dark)]))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


STATES = ("good", "warn", "crit", "note")


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("ground", ["page", "card"])
def test_every_colour_can_be_read_on_the_page_and_on_cards(ground: str, *, dark: bool) -> None:
    colours = tokens(dark)
    for name in ("ink", "muted", "link", "visited", *STATES):
        assert contrast(colours[name], colours[ground]) >= 4.5, name
    for name in ("rule", "focus", *(f"k{number}" for number in range(1, 7))):
        assert contrast(colours[name], colours[ground]) >= 3, name


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_every_state_can_be_read_on_its_tint(*, dark: bool) -> None:
    colours = tokens(dark)
    for name in STATES:
        assert contrast(colours[name], colours[f"{name}bg"]) >= 4.5, name


def test_every_severity_and_every_state_has_a_colour() -> None:
    colours = {badge.colour for badge in STATE_BADGES.values()} | {*COLOURS.values()}
    assert colours <= {*STATES, "off"}


def test_the_style_sheet_is_small_and_asks_for_nothing() -> None:
    assert len(CSS.encode()) <= 34_000
    assert not re.search(r"@import|url\(|@font-face|#[a-z][\w-]*\s*\{", CSS)


def test_the_scripts_are_small_and_need_no_exception_from_the_policy() -> None:
    """The search's own script comes with an index of 550 kB, on its page only."""
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in STATIC.glob("*.js")}
    assert sizes["allium.js"] <= 2_000
    assert sizes["search.js"] <= 8_000
    assert not re.search(
        r"https?://\w|innerHTML|insertAdjacentHTML|document\.write|eval\(|\.style\b", SCRIPTS
    )
