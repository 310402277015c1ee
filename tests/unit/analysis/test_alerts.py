"""When something is noticed, and when it is not yet."""

from typing import Any

import pytest

from allium.analysis.alerts import RULES, SOURCE_RULES, NetworkFacts, Notice, notices
from allium.model.relay import Relay
from allium.model.snapshot import Snapshot, Source
from allium.pages.alert_texts import NAMES, WORDINGS, findings, sentence
from tests.support.network import HOUR
from tests.support.relays import joined, relay

DETAILS = Source(name="details", outcome="fresh", published=HOUR, records=100)


def found(*relays: Relay, **fields: Any) -> tuple[Notice, ...]:
    given = {"published": HOUR, "relays": relays, "sources": (DETAILS,)} | fields
    return notices(NetworkFacts(Snapshot(**given), joined(*relays)))


def codes(*relays: Relay, **fields: Any) -> list[str]:
    return [one.code for one in found(*relays, **fields)]


def weighted(*weights: int, name: str, names: str) -> list[Relay]:
    return [
        relay(number, consensus_weight=weight, **{name: names.format(number)})
        for number, weight in enumerate(weights)
    ]


def test_a_network_in_order_has_no_notice() -> None:
    assert codes(*(relay(n, measured=True) for n in range(20))) == []
    assert codes() == []


@pytest.mark.parametrize(("measured", "noticed"), [(9, []), (8, ["few_measured"])])
def test_fewer_than_nine_of_ten_measured_are_noticed(measured: int, noticed: list[str]) -> None:
    assert codes(*(relay(n, measured=n < measured) for n in range(10))) == noticed


def test_where_no_relay_says_whether_it_is_measured_nothing_is_noticed() -> None:
    assert codes(relay(0), relay(1)) == []


@pytest.mark.parametrize(
    ("gone", "last_seen", "noticed"),
    [
        (1, "2026-02-15 10:00:00", []),
        (2, "2026-02-14 16:00:00", ["many_left"]),
        (2, "2026-02-14 15:59:59", []),
    ],
)
def test_more_than_a_twentieth_that_left_within_a_day_are_noticed(
    gone: int, last_seen: str, noticed: list[str]
) -> None:
    down = [relay(100 + n, running=False, last_seen=last_seen) for n in range(gone)]
    assert codes(*(relay(n) for n in range(20)), *down) == noticed


@pytest.mark.parametrize(
    ("heaviest", "name", "names", "noticed"),
    [
        (1, "asn", "AS{}", []),
        (2, "asn", "AS{}", ["large_network"]),
        (13, "version", "0.4.8.{}", []),
        (14, "version", "0.4.8.{}", ["large_version"]),
        (99, "version", "odd text {}", []),
    ],
)
def test_a_tenth_in_one_network_and_three_fifths_on_one_version_are_noticed_when_exceeded(
    heaviest: int, name: str, names: str, noticed: list[str]
) -> None:
    assert codes(*weighted(heaviest, *[1] * 9, name=name, names=names)) == noticed


@pytest.mark.parametrize(
    ("sources", "noticed"),
    [
        ({"uptime": "2026-02-15 13:00:00"}, []),
        ({"uptime": "2026-02-15 12:59:59"}, ["source_stale"]),
        ({"uptime": "2026-02-15 20:00:00"}, ["source_stale"]),
        ({"aroi": "2026-02-13 12:00:00"}, []),
    ],
)
def test_an_hourly_document_is_stale_when_it_is_hours_older_than_the_newest(
    sources: dict[str, str], noticed: list[str]
) -> None:
    others = (Source(name=n, outcome="fresh", published=time) for n, time in sources.items())
    assert codes(relay(0), sources=(DETAILS, *others)) == noticed


def test_documents_that_were_not_had_are_noticed_one_by_one() -> None:
    sources = (
        DETAILS,
        Source(name="uptime", outcome="missing"),
        Source(name="aroi", outcome="last_good", published="2026-02-15 11:05:00"),
    )
    assert [sentence(one) for one in found(relay(0), sources=sources)] == [
        "The source of uptime histories is missing; everything that depends on it is left out.",
        (
            "The source of AROI results could not be updated; the last good copy is used."
            " Data of 2026-02-15 11:05 UTC."
        ),
    ]


def test_skipped_records_are_noticed_above_a_hundredth() -> None:
    assert codes(relay(0), skipped={"no_fingerprint": 1}) == []
    (notice,) = found(relay(0), skipped={"no_fingerprint": 1, "not_a_relay": 1})
    assert sentence(notice) == (
        "Some relay records could not be used. 2 of 100 records (2.00%); threshold 1%."
    )


def test_what_is_noticed_is_a_finding_for_readers_and_a_sentence_for_programs() -> None:
    known = found(*weighted(3, *[1] * 9, name="asn", names="AS{}"))
    (shown,) = findings(known)
    assert (shown.severity, shown.colour) == ("Warning", "warn")
    assert shown.evidence == ("threshold 10%",)
    assert sentence(known[0]).startswith(shown.statement)


def test_every_rule_and_every_document_has_its_words() -> None:
    assert {rule.code for rule in (*SOURCE_RULES, *RULES)} == set(WORDINGS)
    assert set(NAMES) == {"details", "uptime", "bandwidth", "weights", "aroi", "votes"}
