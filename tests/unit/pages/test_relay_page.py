"""The page of one relay, against what its data says."""

from typing import Any

import pytest

from allium.analysis.history_stats import compute_history_stats
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.formatting import minute, seconds, time_of
from allium.model.relay import PortSummary, Relay
from allium.model.snapshot import Snapshot, Validation
from allium.pages.relay import relay_page
from allium.pages.relay.relay_shard import RelayShard
from tests.support.network import HOUR, fingerprint
from tests.support.relays import joined, relay, shard

DIRECTORY = ("Fast", "Stable", "V2Dir", "HSDir", "Running", "Valid")
CLAIM = "url:example.org proof:uri-rsa ciissversion:2"


def cut(*relays: Relay) -> RelayShard:
    """Return the shard of the first of these relays."""
    whole = joined(*relays)
    known = compute_history_stats(
        Snapshot(published=HOUR, relays=relays), compute_network_stats(whole)
    )
    return shard(whole.members[0], known)


def printed(*relays: Relay) -> Any:
    return relay_page.build(cut(*relays))


def said(view: Any, flag: str) -> list[tuple[str, str]]:
    row = next(row for row in view.missing if row.flag == flag)
    return [(plain(one.text), one.verdict) for one in row.requirements]


def evidence(view: Any, statement: str) -> list[str]:
    found = next(one for one in view.findings if one.statement.startswith(statement))
    return [plain(words) for words in found.evidence]


def plain(words: str) -> str:
    """Return words with plain spaces only."""
    return words.replace("\u00a0", " ").replace("\u202f", " ")


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
    known = cut(relay(flags=(*DIRECTORY, "Guard"), **young)).history
    unknown = cut(relay(flags=("Fast", "Stable", "V2Dir"), **young)).history
    assert (known.up_for_hsdir, known.known_for_guard) == (True, True)
    assert (unknown.up_for_hsdir, unknown.known_for_guard) == (False, False)


def test_each_thing_that_the_guard_flag_needs_has_a_line_of_its_own() -> None:
    view = printed(
        relay(0, flags=("Fast", "V2Dir"), advertised_bandwidth=1_250_000, consensus_weight=2_097),
        relay(1, advertised_bandwidth=9_000_000, consensus_weight=9_000),
    )
    assert said(view, "Guard") == [
        ("Fast and V2Dir", "Met"),
        ("Stable is missing", "Not met"),
        ("Known long enough, since 2024-05-26", "Met"),
        ("Uptime in 1 month: unknown", "Unknown"),
        ("Advertised bandwidth 10.0 Mbit/s (below the median); 16.8 Mbit/s required", "Not met"),
        ("Measured bandwidth, as consensus weight: 2 097", "Met"),
    ]


def test_flags_need_no_more_bandwidth_than_the_fastest_relays_have() -> None:
    slow = [relay(n, advertised_bandwidth=50_000, consensus_weight=50) for n in range(9)]
    view = printed(*slow)
    assert said(view, "Fast") == [
        ("Advertised bandwidth 400 kbit/s", "Met"),
        ("Measured bandwidth, as consensus weight: 50", "Met"),
    ]


def test_what_caps_the_advertised_bandwidth_is_said() -> None:
    view = printed(
        relay(0, bandwidth_rate=90_000, observed_bandwidth=95_000, advertised_bandwidth=90_000),
        *(relay(n, advertised_bandwidth=9_000_000) for n in range(1, 9)),
    )
    capped = "Advertised bandwidth 720 kbit/s, capped by the bandwidth rate or burst"
    assert (f"{capped}; 819 kbit/s required", "Not met") in said(view, "Fast")


def test_a_directory_authority_is_not_judged_by_measurements() -> None:
    view = printed(relay(flags=("Authority", "Running"), consensus_weight=20, measured=False))
    words = "Directory authorities get no weight from measurements"
    assert said(view, "Fast") == [(words, "Unknown")]
    assert not any("Fast" in one.statement for one in view.findings)


@pytest.mark.parametrize(
    ("flags", "marked"),
    [
        (("BadExit",), "BadExit"),
        (("MiddleOnly",), "MiddleOnly"),
        (("MiddleOnly", "BadExit"), "BadExit and MiddleOnly"),
    ],
)
def test_flags_that_keep_clients_away_are_named_first(flags: tuple[str, ...], marked: str) -> None:
    view = printed(relay(flags=(*DIRECTORY, "Guard", *flags)))
    assert view.top.verdict.text.startswith(f"Running, marked {marked}, with 1 ")
    assert sum("BadExit" in one.statement for one in view.findings) == ("BadExit" in flags)


def test_a_relay_that_is_down_has_no_weight_and_flags_of_the_past() -> None:
    view = printed(relay(flags=DIRECTORY, running=False, consensus_weight=0))
    weight = (view.display.consensus_weight, view.remarks.consensus_weight)
    assert weight == ("None", "not in the consensus")
    assert not view.flags.held_now
    last = printed(relay(flags=DIRECTORY, running=False, consensus_weight=20))
    weight = (last.display.consensus_weight, last.remarks.consensus_weight)
    assert weight == ("20", "when last seen")


@pytest.mark.parametrize(
    ("platform", "remark"),
    [
        ("Tor 0.4.8.22 on Linux", None),
        (
            "Tor 0.4.9.5 on Linux",
            "Tor 0.4.9.5 on Linux, by its descriptor; the consensus has Tor 0.4.8.22",
        ),
        ("node-Tor 0.1 on Linux", "node-Tor 0.1 on Linux"),
    ],
)
def test_a_descriptor_of_another_version_than_the_consensus_has_is_told(
    platform: str, remark: str | None
) -> None:
    view = printed(relay(platform=platform, version="0.4.8.22"))
    assert view.remarks.platform == remark


@pytest.mark.parametrize("flag", ["Exit", "Guard", "HSDir", "V2Dir"])
def test_flags_that_middle_only_takes_away_are_withheld(flag: str) -> None:
    exit_policy = PortSummary(accept=("80", "443"))
    view = printed(relay(flags=("MiddleOnly", "Fast", "Stable"), exit_policy_summary=exit_policy))
    words = "Withheld from relays that are restricted to the middle position"
    assert said(view, flag) == [(words, "Not met")]


@pytest.mark.parametrize(
    ("started", "words"),
    [
        ("2026-01-16 16:00:00", "restarts are not the cause"),
        ("2026-01-16 16:00:01", "every restart counts"),
    ],
)
def test_a_relay_that_ran_for_30_days_lost_the_stable_flag_without_a_restart(
    started: str, words: str
) -> None:
    view = printed(relay(flags=("Fast", "V2Dir"), last_restarted=started))
    assert said(view, "Stable")[0][0] == f"Last restarted {minute(started)} UTC; {words}"


def test_a_relay_that_shares_a_family_key_need_not_list_back() -> None:
    key = "A" * 43
    view = printed(
        relay(0, alleged_family=(fingerprint(1), fingerprint(2)), family_ids=(key,)),
        relay(1, family_ids=(key,)),
        relay(2),
    )
    assert [one.text for one in view.alleged] == [fingerprint(2)[:8]]
    words = "1 relay is listed here but does not list this relay back"
    assert evidence(view, "The family is one-sided") == [words]


@pytest.mark.parametrize(
    ("hours", "verdict"), [(95, "Not met"), (96, "Met")], ids=["too early", "long enough"]
)
def test_the_hsdir_flag_needs_96_hours_since_the_last_start(hours: int, verdict: str) -> None:
    started = time_of(seconds(HOUR) - hours * 3600)
    view = printed(relay(flags=("Fast", "Stable", "V2Dir"), last_restarted=started))
    until = minute(time_of(seconds(started) + 96 * 3600)).replace("\u00a0", " ")
    link = "since" if verdict == "Met" else "from"
    words = f"Last restarted {minute(started)} UTC, up long enough {link} {until} UTC"
    assert said(view, "HSDir")[:2] == [("Fast, Stable and V2Dir", "Met"), (words, verdict)]
    assert len(said(view, "HSDir")) == (3 if verdict == "Met" else 2)
    assert evidence(view, "The relay does not have the HSDir flag")


def test_nobody_can_tell_how_long_a_relay_runs_that_does_not_say_when_it_started() -> None:
    view = printed(relay(flags=("Fast", "Stable", "V2Dir"), last_restarted=None))
    assert said(view, "HSDir")[1:] == [("Last restart unknown", "Unknown")]


@pytest.mark.parametrize(
    ("fields", "statement", "words"),
    [
        (
            {"flags": ("Fast", "Stable")},
            "The relay does not serve directory information",
            "Directory service is off: low memory, an accounting limit, or switched off",
        ),
        (
            {"advertised_bandwidth": 1_000_000},
            "The relay does not have the Guard flag: its advertised bandwidth",
            "Advertised bandwidth 8.00 Mbit/s (bottom 25%); 16.8 Mbit/s required",
        ),
        (
            {"consensus_weight": 2_096},
            "The relay does not have the Guard flag: its measured bandwidth",
            "Measured bandwidth, as consensus weight: 2 096; 2 097 required",
        ),
        (
            {},
            "The relay does not have the Guard flag, although",
            "Uptime in 1 month: unknown",
        ),
    ],
)
def test_a_relay_without_the_guard_flag_says_what_is_missing(
    fields: dict[str, Any], statement: str, words: str
) -> None:
    fast = {"advertised_bandwidth": 2_500_000, "consensus_weight": 9_000}
    known = {"flags": DIRECTORY, "advertised_bandwidth": 3_000_000, "measured": True}
    others = [relay(n, **fast) for n in range(1, 5)]
    view = printed(relay(0, **(fast | known | fields)), *others)
    assert evidence(view, statement) == [words]


def test_listed_relays_that_have_a_page_are_linked() -> None:
    stranger = "9" * 40
    view = printed(relay(0, alleged_family=(fingerprint(1), stranger)), relay(1))
    assert [(one.text, one.path) for one in view.alleged] == [
        (fingerprint(1)[:8], f"relay/{fingerprint(1)}/")
    ]
    assert view.strangers == ("9" * 8,)
    assert evidence(view, "The family is one-sided")
    assert evidence(view, "The family list names relays that are no longer in the network")


def failing(error: str) -> Any:
    relays = (relay(0, contact=CLAIM),)
    result = Validation(False, "example.org", "uri-rsa", error)
    snapshot = Snapshot(published=HOUR, relays=relays, validations={fingerprint(0): result})
    whole = network(snapshot)
    one = shard(whole.members[0], compute_history_stats(snapshot, compute_network_stats(whole)))
    return relay_page.build(one)


def test_a_relay_whose_domain_is_not_proven_is_told_where_the_proof_belongs() -> None:
    shown = failing("404 Not Found").display
    assert shown.aroi_status == "proof not readable"
    assert shown.aroi_place.startswith("https://example.org/.well-known/tor-relay/")
    assert printed(relay(contact=None)).display.aroi_place is None


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("404 Not Found", "Publish the proof file at this address."),
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
        (PortSummary(reject=("1-65535",)), "This relay allows no exit traffic."),
        (PortSummary(reject=("25",)), "Rejects port 25"),
        (PortSummary(accept=("80", "443")), "Accepts ports 80, 443"),
        (PortSummary(accept=("80-81",)), "Accepts ports 80-81"),
    ],
)
def test_an_exit_policy_is_told_in_words(summary: PortSummary, words: str) -> None:
    assert printed(relay(0, exit_policy_summary=summary)).display.exit_policy_summary == words


def test_a_relay_says_how_many_others_announce_its_address_on_any_port() -> None:
    own = relay(0, or_addresses=("192.0.2.1:9001", "[2001:db8::1]:9001"))
    others = (
        relay(1, or_addresses=("192.0.2.1:443",)),
        relay(2, or_addresses=("192.0.2.1:9002",), running=False),
        relay(3, or_addresses=("192.0.2.10:9001", "192.0.2.1:1")),
    )
    assert printed(own, *others).display.neighbours == "2 other relays"
    assert printed(own, others[2]).display.neighbours is None
