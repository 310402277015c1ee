import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from typing import Any

import pytest

from allium.analysis.network import network
from allium.model.snapshot import Snapshot
from allium.sources import sample
from allium.sources.onionoo import documents

NAMES = ("details", "uptime", "bandwidth", "weights", "aroi")


def body(name: str, relays: int = 600, hour: int = 0, seed: int = 1) -> bytes:
    return b"".join(sample.document(name, relays=relays, hour=hour, seed=seed))


@cache
def relays(count: int, hour: int) -> dict[str, dict[str, Any]]:
    document = json.loads(body("details", count, hour))
    return {relay["fingerprint"]: relay for relay in document["relays"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_document_is_one_that_a_source_may_give(name: str) -> None:
    summary = documents.summary(name, body(name))
    assert summary.records == 600


def test_no_record_of_it_needs_mending() -> None:
    found = documents.details(body("details"), 7)
    assert (found.skipped, found.field_errors) == ({}, {})


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_equal_arguments_give_equal_bytes_in_any_process(hash_seed: str) -> None:
    script = (
        "import sys, hashlib; from allium.sources import sample;"
        "print(hashlib.sha256(b''.join(c for n in ('details', 'uptime', 'bandwidth', 'weights', 'aroi')"
        " for c in sample.document(n, relays=50, hour=3, seed=2))).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == DIGEST


DIGEST = "4ec21b099349513aff3334917028327654f74ca260df21b271d98c8077ff8208"


def test_the_default_network_has_one_of_everything() -> None:
    found = documents.details(body("details"), 7)
    results = documents.validations(body("aroi"))
    whole = network(Snapshot(published=found.published, relays=found.relays, validations=results))
    assert {member.status for member in whole.members} >= {
        "validated",
        "unauthorized",
        "misconfigured",
        "incomplete",
        "not_configured",
        "no_contact",
    }
    assert {one.state for one in whole.operators.values()} >= {"partially_validated"}
    assert {flag for relay in found.relays for flag in relay.flags} >= set(
        "Authority BadExit Exit Fast Guard HSDir MiddleOnly Running Stable StaleDesc V2Dir".split()
    )
    assert max(len(one.members) for one in whole.operators.values()) > 100
    assert len(whole.families) > 3
    assert 0.05 < sum(not relay.running for relay in found.relays) / 600 < 0.2


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("last_seen", 80, 99),
        ("running", 0.2, 1.5),
        ("consensus_weight", 1.5, 5),
        ("observed_bandwidth", 0.5, 2.5),
        ("last_restarted", 0.5, 2.5),
        ("flags", 0.05, 1),
        ("or_addresses", 0.02, 0.5),
        ("version", 0.01, 0.3),
        ("contact", 0, 0),
        ("as", 0, 0),
    ],
)
def test_an_hour_changes_as_much_as_a_real_one(field: str, low: float, high: float) -> None:
    before, after = relays(4000, 500), relays(4000, 501)
    common = before.keys() & after.keys()
    changed = sum(before[name].get(field) != after[name].get(field) for name in common)
    assert low <= 100 * changed / len(common) <= high


def test_a_few_relays_come_and_go_each_day() -> None:
    days = [set(relays(2000, 24 * day)) for day in (20, 21)]
    assert 5 <= len(days[1] - days[0]) <= 30
    assert len(days[0]) == len(days[1]) == 2000


def test_uptime_and_running_tell_the_same_story() -> None:
    details = relays(300, 40)
    histories = json.loads(body("uptime", 300, 40))["relays"]
    lately = {
        name: relay["running"]
        for name, relay in details.items()
        if relay["running"] or relay["last_seen"] < "2026-01-02 12:00:00"
    }
    seen = Counter(
        (lately[one["fingerprint"]], one["uptime"]["1_month"]["values"][-1] == 999)
        for one in histories
        if one["fingerprint"] in lately and "1_month" in one.get("uptime", {})
    )
    assert seen[True, True] > 200
    assert seen[False, False] > 5
    assert seen[False, True] == 0


def test_the_chances_of_all_relays_sum_to_one() -> None:
    total = Counter[str]()
    for relay in relays(600, 0).values():
        for position in ("guard", "middle", "exit"):
            total[position] += relay.get(f"{position}_probability", 0)
    assert all(abs(value - 1) < 1e-9 for value in total.values())


def test_a_weight_is_the_part_of_all_weight_that_its_history_of_shares_says() -> None:
    details = relays(300, 40)
    total = sum(one["consensus_weight"] for one in details.values() if one["running"])
    seen = 0
    for record in json.loads(body("weights", 300, 40))["relays"]:
        for period, graph in record.get("consensus_weight", {}).items():
            share = record["consensus_weight_fraction"][period]
            assert share["values"] == graph["values"]
            assert share["factor"] == graph["factor"] / total
            seen += 1
    assert seen > 900
