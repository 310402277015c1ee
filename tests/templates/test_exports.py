"""The exported tables: true to the documents, readable by other programs, written when they change."""

import csv
import io
import json
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support import network
from tests.support.project import Project
from tests.support.site import Site

NAMES = "relays operators families networks countries platforms versions leaderboards".split()


def rows(project: Project, name: str) -> list[dict[str, str]]:
    text = (project.site / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def build(project: Project, *relays: dict[str, Any], settings: tuple[str, ...] = ()) -> None:
    project.given(network.details(*relays))
    assert project.build(*settings).status == 0


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_csv_and_json_have_the_same_rows(site: Site) -> None:
    for name in NAMES:
        table = list(csv.reader(io.StringIO(site.files[f"data/{name}.csv"].decode())))
        data = site.data(f"data/{name}.json")
        assert table[0] == [column["name"] for column in data["columns"]], name
        assert len(table) - 1 == len(data["rows"]), name
        for line, row in zip(table[1:], data["rows"], strict=True):
            assert [field.removeprefix("'") for field in line] == [printed(value) for value in row]


def printed(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).removeprefix("'")


def test_sums_are_those_of_the_raw_records(project: Project) -> None:
    relays = [
        network.relay(1, country="de", consensus_weight=30, flags=["Guard", "Running"]),
        network.relay(2, country="de", consensus_weight=50, flags=["Exit", "Running"]),
        network.relay(3, country="fr", consensus_weight=20),
        network.relay(4, country="fr", consensus_weight=900, running=False),
    ]
    build(project, *relays)
    countries = {row["id"]: row for row in rows(project, "countries")}
    assert countries["DE"]["consensus_weight"] == "80"
    assert countries["DE"]["weight_share"] == "0.8"
    assert countries["DE"]["guard_weight_share"] == "1.0"
    assert countries["FR"]["running"] == "1"
    assert countries["FR"]["relays"] == "2"
    assert [row["fingerprint"] for row in rows(project, "relays")] == [
        network.fingerprint(number) for number in (1, 2, 3, 4)
    ]
    assert rows(project, "relays")[3]["weight_share"] == ""


def test_a_leaderboard_is_whole_beyond_its_page(project: Project) -> None:
    relays = [network.relay(n, contact=f"mail{n} at example dot org") for n in range(40)]
    build(project, *relays)
    places = [row for row in rows(project, "leaderboards") if row["board"] == "bandwidth"]
    assert [row["place"] for row in places] == [str(place) for place in range(1, 41)]
    assert [float(row["value"]) for row in places] == sorted(
        (float(one["observed_bandwidth"]) for one in relays), reverse=True
    )


def test_a_text_is_no_formula_for_a_spreadsheet(project: Project) -> None:
    build(project, network.relay(1, contact='=HYPERLINK("x")'), network.relay(2, contact="a,b\n"))
    contacts = {row["contact"] for row in rows(project, "operators")}
    assert '\'=HYPERLINK("x")' in contacts
    data = json.loads((project.site / "data" / "operators.json").read_text())
    place = [column["name"] for column in data["columns"]].index("contact")
    assert '=HYPERLINK("x")' in [row[place] for row in data["rows"]]


def test_exit_addresses_are_those_that_running_exits_may_use(project: Project) -> None:
    exits = {"flags": ["Exit", "Running"], "exit_policy_v6_summary": {"accept": ["443"]}}
    build(
        project,
        network.relay(1, or_addresses=["192.0.2.10:9001", "[2001:db8::1]:9001"], **exits),
        network.relay(2, or_addresses=["192.0.2.9:1"], exit_addresses=["198.51.100.7"], **exits),
        network.relay(3, or_addresses=["192.0.2.3:1", "[2001:db8::3]:1"], flags=["Exit"]),
        network.relay(4, or_addresses=["192.0.2.4:1"], flags=["Guard"]),
        network.relay(5, or_addresses=["192.0.2.5:1"], running=False, flags=["Exit"]),
    )
    folder = project.site / "data"
    four = (folder / "exit-addresses-ipv4.txt").read_text().splitlines()
    six = (folder / "exit-addresses-ipv6.txt").read_text().splitlines()
    assert four == ["192.0.2.3", "192.0.2.9", "192.0.2.10", "198.51.100.7"]
    assert six == ["2001:db8::1"]
    assert all(ip_address(address).version == 4 for address in four)


def test_every_twin_keeps_the_schema(site: Site) -> None:
    schema = site.data("data/twin-schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    twins = [name for name in site.files if name.endswith("/index.json")]
    assert len(twins) > 80
    for name in twins:
        assert [error.message for error in judge.iter_errors(site.data(name))] == [], name


def test_the_schema_refuses_what_is_no_twin(site: Site) -> None:
    judge = jsonschema.Draft202012Validator(site.data("data/twin-schema.json"))
    twin = site.data(
        next(name for name in site.files if name.startswith("relay/") and "json" in name)
    )
    twin["raw"]["running"] = "yes"
    assert not judge.is_valid(twin)


def test_a_file_is_written_when_its_rows_change_and_not_before(project: Project) -> None:
    first, second = network.relay(1), network.relay(2, country="fr", version="0.4.9.1")
    build(project, first, second)
    assert project.build().ran_of("render:export:") == []
    project.given(network.details(first, second | {"nickname": "renamed"}))
    assert project.build().ran_of("render:export:") == [
        "render:export:relays.csv",
        "render:export:relays.json",
    ]


def test_a_site_without_exports_has_none(project: Project) -> None:
    build(project, network.relay(1), settings=("exports=false",))
    assert not (project.site / "data").exists()
    assert "data/index.html" not in (project.site / "index.html").read_text()


def test_gauges_of_operators_are_written_when_asked_for(project: Project) -> None:
    contact = "url:https://amber.example.org proof:uri-rsa ciissversion:2"
    build(project, network.relay(1, contact=contact))
    assert not (project.site / "data/operator-gauges.txt").exists()
    build(project, network.relay(1, contact=contact), settings=("operator_gauges=true",))
    gauges = (project.site / "data/operator-gauges.txt").read_text()
    assert 'allium_operator_running_relays{domain="amber.example.org"} 1\n' in gauges
    assert "operator-gauges.txt" in (project.site / "data/index.html").read_text()
