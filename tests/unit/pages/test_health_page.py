"""The page of the network's health, against figures worked out by hand from one small network."""

from allium.analysis.alerts import NetworkFacts, notices
from allium.analysis.history_stats import compute_history_stats
from allium.model.relay import PortSummary, Relay
from allium.model.snapshot import Snapshot, Source
from allium.pages import home
from allium.pages.health import health_page
from allium.pages.health.health_page import HealthPage
from allium.pages.parts.shares import largest
from tests.support.network import HOUR
from tests.support.relays import joined, relay
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


def printed(*relays: Relay) -> HealthPage:
    context, _ = group_context(*relays)
    snapshot = Snapshot(published=HOUR, relays=relays, sources=(DETAILS,))
    found = notices(NetworkFacts(snapshot, joined(*relays)))
    return health_page.build(
        compute_history_stats(snapshot, context.stats), found, context, largest(relays), "bits"
    )


def test_relays_are_counted_and_what_is_down_is_in_no_other_count() -> None:
    shown = printed(*SOME).relays
    assert (shown.relays, shown.running, shown.offline) == ("5 known relays", "4", "1")
    assert shown.roles == {"guard": "1 (25.0%)", "middle": "1 (25.0%)", "exit": "2 (50.0%)"}
    assert (shown.exit_and_guard, shown.measured, shown.unmeasured) == (
        "1 (25.0%)",
        "3 (75.0%)",
        "1 (25.0%)",
    )
    assert (shown.ipv4_only, shown.dual_stack) == ("3 (75.0%)", "1 (25.0%)")
    assert dict(shown.recent)["30 days"] == "1 (25.0%)"
    assert [(row.name.text, row.values) for row in shown.flags] == [
        ("Exit", ("3", "2", "50.0%")),
        ("Guard", ("2", "2", "50.0%")),
    ]


def test_bandwidth_is_what_running_relays_report() -> None:
    shown = printed(*SOME).bandwidth
    # 12.5 + 2.5 + 1.25 MB/s are 130 Mbit/s, of which 6.25 + 2.5 MB/s are offered
    assert (shown.observed, shown.advertised, shown.headroom) == (
        "130\u00a0Mbit/s",
        "70.0\u00a0Mbit/s",
        "60.0\u00a0Mbit/s",
    )
    assert {row.name.text: row.values[1] for row in shown.roles} == {
        "Guards": "76.92%",
        "Middles": "0%",
        "Exits": "23.08%",
        "All relays": "100.00%",
    }
    assert shown.dual_stack == "100\u00a0Mbit/s (76.92%)"


def test_places_have_parts_of_the_weight_and_a_concentration() -> None:
    view = printed(*SOME)
    countries, networks = view.countries.places, view.networks.places
    assert (countries.count, countries.known, countries.singles) == ("3 countries", "4", "2")
    # (80² + 15² + 5²) / 100² and (80² + 20²) / 100²
    assert (countries.hhi, networks.hhi) == ("0.67 (high)", "0.68 (high)")
    classes = dict(view.countries.classes)
    assert classes["In the EU"] == "2 (50.0%) of the relays, 80.00% of the weight"
    assert classes["Outside the EU"] == "2 (50.0%) of the relays, 20.00% of the weight"
    assert classes["In the Five Eyes"] == "1 (25.0%) of the relays, 15.00% of the weight"
    assert (networks.count, networks.known, networks.tops["1"]) == (
        "2 autonomous systems",
        "3",
        "80.00%",
    )
    assert (networks.half, networks.critical, networks.singles) == (
        "1 autonomous system",
        "2",
        "0",
    )
    # (-3·5 - 15 + 30 + 3·50) / (4·100); AS7 has a, AS9 has b and a relay of nobody
    assert (view.networks.gini, view.networks.operators) == ("0.38 (even)", "1.0")


def test_software_and_exits_are_of_running_relays() -> None:
    view = printed(*SOME)
    assert view.software.compliance == "Partial: 2 (66.7%)"
    assert [(row.name.text, row.values[0]) for row in view.software.series] == [
        ("0.4.8", "2"),
        ("0.4.7", "1"),
    ]
    exits = view.exits
    assert (exits.exits, exits.unrestricted, exits.restricted) == (
        "2 exits",
        "1 (50.0%)",
        "1 (50.0%)",
    )
    assert (exits.web, exits.both, exits.other) == ("2 (100.0%)", "2 (100.0%)", "0 (0%)")
    # weight by kB/s · 1000: (50 + 30 + 5) / 16250 of all that report; 4, 12 and 4 of each
    assert (exits.ratios[0].values, exits.underutilised) == (("5.2", "4.0"), "1 (25.0%)")


def test_operators_are_of_all_known_relays() -> None:
    shown = printed(*SOME).operators
    assert (shown.operators, shown.claiming) == ("3", "0 (0%)")
    assert (shown.with_contact, shown.without_contact) == ("4 (80.0%)", "1 (20.0%)")


def test_what_is_noticed_says_what_it_is_measured_by() -> None:
    told = {one.statement: one.evidence for one in printed(*SOME).notices.findings}
    assert told["Many relays left within a day before the data."] == (
        "1 relay left, 4 run (25.00%)",
        "told above 5%",
    )
    assert told["Fewer relays are measured than usual."] == (
        "3 of 4 running relays (75.00%)",
        "told below 90%",
    )
    assert told["AS7 has a large part of the weight."][0] == "80.00% of the weight"


def test_of_no_relay_everything_is_said_without_a_number_made_up() -> None:
    view = printed()
    assert (view.relays.running, view.relays.age, view.relays.roles["exit"]) == ("0", None, "0")
    assert (view.countries.places.hhi, view.networks.gini) == ("not computable", "not computable")
    assert (view.notices.findings, view.bandwidth.classes) == ((), None)


def test_the_front_page_has_the_same_figures_at_a_glance() -> None:
    context, _ = group_context(*SOME)
    known = compute_history_stats(Snapshot(published=HOUR, relays=SOME), context.stats)
    shown = home.build(known, (), largest(SOME), "bits").glance
    assert (shown.running, shown.by_role) == ("4", {"guard": "1", "middle": "1", "exit": "2"})
    assert (shown.bandwidth, shown.countries, shown.networks) == ("130\u00a0Mbit/s", "3", "2")
    assert (shown.claimed, shown.recommended) == ("0, of them 0 proven", "66.67%")
