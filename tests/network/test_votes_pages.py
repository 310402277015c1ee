"""The table of votes on every relay of a small network, against the nine raw votes.

The votes are read by the code of this module alone: lines split by spaces, nothing shared.
"""

import json
import re
from base64 import b64decode
from pathlib import Path

import pytest

from tests.network.test_votes import GENERATOR, NAMES, NETWORK, generated
from tests.support.html import Page
from tests.support.project import Project

pytestmark = pytest.mark.skipif(
    not (GENERATOR.is_file() and NETWORK.is_dir()), reason="the folder `shared` is not here"
)
FLAGS = ("Running", "Fast", "Stable", "Guard", "HSDir", "Exit", "V2Dir")
DAY = 86_400
Entry = dict[str, list[str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("site"))
    project.given((NETWORK / "T17" / "details.json").read_bytes())
    generated(project.source)
    assert project.build("votes=true", workers=2).status == 0
    return project


def raw_votes(source: Path) -> dict[str, tuple[dict[str, str], dict[str, Entry]]]:
    """Return head and entries of each vote, by nickname; an entry has its lines by keyword."""
    found = {}
    for file in (source / "recent/relay-descriptors/votes").glob("*-vote-*"):
        head, *entries = file.read_text(errors="replace").split("\nr ")
        lines = dict(line.partition(" ")[::2] for line in head.splitlines())
        parsed: dict[str, Entry] = {}
        for entry in entries:
            first, *others = entry.split("directory-footer")[0].splitlines()
            identity = b64decode(first.split()[1] + "=").hex().upper()
            parsed[identity] = {line.split()[0]: line.split()[1:] for line in others}
        found[lines["dir-source"].split()[0]] = lines, parsed
    return found


def pairs(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words)


def one_digit(value: int) -> str:
    step = 1
    while value // step >= 10:
        step *= 10
    return f"{(2 * value + step) // (2 * step) * step:,}".replace(",", "\u202f")


def uptime(wfu: float, bound: str) -> str:
    limit = float(bound.rstrip("%")) / 100
    if round(wfu, 6) >= round(limit, 8):
        return f"At least {bound.rstrip('%').rstrip('0').rstrip('.')}%"
    if wfu >= 0.95:
        return f"95% to {bound.rstrip('%').rstrip('0').rstrip('.')}%"
    if wfu >= 0.9:
        return "90 to 95%"
    ten = round(wfu * 1_000_000) // 100_000 * 10
    return f"{ten} to {ten + 10}%"


def days(seconds: int, bound: int) -> str:
    if seconds >= bound:
        return f"At least {int(bound / DAY * 10) / 10:g} days"
    return f"{seconds // DAY} of {-(-bound // DAY)} days"


def expected(
    entry: Entry, head: dict[str, str], *, tests_ipv6: bool, announces: bool, exits: bool
) -> list[str]:
    """Return the cells of one authority's row, from its vote alone."""
    flags, known = set(entry["s"]), head["known-flags"].split()
    bounds, stats, weight = (
        pairs(head["flag-thresholds"].split()),
        pairs(entry["stats"]),
        pairs(entry["w"]),
    )
    cells = ["Yes" if one in flags else "No" if one in known else "Not voted on" for one in FLAGS]
    if not exits:
        cells[FLAGS.index("Exit")] = "–"
    ipv6 = "Reached" if "a" in entry else "Not reached"
    ipv6 = ("None" if not announces else "Not tested") if not (announces and tests_ipv6) else ipv6
    if "Running" in flags:
        ipv4 = "Reached"
    elif "Running" not in known or "Sybil" in flags:
        ipv4 = "Not stated"
    else:
        ipv4 = "Not known" if ipv6 == "Not reached" else "Not reached"
    measured = weight.get("Measured", weight.get("MeasuredButAuthority"))
    stable = min(5 * DAY, int(bounds["stable-mtbf"]))
    return [
        *cells,
        ipv4,
        ipv6,
        "None" if measured is None else one_digit(int(measured)),
        uptime(float(stats["wfu"]), bounds["guard-wfu"]),
        days(int(stats["tk"]), int(bounds["guard-tk"])),
        days(int(stats["mtbf"]), stable),
    ]


def test_the_table_of_every_relay_says_what_the_nine_votes_say(site: Project) -> None:
    votes = raw_votes(site.source)
    assert sorted(votes) == NAMES
    details = json.loads((site.source / "details.json").read_text())["relays"]
    ipv6 = {one: any("a" in entry for entry in votes[one][1].values()) for one in NAMES}
    checked = 0
    for relay in details:
        name = relay["fingerprint"]
        listed = {one: votes[one][1][name] for one in NAMES if name in votes[one][1]}
        file = site.site / "relay" / name / "votes" / "index.html"
        assert file.is_file() == bool(listed)
        if not listed:
            continue
        rows = table(file)
        announces = any(address.startswith("[") for address in relay["or_addresses"])
        exits = any("Exit" in entry["s"] for entry in listed.values())
        for authority in NAMES:
            if authority not in listed:
                assert rows[authority] == ["Does not list this relay"]
                continue
            assert rows[authority] == expected(
                listed[authority],
                votes[authority][0],
                tests_ipv6=ipv6[authority],
                announces=announces,
                exits=exits,
            ), (name, authority)
            checked += 1
    assert checked > 4000


def table(file: Path) -> dict[str, list[str]]:
    """Return the cells of each authority's row."""
    text = file.read_text()
    page = Page("", text[text.index("<table") : text.rindex("</table>")])
    rows = {}
    for row in page.all("tr"):
        head, *cells = ["".join(cell.itertext()).strip() for cell in row]
        if re.fullmatch(r"\w+", head):
            rows[head] = cells
    return rows
