"""Each rule of the findings: a relay for which it holds, and one beside it for which it does not."""

from typing import Any

import pytest

from allium import formatting
from allium.analysis.family.family_membership import Unreturned
from allium.analysis.relay.findings import DAY, HOUR, RULES, SEVERITY, diagnosis, displayed
from allium.analysis.relay.flag_rules import GUARANTEED
from allium.analysis.relay.lifecycle import lifecycle
from allium.analysis.relay.relay_facts import RelayFacts
from allium.model.relay import PortSummary
from tests.support.network import HOUR as PUBLISHED
from tests.support.network import fingerprint
from tests.support.relays import member

NOW = formatting.seconds(PUBLISHED) * 1000
FLAGS = ("Guard", "Fast", "Stable", "HSDir", "V2Dir", "Running", "Valid")
WELL: dict[str, Any] = {
    "flags": FLAGS,
    "contact": "somebody",
    "or_addresses": ("192.0.2.1:9001", "[2001:db8::1]:9001"),
    "consensus_weight": 10_000,
    "observed_bandwidth": 10_000_000,
    "advertised_bandwidth": 10_000_000,
    "last_restarted": "2026-02-10 16:00:00",
    "bandwidth_rate": 20_000_000,
    "measured": True,
    "version": "0.4.8.21",
    "version_status": "recommended",
    "recommended_version": True,
    "exit_policy_summary": PortSummary(reject=("1-65535",)),
}
WEB = PortSummary(accept=("80", "443"))
YOUNG = "2026-02-05 16:00:00"
YOUNG_IN_DAYS = "2026-02-07 16:00:01"
CLAIM = "url:example.org proof:uri-rsa ciissversion:2"


def facts(fields: dict[str, Any] | None = None, **known: Any) -> RelayFacts:
    """Return a relay that is well but for `fields`; `known` are other facts."""
    one = member(**WELL | (fields or {}))
    life = lifecycle(one.relay, PUBLISHED)
    basic: dict[str, Any] = {
        "role": one.role,
        "status": one.status,
        "phase": None if life is None else life.phase,
        "month_uptime": 100.0,
        "minima": GUARANTEED,
        "unreturned": Unreturned(),
    }
    return RelayFacts(relay=one.relay, published=PUBLISHED, now=NOW, **(basic | known))


def without(*flags: str) -> dict[str, Any]:
    return {"flags": tuple(flag for flag in FLAGS if flag not in flags)}


def having(*flags: str) -> dict[str, Any]:
    return {"flags": (*FLAGS, *flags)}


def carries(bandwidth: int) -> dict[str, Any]:
    return {"observed_bandwidth": bandwidth, "advertised_bandwidth": bandwidth}


HOLDS: dict[str, list[RelayFacts]] = {
    "offline": [facts({"running": False})],
    "bad_exit": [facts(having("BadExit"))],
    "version_obsolete": [facts({"version_status": "obsolete"})],
    "overload_fd": [
        facts(file_descriptors=NOW - 72 * HOUR),
        facts(file_descriptors=NOW + HOUR),
    ],
    "middle_only_bad_exit": [facts(having("MiddleOnly", "BadExit"))],
    "middle_only": [facts(having("MiddleOnly")), facts(having("MiddleOnly", "BadExit"))],
    "stale_desc": [facts(having("StaleDesc"))],
    "overload_general": [facts({"overload_general_timestamp": NOW - 72 * HOUR})],
    "or_unreachable": [facts({"unreachable_or_addresses": ("[2001:db8::1]:9001",)})],
    "not_measured": [facts({"measured": False})],
    "not_measured_new": [facts({"measured": False, "first_seen": "2026-02-01 16:00:00"})],
    "not_fast_limit": [
        facts({**without("Fast"), "bandwidth_rate": 102_399, "advertised_bandwidth": 102_399}),
        facts({**without("Fast"), "bandwidth_burst": 80_000, "advertised_bandwidth": 80_000}),
    ],
    "not_fast": [facts({**without("Fast"), **carries(102_399)})],
    "not_fast_measured": [facts({**without("Fast"), "consensus_weight": 101})],
    "not_fast_yet": [facts({**without("Fast"), "first_seen": "2026-02-10 16:00:00"})],
    "not_fast_unclear": [
        facts({**without("Fast"), "consensus_weight": 102, **carries(102_400)}),
        facts({**without("Fast"), "consensus_weight": None, "advertised_bandwidth": None}),
    ],
    "not_stable": [
        facts(without("Stable")),
        facts({**without("Stable"), "last_restarted": None}),
    ],
    "not_stable_unreached": [facts({**without("Stable"), "last_restarted": "2026-01-16 16:00:00"})],
    "no_hsdir_yet": [facts({**without("HSDir"), "last_restarted": "2026-02-11 16:00:01"})],
    "no_hsdir": [
        facts({**without("HSDir"), "last_restarted": "2026-02-11 16:00:00"}),
        facts({**without("HSDir"), "last_restarted": None}),
    ],
    "no_v2dir": [facts(without("Guard", "V2Dir"))],
    "no_v2dir_exit": [facts({"flags": ("Exit", "Fast", "Stable")})],
    "no_guard_limit": [
        facts({**without("Guard"), "bandwidth_rate": 2_097_151, "advertised_bandwidth": 2_097_151})
    ],
    "no_guard_bandwidth": [facts({**without("Guard"), **carries(2_097_151)})],
    "no_guard_measured": [facts({**without("Guard"), "consensus_weight": 2_096})],
    "no_guard": [facts({**without("Guard"), "consensus_weight": 2_097, **carries(2_097_152)})],
    "no_guard_yet": [facts({**without("Guard"), "first_seen": "2026-02-10 16:00:00"})],
    "rate_limited": [facts({"bandwidth_rate": 9_999_999})],
    "underutilised": [facts({"consensus_weight": 4_999})],
    "exit_hint": [
        facts({"exit_policy_summary": PortSummary(accept=("80",))}),
        facts({"exit_policy_summary": PortSummary(reject=("443",))}),
    ],
    "version_unrecommended": [
        facts({"version_status": "unrecommended"}),
        facts({"version_status": None, "recommended_version": False}),
    ],
    "aroi_unauthorized": [facts(status="unauthorized")],
    "aroi_misconfigured": [facts(status="misconfigured")],
    "aroi_incomplete": [facts(status="incomplete")],
    "no_contact": [facts({"contact": None})],
    "family_one_sided": [facts(unreturned=Unreturned(one_sided=(fingerprint(1),)))],
    "family_gone": [facts(unreturned=Unreturned(gone=(fingerprint(1),)))],
    "overload_rate": [facts(rate_limited=NOW - 72 * HOUR)],
    "phase": [facts({"first_seen": YOUNG})],
    "no_ipv6": [facts({"or_addresses": ("192.0.2.1:9001",)})],
    "hibernating": [facts({"hibernating": True})],
    "version_ahead": [
        facts({"version_status": "experimental"}),
        facts({"version_status": "new in series"}),
    ],
    "aroi_not_checked": [facts(status="not_checked"), facts({"contact": CLAIM})],
    "overload_past": [
        facts({"overload_general_timestamp": NOW - 72 * HOUR - 1}),
        facts({"overload_general_timestamp": NOW - 7 * DAY}),
    ],
    "sybil": [facts(having("Sybil"))],
    "no_ed_consensus": [facts(having("NoEdConsensus"))],
    "no_weight": [facts({"consensus_weight": 0}), facts({"consensus_weight": None})],
    "low_uptime": [facts(month_uptime=89.99)],
    "exit_no_policy": [facts(having("Exit"))],
    "exit_family_hint": [facts({"exit_policy_summary": WEB})],
    "family_key_ready": [facts({"version": "0.4.9.1"})],
}
HOLDS_NOT: dict[str, list[RelayFacts]] = {
    "offline": [facts(), facts({"running": False, "hibernating": True})],
    "bad_exit": [facts(having("BadExit", "MiddleOnly"))],
    "version_obsolete": [facts({"version_status": "unrecommended"})],
    "overload_fd": [
        facts(file_descriptors=NOW - 72 * HOUR - 1),
        facts(file_descriptors=NOW + 3 * HOUR),
    ],
    "middle_only_bad_exit": [facts(having("BadExit")), facts(having("MiddleOnly"))],
    "middle_only": [facts(having("BadExit"))],
    "overload_general": [facts({"overload_general_timestamp": NOW - 72 * HOUR - 1})],
    "not_measured": [
        facts({"measured": None}),
        facts({"measured": False, "first_seen": "2026-02-01 16:00:00"}),
    ],
    "not_fast": [
        facts({**without("Fast"), **carries(9), "running": False}),
        facts({**without("Fast"), **carries(9), "flags": ("Authority", "Running")}),
        facts({**without("Fast"), **carries(9), "measured": False}),
        facts({**without("Fast"), **carries(9), "first_seen": YOUNG_IN_DAYS}),
    ],
    "not_fast_limit": [
        facts({**without("Fast"), **carries(80_000), "bandwidth_rate": 90_000}),
    ],
    "not_stable": [
        facts({**without("Stable"), "first_seen": YOUNG_IN_DAYS}),
        facts({**without("Stable"), "last_restarted": "2026-01-16 16:00:00"}),
    ],
    "not_stable_unreached": [facts({**without("Stable"), "last_restarted": "2026-01-16 16:00:01"})],
    "no_hsdir": [facts(without("HSDir", "V2Dir"))],
    "no_hsdir_yet": [facts(without("HSDir", "V2Dir"))],
    "no_v2dir_exit": [
        facts({"flags": ("Exit", "Fast", "Stable", "V2Dir")}),
        facts({"flags": ("Exit", "Fast")}),
    ],
    "no_v2dir": [facts(without("V2Dir")), facts(without("Guard", "V2Dir", "Stable"))],
    "no_guard": [
        facts({**without("Guard"), "flags": ("Exit", "Fast", "Stable")}),
        facts(without("Guard", "Fast")),
    ],
    "no_guard_yet": [facts(without("Guard"))],
    "rate_limited": [facts({"bandwidth_rate": 10_000_000}), facts({"bandwidth_rate": None})],
    "underutilised": [
        facts({"consensus_weight": 5_000}),
        facts({"consensus_weight": 4_999, "first_seen": YOUNG_IN_DAYS}),
    ],
    "exit_hint": [
        facts({**having("Exit"), "exit_policy_summary": PortSummary(accept=("80",))}),
        facts({"exit_policy_summary": WEB}),
    ],
    "no_ipv6": [
        facts(
            {"or_addresses": ("192.0.2.1:9001",), "unreachable_or_addresses": ("[2001:db8::1]:9",)}
        )
    ],
    "version_unrecommended": [facts({"version_status": None, "recommended_version": None})],
    "overload_rate": [facts(rate_limited=NOW - 72 * HOUR - 1), facts()],
    "overload_past": [facts({"overload_general_timestamp": NOW - 7 * DAY - 1})],
    "not_measured_new": [facts({"measured": False})],
    "no_weight": [facts({"consensus_weight": None, "running": False})],
    "low_uptime": [facts(month_uptime=90.0), facts(month_uptime=None)],
    "exit_no_policy": [facts({**having("Exit"), "exit_policy_summary": WEB})],
    "exit_family_hint": [facts({**having("BadExit"), "exit_policy_summary": WEB})],
    "family_key_ready": [
        facts({"version": "0.4.9.0"}),
        facts({"version": "0.4.9.1", "family_ids": ("ed25519:k",)}),
    ],
}


def test_a_relay_that_is_well_has_nothing() -> None:
    assert diagnosis(facts()) == ()


def test_every_rule_has_a_relay_for_which_it_holds() -> None:
    assert list(HOLDS) == [rule.code for rule in RULES]


@pytest.mark.parametrize("code", HOLDS)
def test_a_rule_holds(code: str) -> None:
    for one in HOLDS[code]:
        assert code in diagnosis(one)


@pytest.mark.parametrize("code", HOLDS_NOT)
def test_a_rule_does_not_hold(code: str) -> None:
    for one in HOLDS_NOT[code]:
        assert code not in diagnosis(one)


SILENCED: dict[str, tuple[RelayFacts, tuple[str, ...]]] = {
    "what is down has one finding": (
        facts({"running": False, "contact": None, "bandwidth_rate": 1}),
        ("offline",),
    ),
    "a version and an unproven domain are told of what is down": (
        facts({"running": False, "version_status": "unrecommended"}, status="unauthorized"),
        ("offline", "version_unrecommended", "aroi_unauthorized"),
    ),
    "an obsolete version is not also unrecommended": (
        facts({"version_status": "obsolete", "recommended_version": False}),
        ("version_obsolete",),
    ),
    "a relay that hibernates is not down": (
        facts({"running": False, "hibernating": True, "contact": None, "bandwidth_rate": 1}),
        ("hibernating",),
    ),
    "a slow relay lacks the other flags for one cause": (
        facts({**without("Fast", "Stable", "HSDir", "Guard"), "consensus_weight": 5}),
        ("not_fast_measured",),
    ),
    "a limit that costs a flag is named once": (
        facts({**without("Guard"), "bandwidth_rate": 9, "advertised_bandwidth": 9}),
        ("no_guard_limit",),
    ),
    "an overloaded relay is not asked to carry more": (
        facts({"bandwidth_rate": 9, "overload_general_timestamp": NOW}, rate_limited=NOW),
        ("overload_general",),
    ),
    "a new relay that nobody measured has one thing to wait for": (
        facts(
            {
                **without("Fast", "Stable", "HSDir", "Guard"),
                "measured": False,
                "first_seen": YOUNG_IN_DAYS,
            }
        ),
        ("not_measured_new",),
    ),
    "a restless relay lacks the other flags for one cause": (
        facts(without("Stable", "HSDir", "Guard")),
        ("not_stable",),
    ),
    "an unmeasured relay is not underutilised": (
        facts({"measured": False, "consensus_weight": 20}),
        ("not_measured",),
    ),
    "a limited relay is not underutilised": (
        facts({"bandwidth_rate": 5_000_000, "consensus_weight": 2_400}),
        ("rate_limited",),
    ),
    "a bad exit kept in the middle has one finding": (
        facts({"flags": ("MiddleOnly", "Fast", "Stable", "BadExit")}),
        ("middle_only_bad_exit",),
    ),
    "a relay kept in the middle is no guard and no exit": (
        facts({"flags": ("MiddleOnly", "Fast", "Stable"), "exit_policy_summary": WEB}),
        ("middle_only",),
    ),
}


@pytest.mark.parametrize("name", SILENCED)
def test_one_cause_gives_one_finding(name: str) -> None:
    one, expected = SILENCED[name]
    assert displayed(diagnosis(one)) == expected


def test_findings_are_ordered_by_severity() -> None:
    codes = ("phase", "rate_limited", "stale_desc", "bad_exit")
    assert [SEVERITY[code] for code in displayed(codes)] == [
        "Critical",
        "Warning",
        "Notice",
        "Good to know",
    ]
