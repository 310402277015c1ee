"""The page of the network's health, against figures worked out by hand from one small network."""

from typing import Any

from allium import formatting
from allium.analysis.alerts import NetworkFacts, notices
from allium.analysis.history_stats import compute_history_stats
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.model.relay import PortSummary, Relay
from allium.model.snapshot import Snapshot, Source, Validation
from allium.pages import home
from allium.pages.group.group_context import GroupContext
from allium.pages.health import health_page
from allium.pages.health.health_page import HealthPage
from allium.pages.home import HomePage
from allium.pages.parts import operator_links
from allium.pages.parts.page_base import Facts, Share, Slice
from tests.support.network import HOUR, fingerprint
from tests.support.relays import relay
from tests.unit.pages.test_groups import group_context

WEB = PortSummary(accept=("80", "443"))
ALL = PortSummary(accept=("1-65535",))
SOME = (
    relay(0, country="DE", asn="AS7", consensus_weight=50, flags=("Guard",), contact="a",
          observed_bandwidth=12_500_000, advertised_bandwidth=6_250_000, measured=True,
          version="0.4.8.1", version_status="recommended", recommended_version=True,
          or_addresses=("192.0.2.1:1", "[2001:db8::1]:1"), first_seen="2026-02-10 00:00:00"),
    relay(1, country="DE", asn="AS7", consensus_weight=30, flags=("Exit",), contact="a",
          observed_bandwidth=2_500_000, advertised_bandwidth=2_500_000, measured=False,
          version="0.4.8.1", version_status="recommended", recommended_version=True,
          or_addresses=("192.0.2.2:1",), exit_policy_summary=WEB),
    relay(2, country="US", asn="AS9", consensus_weight=15, contact="b", version="0.4.7.1",
          version_status="obsolete", recommended_version=False, measured=True,
          or_addresses=("192.0.2.3:1",)),
    relay(3, country="CH", asn="AS9", consensus_weight=5, flags=("Exit", "Guard"),
          observed_bandwidth=1_250_000, measured=True, or_addresses=("192.0.2.4:1",),
          exit_policy_summary=ALL),
    relay(4, country="FR", asn="AS1", consensus_weight=900, flags=("Exit",), contact="c",
          running=False, last_seen="2026-02-15 10:00:00", observed_bandwidth=10**9),
)  # fmt: skip
DETAILS = Source(name="details", outcome="fresh", published=HOUR, records=5)


def printed(*relays: Relay, **known: Any) -> HealthPage:
    snapshot = Snapshot(published=HOUR, relays=relays, sources=(DETAILS,), **known)
    whole = network(snapshot)
    names = {name: operator_links.link(one) for name, one in whole.operators.items()}
    context = GroupContext(stats=compute_network_stats(whole), operators=names, units="bits")
    found = notices(NetworkFacts(snapshot, whole))
    return health_page.build(compute_history_stats(snapshot, context.stats), found, context, "bits")


def front(*relays: Relay) -> HomePage:
    context, _ = group_context(*relays)
    known = compute_history_stats(Snapshot(published=HOUR, relays=relays), context.stats)
    return home.build(known, (), "bits")


def facts(pairs: Facts) -> dict[str, str]:
    return {
        name: figure.value if figure.remark is None else f"{figure.value} {figure.remark}"
        for name, figure in pairs
    }


def counts(rows: tuple[Share, ...]) -> dict[str, tuple[str | None, str]]:
    return {row.name.text: (row.count, row.share) for row in rows}


def parts(slices: tuple[Slice, ...]) -> dict[str, str]:
    return {part.name.text: part.value for part in slices}


def test_relays_are_counted_and_what_is_down_is_in_no_other_count() -> None:
    view = printed(*SOME)
    shown = view.relays
    assert (view.known, view.running, facts(shown.ages)["Down"]) == ("5 relays", "4", "1")
    assert parts(shown.roles) == {"Guards": "1", "Middles": "1", "Exits": "2"}
    assert counts(shown.states) == {
        "Measured": ("3", "75.0%"),
        "Not measured": ("1", "25.0%"),
        "Overloaded": ("0", "0%"),
        "IPv4 and IPv6": ("1", "25.0%"),
        "IPv4 only": ("3", "75.0%"),
        "Exit and Guard flags": ("1", "25.0%"),
    }
    assert facts(shown.ages)["New in 30 days"] == "1 (25.0%)"
    assert counts(shown.flags) == {"Exit": ("2", "50.0%"), "Guard": ("2", "50.0%")}
    assert [row.level for row in shown.flags] == [25, 25]
    assert parts(shown.positions) == {
        "Guard flag only": "1",
        "Guard and Exit": "1",
        "Exit flag only": "1",
        "Neither": "1",
    }


def test_tiles_have_the_figures_of_the_sections() -> None:
    tiles = {tile.label: (tile.value, tile.remark, tile.level) for tile in printed(*SOME).tiles}
    assert tiles == {
        "Running relays": ("4", "of 5 seen in the last 7 days", 40),
        "Measured": ("75.0%", "by bandwidth authorities", 38),
        "Overloaded": ("0%", "0 relays", 0),
        "Recommended version": ("66.7%", "2 running relays", 33),
        "With IPv6": ("25.0%", "1 relay", 13),
        "Verified relays": ("0%", "0 with an AROI proof", 0),
    }


def test_a_bad_exit_has_the_flag_and_is_no_exit() -> None:
    bad = relay(9, flags=("BadExit", "Exit", "Guard"), contact="a")
    view = printed(*SOME, bad)
    assert view.relays.bad_exits == "Not counted as exits: 1 relay with both Exit and BadExit."
    assert counts(view.relays.flags)["Exit"][0] == "3"
    assert parts(view.relays.roles)["Exits"] == "2"
    assert printed(*SOME).relays.bad_exits is None
    # relay 3 is an exit with the flag Guard, relay 9 is no exit
    assert front(*SOME, bad).exit_guards == "1 exit"


def test_verified_relays_are_those_that_run() -> None:
    words = "url:amber.example.org proof:dns-rsa ciissversion:2"
    proven = printed(
        *(relay(n, contact=words, running=n > 0) for n in range(3)),
        relay(3),
        validations={
            fingerprint(number): Validation(True, "amber.example.org", "dns-rsa")
            for number in range(3)
        },
    )
    tile = next(one for one in proven.tiles if one.label == "Verified relays")
    assert (tile.value, tile.remark) == ("66.7%", "2 with an AROI proof")


def test_where_no_family_key_is_known_none_is_counted() -> None:
    shown = printed(*SOME, absent=frozenset({"family_ids"})).families
    assert (shown.supports, facts(shown.keyed)["Family keys in use"]) == ((), "Unknown")


def test_bandwidth_is_what_running_relays_report() -> None:
    shown = printed(*SOME).bandwidth
    # 12.5 + 2.5 + 1.25 MB/s are 130 Mbit/s, of which 6.25 + 2.5 MB/s are offered
    assert facts(shown.facts) == {
        "Observed": "130\u00a0Mbit/s",
        "Advertised": "70.0\u00a0Mbit/s (60.0\u00a0Mbit/s capped by operators)",
        "Of measured relays": "110\u00a0Mbit/s (84.62%)",
        "With IPv6": "100\u00a0Mbit/s (76.92%)",
        "IPv4 only": "30.0\u00a0Mbit/s (23.08%)",
    }
    assert {row.name.text: row.values[1] for row in shown.roles} == {
        "Guards": "76.92%",
        "Middles": "0%",
        "Exits": "23.08%",
        "All relays": "100.00%",
    }
    assert parts(shown.parts) == {"Guards": "76.92%", "Middles": "0%", "Exits": "23.08%"}
    # 12.5 + 1.25 MB/s of the guards, 2.5 + 1.25 of the exits, of 16.25
    assert {row.name.text: row.values[1] for row in shown.flags} == {
        "Guard": "84.62%",
        "Exit": "23.08%",
    }
    # 0, 10, 20 and 100 Mbit/s
    assert shown.classes is not None
    assert (shown.unit, shown.half) == ("Mbit/s", "20.0\u00a0Mbit/s")
    assert {bar.label: bar.value for bar in shown.classes.bars if bar.level} == {
        "0": "1",
        "10": "1",
        "20": "1",
        "100": "1",
    }


def test_places_have_shares_of_the_weight_and_a_concentration() -> None:
    view = printed(*SOME)
    countries, networks = facts(view.countries.facts), facts(view.networks.facts)
    # (80² + 15² + 5²) / 100² and (80² + 20²) / 100²
    assert countries == {
        "Countries": "3 with running relays, 4 with any",
        "Half of the weight": "in 1 country",
        "With a single relay": "2 countries",
        "Concentration (HHI)": "0.67 (high)",
        "3 largest": "100.00% of weight",
        "Above 1% of weight": "3 countries",
        "Networks per country": "1.0 on average",
    }
    # only relay 0, of DE and AS7, has IPv6; the others that run are in CH, DE and US
    assert facts(view.countries.reach) == {
        "Most relays with IPv6": "Germany 1 (100.0%)",
        "Most relays without": "Switzerland 1 (33.3%)",
    }
    assert facts(view.networks.reach) == {
        "Most relays with IPv6": "AS7 1 (100.0%)",
        "Most relays without": "AS9 2 (66.7%)",
    }
    # (-3·5 - 15 + 30 + 3·50) / (4·100); AS7 has a, AS9 has b and a relay of nobody
    assert networks == {
        "Networks": "2 with running relays, 3 with any",
        "Half of the weight": "in 1 network",
        "With a single relay": "0 networks",
        "Concentration (HHI)": "0.68 (high)",
        "Above 5% of weight": "2 networks AS7, AS9",
        "Operators per network": "1.0 on average",
        "Inequality of relays (Gini)": "0.38 (even)",
    }
    groups = counts(view.countries.groups)
    assert groups["In the EU"] == ("2", "80.00%")
    assert groups["Outside the EU"] == ("2", "20.00%")
    assert groups["Five Eyes"] == ("1", "15.00%")
    assert counts(view.networks.groups) == {
        "The largest": (None, "80.00%"),
        "3 largest": (None, "100.00%"),
        "5 largest": (None, "100.00%"),
        "10 largest": (None, "100.00%"),
        "All others": (None, "0%"),
    }


def test_software_and_exits_are_of_running_relays() -> None:
    view = printed(*SOME)
    assert parts(view.software.statuses) == {"Recommended": "2", "Obsolete": "1", "Unknown": "1"}
    assert parts(view.software.series) == {"0.4.8": "2", "0.4.7": "1"}
    assert counts(view.exits.policies) == {
        "Port 80 or 443": ("2", "100.0%"),
        "Ports 80 and 443": ("2", "100.0%"),
        "Neither 80 nor 443": ("0", "0%"),
        "All ports": ("1", "50.0%"),
        "Some ports": ("1", "50.0%"),
        "Policy unknown": ("0", "0%"),
        "Reject some addresses": ("0", "0%"),
        "IPv6 exit traffic": ("0", "0%"),
    }
    ports = {row.name.text: row.values for row in view.exits.ports}
    # weights 30 (ports 80 and 443) and 5 (all ports)
    assert (ports["443 (HTTPS)"], ports["22 (SSH)"]) == (("2", "100.00%"), ("1", "14.29%"))
    # weight by kB/s · 1000: (50 + 30 + 5) / 16250 of all that report; 4, 12 and 4 of each
    assert (view.exits.ratios[0].values, view.exits.underutilised) == (("5.2", "4.0"), "1 (25.0%)")


def test_operators_are_of_all_known_relays() -> None:
    shown = printed(*SOME).operators
    assert counts(shown.operators) == {
        "All operators": ("3", "100.0%"),
        "Complete AROI": ("0", "0%"),
        "Verified domain": ("0", "0%"),
        "All relays verified": ("0", "0%"),
    }
    assert facts(shown.contacts) == {
        "Relays with a contact": "4 (80.0%)",
        "Relays without contact": "1 (20.0%)",
        "Relays with a complete AROI": "0 (0%)",
    }
    # a has two running relays, b one, c none; of the weight 100 nobody has 5, of exits' 35 too
    assert facts(shown.run) == {
        "Relays per operator": "1.5 on average, median 1.5",
        "Without contact": "5.00% of consensus weight",
        "Verified relays": "0% of consensus weight",
        "Verified exits": "0% of exit weight",
    }
    assert shown.running == "2 operators"
    assert parts(shown.ipv6) == {"On all relays": "0", "On some": "1", "IPv4 only": "1"}


def test_what_is_noticed_says_what_it_is_measured_by() -> None:
    shown = printed(*SOME).notices
    said = {one.statement: one.evidence for one in shown.findings}
    assert said["Many relays left within 24 hours."] == (
        "1 relay left, 4 are running (25.00%)",
        "threshold 5%",
    )
    few = "Only 75.00% of running relays are measured (usually more than 90%)."
    assert said[few] == ("3 of 4", "threshold 90%")
    assert said["AS7 holds 80.00% of consensus weight."] == ("threshold 10%",)
    assert (shown.verdict.text, shown.verdict.colour) == (f"{few} 3 other problems.", "warn")


def test_of_no_relay_everything_is_said_without_a_number_made_up() -> None:
    view = printed()
    assert (view.running, facts(view.relays.ages)["Median age"]) == ("0", "Unknown")
    assert parts(view.relays.roles) == {"Guards": "0", "Middles": "0", "Exits": "0"}
    assert facts(view.countries.facts)["Concentration (HHI)"] == "Cannot be computed"
    assert facts(view.networks.facts)["Inequality of relays (Gini)"] == "Cannot be computed"
    assert (view.notices.findings, view.bandwidth.classes) == ((), None)
    assert view.notices.verdict.text == "No network-wide problems."


def test_the_front_page_has_the_same_figures() -> None:
    shown = front(*SOME)
    assert {tile.label: (tile.value, tile.remark) for tile in shown.tiles} == {
        "Running relays": ("4", "of 5 seen in the last 7 days"),
        "Observed bandwidth": ("130\u00a0Mbit/s", "sum over running relays"),
        "Operators": ("3", "0 with a verified domain"),
        "Countries": ("3", "100.00% of weight in the first 3"),
        "Networks (AS)": ("2", "100.00% of weight in the first 10"),
        "Recommended version": ("66.7%", "2 running relays"),
    }
    assert parts(shown.roles) == {"Guards": "1", "Middles": "1", "Exits": "2"}
    assert [link.text for link in shown.examples] == ["a", "relay0", "AS7"]
    assert counts(shown.operators) == {
        "a": ("2", "80.00%"),
        "b": ("1", "15.00%"),
        "c": ("0", "0%"),
    }


def test_the_map_shows_each_countrys_share_of_the_weight_of_running_relays() -> None:
    context, _ = group_context(*SOME)
    known = compute_history_stats(Snapshot(published=HOUR, relays=SOME), context.stats)
    tiles = {one.code: one for one in home.build(known, (), "bits").map if one.country is not None}
    assert {code: (one.share, one.step) for code, one in tiles.items()} == {
        "DE": ("80.00%", 5),
        "US": ("15.00%", 5),
        "CH": ("5.00%", 4),
    }
    assert (tiles["DE"].column, tiles["DE"].row) == (13, 3)


def test_overloaded_relays_are_counted_by_role_software_network_and_country() -> None:
    now = formatting.seconds(HOUR) * 1000
    strained = {"overload_general_timestamp": now, "platform": "Tor 0.4.8.1 on Linux"}
    relays = (
        *(relay(n, asn="AS7", country="DE", version="0.4.8.1", **strained) for n in range(2)),
        relay(2, asn="AS7", country="US", platform="Tor 0.4.9.1 on FreeBSD", version="0.4.9.1"),
        relay(3, asn="AS9", country="US", flags=("Exit",), version="0.4.9.1"),
        relay(4, asn="AS9", running=False, last_seen="2026-02-15 10:00:00", **strained),
    )
    rows = printed(*relays).relays.loads
    assert {row.name.text: row.values for row in rows} == {
        "Middles": ("2", "66.7%"),
        "Exits": ("0", "0%"),
        "Tor 0.4.8": ("2", "100.0%"),
        "Tor 0.4.9": ("0", "0%"),
        "Linux": ("2", "100.0%"),
        "FreeBSD": ("0", "0%"),
        "AS7": ("2", "66.7%"),
        "AS9": ("0", "0%"),
        "Germany": ("2", "100.0%"),
        "United States": ("0", "0%"),
    }


def test_relays_whose_descriptor_has_another_version_than_the_consensus_are_counted() -> None:
    relays = (
        relay(0, platform="Tor 0.4.9.5 on Linux", version="0.4.8.22"),
        relay(1, platform="Tor 0.4.9.5 on Linux", version="0.4.9.5"),
        relay(2, platform="Tor 0.4.9.5 on Linux"),
        relay(3, platform="node-Tor 0.1", version="0.4.9.5"),
        relay(4, platform="Tor 0.4.9.5", version="0.4.9.4", running=False),
    )
    assert printed(*relays).software.differing == "1 relay"


def test_the_medians_of_operators_of_a_size_are_printed_with_their_number() -> None:
    relays = [
        relay(2 * number + one, contact=f"c{number}", observed_bandwidth=125_000 * (number + 1))
        for number in range(3)
        for one in range(2)
    ]
    [row] = printed(*relays).operators.medians
    assert row.name.text == "2\u20134"
    assert row.values == ("3", "2.00\u00a0Mbit/s", "Unknown")
