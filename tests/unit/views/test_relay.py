"""The page of one relay, against what its data says."""

from typing import Any

import pytest

from allium.analysis.census import census
from allium.analysis.network import network
from allium.analysis.survey import survey
from allium.model.relay import PortSummary, Relay
from allium.model.snapshot import Snapshot, Validation
from allium.text import minute, seconds, time_of
from allium.views import contact
from allium.views import relay as relay_page
from allium.views.relay_shard import Shard, shard
from tests.support.network import HOUR, fingerprint
from tests.support.relays import joined, relay

DIRECTORY = ("Fast", "Stable", "V2Dir", "HSDir", "Running", "Valid")
CLAIM = "url:example.org proof:uri-rsa ciissversion:2"


def cut(*relays: Relay) -> Shard:
    """Return the shard of the first of these relays."""
    whole = joined(*relays)
    known = survey(Snapshot(published=HOUR, relays=relays), census(whole))
    member = whole.members[0]
    operator = contact.link(whole.operators[member.contact_id])
    return shard(member, operator, known, "bits")


def printed(*relays: Relay) -> Any:
    return relay_page.build(cut(*relays))


def said(view: Any, flag: str) -> list[tuple[str, str]]:
    row = next(row for row in view.flags if row.flag == flag)
    return [(one.text.replace("\u00a0", " "), one.verdict) for one in row.requirements]


def evidence(view: Any, statement: str) -> list[str]:
    found = next(one for one in view.findings if one.statement.startswith(statement))
    return [words.replace("\u00a0", " ") for words in found.evidence]


@pytest.mark.parametrize(("flags", "equal"), [((*DIRECTORY, "Guard"), True), (DIRECTORY, False)])
def test_only_a_relay_without_the_guard_flag_depends_on_its_band_of_bandwidth(
    flags: tuple[str, ...], *, equal: bool
) -> None:
    own = relay(0, flags=flags, advertised_bandwidth=5, consensus_weight=1)
    slower = relay(1, advertised_bandwidth=1, consensus_weight=1)
    faster = relay(1, advertised_bandwidth=9, consensus_weight=1)
    assert (cut(own, slower) == cut(own, faster)) == equal


def test_only_a_flag_that_is_missing_depends_on_how_long_the_relay_is_known_or_up() -> None:
    young = {"first_seen": "2026-02-15 10:00:00", "last_restarted": "2026-02-15 10:00:00"}
    known = cut(relay(flags=(*DIRECTORY, "Guard"), **young)).past
    unknown = cut(relay(flags=("Fast", "Stable", "V2Dir"), **young)).past
    assert (known.up_for_hsdir, known.known_for_guard) == (True, True)
    assert (unknown.up_for_hsdir, unknown.known_for_guard) == (False, False)


def test_each_thing_that_the_guard_flag_needs_has_a_line_of_its_own() -> None:
    view = printed(
        relay(0, flags=("Fast", "V2Dir"), advertised_bandwidth=1_250_000),
        relay(1, advertised_bandwidth=9_000_000),
    )
    assert said(view, "Guard") == [
        ("Fast flag held", "Met"),
        ("No Stable flag", "Not met"),
        ("V2Dir flag held", "Met"),
        ("Known long enough from 2024-05-26 (approximation)", "Met"),
        ("Uptime of 1 month (approximation): not known", "Cannot tell"),
        ("Advertised bandwidth 10.0 Mbit/s (below median)", "Not met"),
    ]


@pytest.mark.parametrize(
    ("hours", "verdict"), [(95, "Not met"), (96, "Met")], ids=["too early", "long enough"]
)
def test_the_hsdir_flag_needs_96_hours_since_the_last_start(hours: int, verdict: str) -> None:
    started = time_of(seconds(HOUR) - hours * 3600)
    view = printed(relay(flags=("Fast", "Stable", "V2Dir"), last_restarted=started))
    until = minute(time_of(seconds(started) + 96 * 3600)).replace("\u00a0", " ")
    (row,) = said(view, "HSDir")
    assert row == (f"Last start {minute(started)} UTC, up long enough from {until} UTC", verdict)
    assert evidence(view, "The relay does not serve as a directory of onion services")


def test_nobody_can_tell_how_long_a_relay_runs_that_does_not_say_when_it_started() -> None:
    view = printed(relay(flags=("Fast", "Stable", "V2Dir"), last_restarted=None))
    assert said(view, "HSDir") == [("Last start unknown", "Cannot tell")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"flags": ("Fast", "Stable")}, "No V2Dir flag"),
        (
            {"advertised_bandwidth": 1_000_000},
            "Advertised bandwidth 8.00 Mbit/s (bottom quarter)",
        ),
        ({}, "Uptime of 1 month (approximation): not known"),
    ],
)
def test_a_relay_without_the_guard_flag_is_told_what_is_missing_first(
    fields: dict[str, Any], words: str
) -> None:
    known = {"flags": DIRECTORY, "advertised_bandwidth": 3_000_000, "measured": True}
    others = [relay(n, advertised_bandwidth=2_500_000) for n in range(1, 5)]
    view = printed(relay(0, **(known | fields)), *others)
    assert evidence(view, "The relay does not have the Guard flag") == [words]


def test_listed_relays_that_have_a_page_are_linked() -> None:
    stranger = fingerprint(9)
    view = printed(relay(0, alleged_family=(fingerprint(1), stranger)), relay(1))
    assert [(one.text, one.path) for one in view.alleged] == [
        (fingerprint(1)[:8], f"relay/{fingerprint(1)}/"),
        (stranger[:8], None),
    ]


def failing(error: str) -> Any:
    relays = (relay(0, contact=CLAIM),)
    result = Validation(False, "example.org", "uri-rsa", error)
    snapshot = Snapshot(published=HOUR, relays=relays, validations={fingerprint(0): result})
    whole = network(snapshot)
    [operator] = whole.operators.values()
    one = shard(whole.members[0], contact.link(operator), survey(snapshot, census(whole)), "bits")
    return relay_page.build(one)


def test_a_relay_whose_domain_is_not_proven_is_told_where_the_proof_belongs() -> None:
    shown = failing("404 Not Found").display
    assert shown.aroi_status == "proof cannot be checked"
    assert shown.aroi_place.startswith("https://example.org/.well-known/tor-relay/")
    assert printed(relay(contact=None)).display.aroi_place is None


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("404 Not Found", "Publish the proof file at its place."),
        ("security: .secret_family_key", "Make a new family key at once and publish its id."),
        ("Fingerprint not found", "Add each relay to the proof file."),
    ],
)
def test_what_to_do_fits_what_is_wrong_with_the_proof(error: str, advice: str) -> None:
    found = [one.advice for one in failing(error).findings if one.about == "aroi"]
    assert found == [advice]


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        (PortSummary(reject=("1-65535",)), "no exits"),
        (PortSummary(reject=("25",)), "rejects port 25"),
        (PortSummary(accept=("80", "443")), "accepts ports 80, 443"),
        (PortSummary(accept=("80-81",)), "accepts ports 80-81"),
    ],
)
def test_an_exit_policy_is_told_in_words(summary: PortSummary, words: str) -> None:
    assert printed(relay(0, exit_policy_summary=summary)).display.exit_policy_summary == words
