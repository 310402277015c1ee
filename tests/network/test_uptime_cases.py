"""What public reports and Onionoo's source say of uptimes, as the pages print it."""

import json
import re
from pathlib import Path

import pytest

from tests.support.network import Document, dumps, fingerprint
from tests.support.project import Project
from tests.support.uptimes import rows

CASES = Path(__file__).resolve().parents[3] / "shared" / "data" / "cases"

pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="the cases from public reports are not beside the checkout"
)


def documents(case: str) -> dict[str, Document]:
    return {path.stem: json.loads(path.read_text()) for path in (CASES / case).glob("*.json")}


def built(folder: Path, case: dict[str, Document]) -> Project:
    project = Project(folder)
    project.given(**{name: dumps(document) for name, document in case.items()})
    found = project.build()
    assert found.status == 0, found.stderr
    return project


def page(project: Project, case: dict[str, Document], nickname: str) -> str:
    [relay] = [one for one in case["details"]["relays"] if one["nickname"] == nickname]
    return (project.site / "relay" / relay["fingerprint"] / "index.html").read_text()


def uptimes(text: str) -> dict[str, list[str]]:
    """Return the values of each row below `Uptime`, by period and month."""
    return {row[0]: row[1:] for row in rows(text)}


PERIODS = ("1 month", "6 months", "1 year", "5 years")


@pytest.mark.parametrize(
    ("nickname", "values"),
    [
        ("AlwaysUp", ["100.0%"]),
        ("HalfDay", ["50.0%"]),
        ("NightlyGap", ["95.8%"]),
        ("Daily6h", ["25.0%", "0.0%"]),
        ("GuardHalf", ["100.0%", "50.0%"]),
    ],
)
def test_a_relay_has_the_same_uptime_in_every_period(
    case_01: tuple[Project, dict[str, Document]], nickname: str, values: list[str]
) -> None:
    found = uptimes(page(*case_01, nickname))
    assert {period: found[period] for period in PERIODS} == dict.fromkeys(PERIODS, values)
    months = [row for label, row in found.items() if label not in PERIODS]
    assert len(months) > 6
    low = float(values[0].rstrip("%"))
    assert all(float(value.rstrip("%")) == pytest.approx(low, abs=2) for [value] in months)


@pytest.fixture(scope="module")
def case_01(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, Document]]:
    case = documents("01")
    return built(tmp_path_factory.mktemp("case"), case), case


def test_who_is_away_half_of_the_time_does_not_lead_the_board_of_five_years(
    tmp_path: Path, case_01: tuple[Project, dict[str, Document]]
) -> None:
    """Two operators of 27 relays each: one always up but for an hour, one up twelve hours a day."""
    case = documents("01")
    models = {one["nickname"]: one for one in case["details"]["relays"]}
    histories = {one["fingerprint"]: one["uptime"] for one in case["uptime"]["relays"]}
    relays, ran = [], []
    for number in range(54):
        model = models["HalfDay" if number < 27 else "AlwaysUp"]
        contact = "half the day" if number < 27 else "steady"
        name = fingerprint(number)
        uptime = json.loads(json.dumps(histories[model["fingerprint"]]))
        if number == 53:
            uptime["5_years"]["values"][0] = 998
        relays.append(model | {"fingerprint": name, "contact": contact, "effective_family": [name]})
        ran.append({"fingerprint": name, "uptime": uptime})
    case["details"]["relays"], case["uptime"]["relays"] = relays, ran
    project = built(tmp_path, case)
    board = (project.site / "leaderboards" / "reliability-5-years" / "index.html").read_text()
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.split("<tr[^>]*>", board)[2:]]
    assert [("steady" in row, "100.0%" in row, "50.0%" in row) for row in rows] == [
        (True, True, False),
        (False, False, True),
    ]


def test_a_relay_whose_first_sighting_was_forgotten_is_as_old_as_its_uptime(
    tmp_path: Path,
) -> None:
    case = documents("08")
    project = built(tmp_path, case)
    text = page(project, case, "Forgotten")
    words = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    assert "First seen 2022-12-24 from its uptime history; its details say 2026-07-31" in words
    assert "ramping up" not in text
    assert "Lifecycle Steady: past its ramp-up" in words
    assert (project.site / "first_seen" / "2022-12-24" / "index.html").is_file()
    assert not (project.site / "first_seen" / "2026-07-31").exists()


def test_a_record_with_flags_alone_has_an_uptime(tmp_path: Path) -> None:
    case = documents("16")
    held = next(one["flags"] for one in documents("01")["uptime"]["relays"] if one.get("flags"))
    names = [one["fingerprint"] for one in case["details"]["relays"]]
    relays = [{"fingerprint": name, "flags": held} for name in names]
    case["uptime"] = documents("01")["uptime"] | {"relays": relays}
    project = built(tmp_path, case)
    found = uptimes(page(project, case, "FamA"))
    running = held["Running"]["5_years"]
    percent = 100 * sum(running["values"]) * running["factor"] / running["count"]
    assert found["5 years"][0] == f"{percent:.1f}%"
