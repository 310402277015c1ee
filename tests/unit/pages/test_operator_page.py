"""The page of one operator, against figures worked out by hand."""

from typing import Any

import pytest

from allium.analysis.history_stats import compute_history_stats
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.analysis.operator.operator_history import Histories
from allium.analysis.operator.performance import by_name
from allium.model.history import Bandwidth, Rates, Uptime
from allium.model.relay import Relay
from allium.model.snapshot import Snapshot, Validation
from allium.pages.operator import operator_page, operator_position
from allium.pages.operator.operator_facts import facts
from allium.pages.operator.operator_position import OperatorPositions
from allium.pages.operator.operator_shards import OperatorRelay, OperatorShards
from allium.pages.parts.aroi_texts import PLACES, REMEDIES
from allium.store import codec
from tests.support.histories import reduced
from tests.support.network import HOUR, fingerprint
from tests.support.relays import relay, shard

URI = "url:example.org proof:uri-rsa ciissversion:2"
DNS = "url:example.org proof:dns-rsa ciissversion:2"


def plain(words: Any) -> str:
    return str(words).replace("\u00a0", " ").replace("\u202f", " ")


def printed(*relays: Relay, **known: Any) -> Any:
    """Return the view of the contact of the first of these relays."""
    snapshot = Snapshot(published=HOUR, relays=relays, **known)
    whole = network(snapshot)
    everything = compute_history_stats(snapshot, compute_network_stats(whole))
    operator = whole.operators[whole.members[0].contact_id]
    members = operator.members
    shards = (shard(one, everything) for one in members)
    own = OperatorShards(
        position=OperatorPositions.of(everything, "bits").position(operator),
        relays=tuple(codec.decode(codec.encode(one), OperatorRelay, "a shard") for one in shards),
        histories=Histories(
            snapshot.uptime and by_name(members, snapshot.uptime),
            snapshot.bandwidth and by_name(members, snapshot.bandwidth),
        ),
    )
    return operator_page.build(facts(own))


def results(**errors: str | None) -> dict[str, Validation]:
    """Return results by number of the relay; `None` is a proof that holds."""
    return {
        fingerprint(int(name[1:])): Validation(error is None, "example.org", None, error or "")
        for name, error in errors.items()
    }


def test_each_type_of_proof_says_how_many_relays_it_verifies_and_where_it_belongs() -> None:
    relays = [relay(0, contact=URI), relay(1, contact=URI), relay(2, contact=DNS)]
    view = printed(*relays, validations=results(_0=None, _1="Fingerprint not found", _2=None))
    proofs = [(one.type, one.verified) for one in view.contact_validation_status.proofs]
    assert proofs == [("dns-rsa", "1 of 1 relay"), ("uri-rsa", "1 of 2 relays")]
    assert view.contact_validation_status.proofs[0].place.startswith("<fingerprint>.example.org")
    [work] = view.contact_validation_status.unverified
    assert (work.relay.text, work.proof) == ("relay1", "uri-rsa")


def test_verified_relays_are_added_up_apart_where_not_all_are_verified() -> None:
    relays = [
        relay(0, contact=URI, consensus_weight=30, observed_bandwidth=1_250_000, flags=("Exit",)),
        relay(1, contact=URI, consensus_weight=20, observed_bandwidth=2_500_000, flags=("Exit",)),
        relay(2, contact=URI, consensus_weight=10, flags=("Guard",)),
        relay(3, contact=URI, running=False),
        relay(4, consensus_weight=40, flags=("Exit",)),
    ]
    proven = results(_0=None, _1="404", _2="404", _3=None)
    shown = printed(*relays, validations=proven).contact_display_data
    assert [(one.name, plain(one.verified), plain(one.all)) for one in shown.verified] == [
        ("Relays", "2", "4"),
        ("Running relays", "1", "3"),
        ("Consensus weight", "30.00%", "60.00%"),
        ("Observed bandwidth", "10.0 Mbit/s", "30.0 Mbit/s"),
        ("Guard weight", "0% (0 guards, 0 bit/s)", "100.00% (1 guard, 0 bit/s)"),
        ("Exit weight", "33.33% (1 exit, 10.0 Mbit/s)", "55.56% (2 exits, 30.0 Mbit/s)"),
        ("Data transferred", "Unknown", "Unknown"),
    ]
    every = results(_0=None, _1=None, _2=None, _3=None)
    whole = printed(*relays, validations=every).contact_display_data
    assert whole.verified == ()


def test_what_the_verified_relays_transferred_is_said_apart() -> None:
    relays = [relay(0, contact=URI), relay(1, contact=URI)]
    carried = {
        fingerprint(n): Bandwidth(read={"6_months": _rates(10**6 * (n + 1))}) for n in range(2)
    }
    proven = results(_0=None, _1="404")
    shown = printed(*relays, validations=proven, bandwidth=carried).contact_display_data
    data = shown.verified[-1]
    assert (plain(data.verified), plain(data.all)) == ("2.59 TB", "7.78 TB")


def _rates(total: int) -> Rates:
    return Rates(total, 30, (), 20_400, 86_400, 30, 0)


@pytest.mark.parametrize("code", sorted(REMEDIES))
def test_every_problem_has_a_remedy_of_its_own(code: str) -> None:
    assert list(REMEDIES.values()).count(REMEDIES[code]) == 1


def test_a_reason_says_what_to_do_about_it() -> None:
    view = printed(relay(contact=URI), validations=results(_0="secret_family_key security"))
    [reason] = view.contact_validation_status.reasons
    assert reason.does == REMEDIES["secret_key"]
    assert set(PLACES) == {"dns-rsa", "uri-rsa", "dns-familyid-ed25519", "uri-familyid-ed25519"}


def test_versions_that_nobody_judges_are_counted_apart() -> None:
    known = [relay(n, contact="c", recommended_version=n > 0) for n in range(3)]
    view = printed(*known, relay(3, contact="c"))
    assert view.contact_display_data.version_compliance == "67% (2 of 3 relays; 1 unknown)"


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        (
            [{"asn": f"AS{max(n, 3)}"} for n in range(7)],
            "Networks",
            "Fair: 4 networks, over half of the relays in one",
        ),
        ([{"asn": f"AS{n}"} for n in range(3)], "Networks", "Fair: 3 networks"),
        (
            [{"platform": f"Tor 1 on {'BSD' if n else 'Linux'}"} for n in range(11)],
            "Operating systems",
            "Fair: 2 operating systems, over 90% of relays on one",
        ),
        (
            [{"platform": "Tor 1 on Linux", "consensus_weight": 1}] * 2,
            "Operating systems",
            "Low: 1 operating system",
        ),
    ],
)
def test_a_grade_says_what_it_comes_from(
    fields: list[dict[str, Any]], name: str, words: str
) -> None:
    view = printed(*(relay(n, contact="c", **one) for n, one in enumerate(fields)))
    found = view.contact_display_data.spread[name]
    assert f"{found.badge.text}: {found.words}" == words


@pytest.mark.parametrize(
    ("days", "newest"), [(("2024-05-18",) * 2, None), (("2024-05-18", "2025-01-01"), "2025-01-01")]
)
def test_the_newest_relay_is_told_where_it_is_not_the_first(
    days: tuple[str, ...], newest: str | None
) -> None:
    relays = (relay(n, contact="c", first_seen=f"{day} 10:00:00") for n, day in enumerate(days))
    view = printed(*relays)
    assert view.since.text == "2024-05-18"
    assert (None if view.newest is None else view.newest.text) == newest


def test_relays_that_share_a_nickname_are_told_apart_by_their_fingerprints() -> None:
    lone = relay(0, contact="c", nickname="lone", running=False)
    twins = [relay(n << 128, contact="c", nickname="twin", running=False) for n in (0xA1, 0xB2)]
    view = printed(lone, *twins)
    down = next(one for one in view.findings if "down" in one.statement)
    assert [one.text for one in down.relays] == ["lone", "twin 000000A1", "twin 000000B2"]


def test_what_hibernates_is_not_counted_as_down() -> None:
    size = {"contact": "c", "observed_bandwidth": 1_000, "consensus_weight": 100}
    away = relay(1, **size, running=False, hibernating=True)
    lost = relay(2, **size, running=False)
    (down,) = printed(relay(0, **size), away, lost).findings
    assert down.statement == "1 relay is down."
    assert [one.text for one in down.relays] == ["relay2"]
    assert down.evidence == (
        "1 middle; when last seen: 33% of its bandwidth and 33% of its consensus weight",
    )
    assert printed(relay(0, **size), away).findings == ()


def test_the_page_names_ten_outliers_and_the_twin_all() -> None:
    count = 300
    steady = {
        fingerprint(n): Uptime(running={"6_months": reduced([900] * 30)}) for n in range(count)
    }
    far = {fingerprint(n): Uptime(running={"6_months": reduced([0] * 30)}) for n in range(12)}
    view = printed(*(relay(n, contact="c") for n in range(count)), uptime=steady | far)
    low = view.operator_reliability.uptime.low
    assert (len(low.rows), low.more) == (10, "2 more relays")
    assert view.raw.outliers == {"uptime_low": tuple(fingerprint(n) for n in range(12))}


@pytest.mark.parametrize(
    ("odd", "low", "high"),
    [(9_000, [], [("relay7", "72.0 kbit/s")]), (10, [("relay7", "80 bit/s")], [])],
)
def test_relays_that_carry_far_more_or_less_than_the_others_are_named_with_what_they_carry(
    odd: int, low: list[tuple[str, str]], high: list[tuple[str, str]]
) -> None:
    carried = {fingerprint(n): Bandwidth(read={"6_months": _rates(1_000)}) for n in range(7)}
    carried[fingerprint(7)] = Bandwidth(read={"6_months": _rates(odd)})
    view = printed(*(relay(n, contact="c") for n in range(8)), bandwidth=carried)
    found = view.operator_reliability.bandwidth
    assert [(row.relay.text, plain(row.value)) for row in found.low.rows] == low
    assert [(row.relay.text, plain(row.value)) for row in found.high.rows] == high
    assert view.raw.outliers == {"bandwidth_low" if low else "bandwidth_high": (fingerprint(7),)}


def test_what_relays_moved_in_a_period_is_added_up_in_both_directions() -> None:
    carried = {
        fingerprint(n): Bandwidth(
            read={"6_months": _rates(1_000), "1_year": _rates(100 * n)},
            write={"6_months": _rates(3_000)},
        )
        for n in range(3)
    }
    view = printed(*(relay(n, contact="c") for n in range(3)), bandwidth=carried)
    rows = view.operator_reliability.bandwidth.rows
    moved = {row.period: plain(row.moved) for row in rows}
    assert moved == {"6 months": "31.1 GB", "1 year": "778 MB"}  # 12,000 and 300 B/s for 30 days


@pytest.mark.parametrize(
    ("listed", "support"),
    [
        ((), "Missing on 1 relay"),
        ((fingerprint(0),), "Missing on 1 relay"),
        ((fingerprint(1),), "MyFamily on 1 relay"),
        ((fingerprint(0), fingerprint(1)), "MyFamily on 1 relay"),
    ],
)
def test_a_relay_that_lists_others_declares_a_family_whether_it_lists_itself_or_not(
    listed: tuple[str, ...], support: str
) -> None:
    view = printed(relay(0, contact="c", effective_family=listed))
    assert view.contact_display_data.family_support == support


def test_versions_stand_in_the_order_of_their_standing() -> None:
    known = ("obsolete", "recommended", "experimental", "recommended", None)
    relays = (relay(n, contact="c", version_status=one) for n, one in enumerate(known))
    assert printed(*relays).contact_display_data.version_status == (
        "2 recommended, 1 experimental, 1 obsolete, 1 unknown"
    )


@pytest.mark.parametrize(
    ("relays", "text", "colour"),
    [
        ([{}], "The relay is running. Nothing needs attention.", "good"),
        ([{"running": False}], "The relay is down.", "crit"),
        ([{"running": False, "hibernating": True}], "The relay is hibernating.", "note"),
        ([{}, {}], "Both relays are running. Nothing needs attention.", "good"),
        ([{}, {"running": False}], "1 of 2 relays is running. 1 is down.", "crit"),
        ([{}] * 10 + [{"running": False}], "10 of 11 relays are running. 1 is down.", "crit"),
        (
            [{}] * 9 + [{"version_status": "obsolete"}],
            "All 10 relays are running. 1 (10.0%) has a critical problem.",
            "crit",
        ),
        (
            [{}] * 30 + [{"version_status": "obsolete"}] + [{"flags": ("StaleDesc",)}] * 9,
            "All 40 relays are running. 1 (2.5%) has a critical problem.",
            "crit",
        ),
        (
            [{}, {"flags": ("StaleDesc",)}, {"flags": ("StaleDesc",)}],
            "All 3 relays are running. 2 have a warning.",
            "warn",
        ),
    ],
)
def test_a_verdict_has_the_colour_of_the_worst_finding(
    relays: list[dict[str, Any]], text: str, colour: str
) -> None:
    view = printed(*(relay(n, contact="c", **one) for n, one in enumerate(relays)))
    assert (view.verdict.text, view.verdict.colour) == (text, colour)


def test_relays_without_contact_are_not_judged_together() -> None:
    view = printed(relay(0, running=False), relay(1))
    assert (view.verdict.colour, view.findings) == ("note", ())
    assert view.verdict.text.startswith("These relays publish no contact information.")


@pytest.mark.parametrize(
    ("roles", "named", "more"),
    [
        ("g", ["Guard weight", "Exit weight"], []),
        ("gm", ["Guard weight", "Middle weight"], []),
        ("m", ["Middle weight", "Exit weight"], []),
        ("me", ["Middle weight", "Exit weight"], []),
        ("gme", ["Guard weight", "Exit weight"], ["Middle weight"]),
    ],
)
def test_two_roles_have_tiles_and_none_with_relays_is_left_out(
    roles: str, named: list[str], more: list[str]
) -> None:
    flags = {"g": ("Guard",), "m": (), "e": ("Exit",)}
    relays = (
        relay(n, contact="c", flags=flags[role], consensus_weight=1) for n, role in enumerate(roles)
    )
    view = printed(*relays)
    tiles = [tile.label for tile in view.tiles if tile.label.endswith(" weight")]
    assert tiles == ["Consensus weight", *named]
    assert [row.name for row in view.more_roles] == more


def test_what_all_relays_have_in_common_is_named_once() -> None:
    alike = {"contact": "c", "country": "de", "asn": "AS1", "platform": "Tor 1 on Linux"}
    shown = printed(relay(0, **alike), relay(1, **alike)).contact_display_data
    assert [one.name for one in shown.places] == [
        "Country",
        "Network",
        "Operating system",
        "Tor version",
    ]
    assert [None if one.badge is None else one.badge.text for one in shown.places][:2] == [
        "Low"
    ] * 2
    apart = printed(relay(0, **alike), relay(1, **(alike | {"asn": "AS2"})))
    assert apart.contact_display_data.places == ()


def test_the_first_page_has_a_hundred_relays_in_the_order_of_weight() -> None:
    relays = [relay(n, contact=URI, consensus_weight=n + 1) for n in range(250)]
    view = printed(*relays, validations=results(_7=None))
    rows = view.table.rows
    assert [row.relay.text for row in rows] == [f"relay{n}" for n in range(249, 149, -1)]
    assert view.table.caption.startswith("Rows 1–100 of 250, by consensus weight;")
    assert [link.text for link in view.pages.links] == ["1", "2", "Next"]
    assert view.table.aroi
    assert {row.aroi.text for row in rows} == {"Not checked"}


def test_a_status_that_all_relays_share_has_no_column() -> None:
    view = printed(
        relay(0, contact=URI), relay(1, contact=URI), validations=results(_0=None, _1=None)
    )
    assert not view.table.aroi
    assert [row.aroi for row in view.table.rows] == [None, None]


def test_an_operator_is_compared_with_operators_of_the_same_size() -> None:
    relays = [
        relay(2 * number + one, contact=f"c{number}", observed_bandwidth=1_000 * number + 1)
        for number in range(10)
        for one in range(2)
    ]
    shown = printed(*relays).contact_display_data
    assert (plain(shown.size), shown.peers) == (
        "2\u20134 running relays", "Bandwidth per relay bottom 25%"
    )  # fmt: skip
    alone = printed(relay(0, contact="c")).contact_display_data
    assert (alone.size, alone.peers) == (None, None)


def test_each_status_of_versions_names_the_versions_of_most_relays() -> None:
    versions = ["0.4.8.9", "0.4.8.9", "0.4.8.8", "0.4.8.7", "0.4.8.6"]
    relays = [
        relay(number, contact="c", version=version, version_status="obsolete")
        for number, version in enumerate(versions)
    ]
    relays += [
        relay(7, contact="c", version="0.4.9.1", version_status="recommended"),
        relay(8, contact="c", version="0.4.5.1", version_status="recommended", running=False),
    ]
    assert printed(*relays).contact_display_data.version_status == (
        "1 recommended (0.4.9.1), 5 obsolete (0.4.8.9, 0.4.8.6, 0.4.8.7, …)"
    )


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (None, None),
        (0.0, "0"),
        (24.9, "Under 50"),
        (25.0, "50"),
        (830.0, "850"),
        (1_124.0, "1\u202f100"),
    ],
)
def test_a_weight_for_a_bandwidth_stands_in_steps_of_fifty(
    value: float | None, printed: str | None
) -> None:
    assert operator_position.ratio(value) == printed
