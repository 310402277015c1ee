import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from allium.sources.onionoo import documents
from allium.sources.request import SourceError
from tests.support.network import (
    HOUR,
    Document,
    details,
    dumps,
    fingerprint,
    network,
    relay,
    validations,
)

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "small" / "T16"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><title>503</title>",
        b"[]",
        dumps(network(3))[:-40],
        b'{"relays_published":"2026-02-15 16:00:00","relays":[NaN]}',
        dumps(details()),
        dumps(network(3) | {"relays": "many"}),
        dumps(network(3) | {"relays_published": "now"}),
        dumps(network(3) | {"version": "7.0"}),
        dumps(network(3) | {"relays_truncated": 5}),
        b"[" * 100_000,
    ],
)
def test_what_is_no_complete_document_is_refused(body: bytes) -> None:
    with pytest.raises(SourceError, match=r"^details: "):
        documents.summary("details", body)


def test_a_later_version_is_still_read() -> None:
    body = dumps(network(3) | {"version": "9.1", "new": 1})
    assert documents.summary("details", body).records == 3


def test_relays_come_by_fingerprint_whatever_their_order() -> None:
    forward, backward = network(5), network(5)
    backward["relays"].reverse()
    one, other = (documents.details(dumps(body), 7) for body in (forward, backward))
    assert one == other
    assert [found.fingerprint for found in one.relays] == sorted(
        fingerprint(number) for number in range(5)
    )


def test_bad_records_are_counted_and_the_others_kept() -> None:
    body = details(relay(1), relay(2, running=None), relay(3), relay(4), {"odd": True})
    found = documents.details(dumps(body), 7)
    assert (len(found.relays), found.skipped) == (3, {"no_fingerprint": 1, "no_running": 1})


@pytest.mark.parametrize("field", ["flags", "running", "consensus_weight", "or_addresses"])
def test_a_document_without_a_field_that_a_network_has_is_refused_by_its_name(field: str) -> None:
    body = dumps(details(*(relay(number, **{field: None}) for number in range(2))))
    words = f"details: no `{field}` in 2 of 2 records: was the document fetched with `fields=`?"
    for read in (functools.partial(documents.summary, "details"), whole):
        with pytest.raises(SourceError, match=f"^{re.escape(words)}$"):
            read(body)


def test_a_document_fetched_with_fields_names_all_that_is_missing() -> None:
    body = dumps(details({"fingerprint": fingerprint(1), "flags": ["Running"]}))
    with pytest.raises(SourceError, match="no `first_seen`, `last_seen`, `running`, `nickname`,"):
        documents.summary("details", body)


def whole(body: bytes) -> documents.Details:
    return documents.details(body, 7)


def test_a_document_of_mostly_bad_records_is_refused() -> None:
    with pytest.raises(SourceError, match="2 of 3 records are unusable"):
        documents.details(dumps(details(relay(1), {}, {})), 7)


ODD: tuple[dict[str, Any], ...] = (
    {},
    {"first_seen": "2026-02-15 19:00:00"},
    {"last_seen": "2027-01-01 00:00:00"},
    {"last_seen": "2026-02-31 00:00:00"},
    {"first_seen": "soon"},
    {"running": None},
    {"running": "yes"},
    {"fingerprint": "a" * 40},
    {"fingerprint": "none"},
    {"nickname": "\udfff"},
    {"exit_policy": "[" * 3},
    {"flags": functools.reduce(lambda inner, _: [inner], range(20), [])},
)


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(ODD)), min_size=1, max_size=6))
def test_what_a_build_could_not_use_is_refused_when_it_is_fetched(
    chosen: list[tuple[int, dict[str, Any]]],
) -> None:
    body = dumps(details(*(relay(number, **fields) for number, fields in chosen)))

    def refused(read: Callable[[], object]) -> str | None:
        try:
            read()
        except SourceError as error:
            return str(error)
        return None

    at_once = refused(lambda: documents.summary("details", body))
    assert at_once == refused(lambda: documents.details(body, 0))


def test_of_two_records_of_a_relay_the_later_sighting_wins() -> None:
    early = relay(1, nickname="early", last_seen="2026-02-15 15:00:00")
    late = relay(1, nickname="late")
    for body in (details(early, late), details(late, early)):
        found = documents.details(dumps(body), 7)
        assert ([one.nickname for one in found.relays], found.skipped) == (
            ["late"],
            {"duplicate": 1},
        )


@pytest.mark.parametrize(("days", "kept"), [(7, 1), (0, 2), (8, 2)])
def test_relays_long_gone_are_left_out(days: int, kept: int) -> None:
    gone = relay(1, running=False, last_seen="2026-02-08 15:00:00")
    assert len(documents.details(dumps(details(relay(0), gone)), days).relays) == kept


def test_a_lone_surrogate_anywhere_does_not_cost_the_document() -> None:
    body = json.dumps(network(3)).replace("operator 1", r"operator \ud800 1").encode()
    assert len(documents.details(body, 7).relays) == 3


def test_history_records_are_found_without_being_decoded() -> None:
    body = dumps(
        {"relays_published": HOUR, "relays": [{"fingerprint": fingerprint(1), "uptime": {}}]}
    )
    found = documents.slices("uptime", body)
    assert {name: bytes(raw) for name, raw in found.items()} == {
        fingerprint(1): b'{"fingerprint": "%s", "uptime": {}}' % fingerprint(1).encode()
    }
    assert documents.slices("uptime", body).keys() == {fingerprint(1)}


def result(number: int, **fields: object) -> Document:
    return {"fingerprint": fingerprint(number), "valid": True, "error": None} | fields


def test_of_two_results_the_last_one_wins_and_a_broken_one_is_ignored() -> None:
    body = dumps(validations(result(1), result(1, valid=False), result(2, valid="yes"), {}))
    found = documents.validations(body)
    assert {name: one.valid for name, one in found.items()} == {fingerprint(1): False}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recorded network is not beside the checkout")
def test_the_recorded_network_is_read_without_a_complaint() -> None:
    found = documents.details((SHARED / "details.json").read_bytes(), 7)
    assert (len(found.relays), found.skipped, found.field_errors) == (722, {}, {})
