"""The percentages of the sample's pages, beside what the sample knows of its relays."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from allium import formatting
from allium.sources.sample.sample_relays import EPOCH, SampleNetwork, SampleRelay
from tests.support import uptimes
from tests.support.project import Project

DAY = 24
PERIODS = {"1 month": (4, 180), "6 months": (12, 362), "1 year": (48, 183), "5 years": (240, 183)}
"""Hours of an interval, and how many intervals a period has at most."""
RHYTHMS = {(48, 16): "at night", (96, 48): "every other day", (2, 1): "for half hours"}
MARK = "from its uptime history"
CUT = 0.11
"""Onionoo cuts each value to a thousandth of the best one: a page may show so much less."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("uptimes"), origin="sample")
    built = project.build("relays=600", workers=2)
    assert built.status == 0, built.stderr
    return project


@pytest.fixture(scope="module")
def relays() -> dict[str, SampleRelay]:
    whole = SampleNetwork(600, 0, 1)
    return {relay.fingerprint: relay for relay in map(whole.relay, range(600))}


def twin(site: Project, relay: SampleRelay) -> Any:
    return json.loads((site.site / "relay" / relay.fingerprint / "index.json").read_text())


def rows(site: Project, relay: SampleRelay) -> list[list[str]]:
    """Return the rows below `Uptime` on a relay's page: of its periods, then of its months."""
    page = (site.site / "relay" / relay.fingerprint / "index.html").read_text()
    return uptimes.rows(page)


def truth(relay: SampleRelay, period: str) -> float:
    """Return in how many percent of a period's half hours the relay ran, one by one."""
    hours, most = PERIODS[period]
    end = EPOCH // hours * hours
    first = max(relay.life.start, end - hours * most)
    halves = range(2 * first, 2 * end)
    life = relay.life
    up = sum((half + life.phase) % life.cycle >= life.away for half in halves)
    return 100 * up / len(halves)


def shown(site: Project, relay: SampleRelay) -> Iterator[tuple[str, float]]:
    """Yield the uptime of each period that a relay's page has, in percent."""
    for period, running, *_ in rows(site, relay):
        if period in PERIODS and running.endswith("%"):
            yield period, float(running.rstrip("%"))


def test_every_uptime_is_the_part_of_the_time_in_which_the_relay_ran(
    site: Project, relays: dict[str, SampleRelay]
) -> None:
    compared = 0
    for relay in relays.values():
        for period, percent in shown(site, relay):
            hours, _ = PERIODS[period]
            young = 100 * hours / (EPOCH - relay.life.start)  # its first interval counts like all
            right = truth(relay, period)
            assert right - CUT - 0.05 - young <= percent <= right + 0.05 + young
            compared += 1
    assert compared > 1_500


@pytest.mark.parametrize("rhythm", RHYTHMS, ids=RHYTHMS.values())
def test_a_relay_that_rests_regularly_has_the_same_uptime_in_all_periods(
    site: Project, relays: dict[str, SampleRelay], rhythm: tuple[int, int]
) -> None:
    flapping = [one for one in relays.values() if (one.life.cycle, one.life.away) == rhythm]
    assert flapping
    cycle, away = rhythm
    for relay in flapping:
        percents = dict(shown(site, relay))
        assert len(percents) > 1
        for percent in percents.values():
            assert percent == pytest.approx(100 * (cycle - away) / cycle, abs=1)


def test_months_and_flags_of_a_relay_that_rests_are_no_higher_than_its_uptime(
    site: Project, relays: dict[str, SampleRelay]
) -> None:
    for relay in relays.values():
        cycle, away = relay.life.cycle, relay.life.away
        if (cycle, away) in RHYTHMS:
            percents = [cell for row in rows(site, relay) for cell in row if cell.endswith("%")]
            assert percents
            for percent in percents:
                assert float(percent.rstrip("%")) <= 100 * (cycle - away) / cycle + 3


def test_a_relay_that_carried_nothing_has_a_history_of_zeros(
    site: Project, relays: dict[str, SampleRelay]
) -> None:
    [idle] = [relay for relay in relays.values() if relay.feature == "idle"]
    assert twin(site, idle)["display"]["total_data"] == "0\N{NO-BREAK SPACE}B"


def test_a_relay_whose_record_has_flags_alone_has_an_uptime(
    site: Project, relays: dict[str, SampleRelay]
) -> None:
    [relay] = [relay for relay in relays.values() if relay.feature == "flags_only"]
    assert dict(shown(site, relay))["1 month"] == pytest.approx(truth(relay, "1 month"), abs=1)


def test_a_forgotten_first_sighting_is_that_of_the_uptime_history(
    site: Project, relays: dict[str, SampleRelay]
) -> None:
    [relay] = [relay for relay in relays.values() if relay.feature == "forgotten"]
    raw = twin(site, relay)["raw"]
    seen = formatting.seconds(raw["first_seen"]) // 3600
    in_details = formatting.seconds(raw["first_seen_in_details"]) // 3600
    assert relay.life.start - 10 * DAY <= seen <= relay.life.start < in_details
    pages = (site.site / "relay").glob("*/index.html")
    marked = {page.parent.name for page in pages if MARK in page.read_text()}
    assert marked == {relay.fingerprint}
