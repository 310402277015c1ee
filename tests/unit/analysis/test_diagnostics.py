"""Each rule of the findings: a relay for which it holds, and one beside it for which it does not."""

from fractions import Fraction
from typing import Any

import pytest

from allium import text
from allium.analysis.bands import lifecycle
from allium.analysis.diagnostics import SEVERITY, diagnosis, displayed
from allium.analysis.patient import Patient
from allium.analysis.rules import DAY, HOUR, RULES
from allium.model.relay import PortSummary
from tests.support.network import HOUR as PUBLISHED
from tests.support.network import fingerprint
from tests.support.relays import member

NOW = text.seconds(PUBLISHED) * 1000
FLAGS = ("Guard", "Fast", "Stable", "HSDir", "V2Dir", "Running", "Valid")
WELL: dict[str, Any] = {
    "flags": FLAGS,
    "contact": "somebody",
    "or_addresses": ("192.0.2.1:9001", "[2001:db8::1]:9001"),
    "consensus_weight": 10_000,
    "observed_bandwidth": 10_000_000,
    "bandwidth_rate": 20_000_000,
    "measured": True,
    "version": "0.4.8.21",
    "version_status": "recommended",
    "recommended_version": True,
    "exit_policy_summary": PortSummary(reject=("1-65535",)),
}
WEB = PortSummary(accept=("80", "443"))
YOUNG = "2026-02-05 16:00:00"
CLAIM = "url:example.org proof:uri-rsa ciissversion:2"


def patient(fields: dict[str, Any] | None = None, **known: Any) -> Patient:
    """Return a relay that is well but for `fields`; `known` are a patient's other fields."""
    one = member(**WELL | (fields or {}))
    life = lifecycle(one.relay, PUBLISHED)
    basic: dict[str, Any] = {
        "role": one.role,
        "status": one.status,
        "phase": None if life is None else life.phase,
        "month_uptime": Fraction(100),
    }
    return Patient(relay=one.relay, now=NOW, **(basic | known))


def without(*flags: str) -> dict[str, Any]:
    return {"flags": tuple(flag for flag in FLAGS if flag not in flags)}


def having(*flags: str) -> dict[str, Any]:
    return {"flags": (*FLAGS, *flags)}


HOLDS: dict[str, list[Patient]] = {
    "offline": [patient({"running": False})],
    "bad_exit": [patient(having("BadExit"))],
    "version_obsolete": [patient({"version_status": "obsolete"})],
    "overload_fd": [
        patient(file_descriptors=NOW - 72 * HOUR),
        patient(file_descriptors=NOW + HOUR),
    ],
    "middle_only": [patient(having("MiddleOnly")), patient(having("MiddleOnly", "BadExit"))],
    "stale_desc": [patient(having("StaleDesc"))],
    "overload_general": [patient({"overload_general_timestamp": NOW - 72 * HOUR})],
    "or_unreachable": [patient({"unreachable_or_addresses": ("[2001:db8::1]:9001",)})],
    "not_measured": [patient({"measured": False})],
    "not_fast": [patient(without("Fast"))],
    "not_stable": [patient(without("Stable"))],
    "no_hsdir": [patient(without("HSDir"))],
    "no_guard": [patient(without("Guard"))],
    "no_guard_yet": [patient({**without("Guard"), "first_seen": "2026-02-10 16:00:00"})],
    "rate_limited": [patient({"bandwidth_rate": 9_999_999})],
    "underutilised": [patient({"consensus_weight": 4_999})],
    "exit_hint": [
        patient({"exit_policy_summary": WEB}),
        patient({"exit_policy_summary": PortSummary(reject=("25",))}),
    ],
    "version_unrecommended": [
        patient({"version_status": "unrecommended"}),
        patient({"version_status": None, "recommended_version": False}),
    ],
    "aroi_unauthorized": [patient(status="unauthorized")],
    "aroi_misconfigured": [patient(status="misconfigured")],
    "aroi_incomplete": [patient(status="incomplete")],
    "no_contact": [patient({"contact": None})],
    "family_one_sided": [patient({"alleged_family": (fingerprint(1),)})],
    "overload_rate": [patient(rate_limited=NOW - 72 * HOUR)],
    "phase": [patient({"first_seen": YOUNG})],
    "no_ipv6": [patient({"or_addresses": ("192.0.2.1:9001",)})],
    "hibernating": [patient({"hibernating": True})],
    "version_ahead": [
        patient({"version_status": "experimental"}),
        patient({"version_status": "new in series"}),
    ],
    "aroi_not_checked": [patient(status="not_checked"), patient({"contact": CLAIM})],
    "overload_past": [
        patient({"overload_general_timestamp": NOW - 72 * HOUR - 1}),
        patient({"overload_general_timestamp": NOW - 7 * DAY}),
    ],
    "sybil": [patient(having("Sybil"))],
    "no_ed_consensus": [patient(having("NoEdConsensus"))],
    "not_measured_new": [patient({"measured": False, "first_seen": "2026-02-01 16:00:00"})],
    "no_weight": [patient({"consensus_weight": 0}), patient({"consensus_weight": None})],
    "low_uptime": [patient(month_uptime=Fraction(8999, 100))],
    "exit_no_policy": [patient(having("Exit"))],
    "exit_family_hint": [patient({"exit_policy_summary": WEB})],
    "family_key_ready": [patient({"version": "0.4.9.1"})],
}
HOLDS_NOT: dict[str, list[Patient]] = {
    "offline": [patient()],
    "bad_exit": [patient(having("BadExit", "MiddleOnly"))],
    "version_obsolete": [patient({"version_status": "unrecommended"})],
    "overload_fd": [
        patient(file_descriptors=NOW - 72 * HOUR - 1),
        patient(file_descriptors=NOW + 3 * HOUR),
    ],
    "middle_only": [patient(having("BadExit"))],
    "overload_general": [patient({"overload_general_timestamp": NOW - 72 * HOUR - 1})],
    "not_measured": [
        patient({"measured": None}),
        patient({"measured": False, "first_seen": "2026-02-01 16:00:00"}),
    ],
    "not_fast": [patient({**without("Fast"), "running": False})],
    "not_stable": [patient({**without("Stable"), "first_seen": YOUNG})],
    "no_hsdir": [patient(without("HSDir", "V2Dir"))],
    "no_guard": [
        patient({**without("Guard"), "flags": ("Exit", "Fast", "Stable")}),
        patient(without("Guard", "Fast")),
    ],
    "no_guard_yet": [patient(without("Guard"))],
    "rate_limited": [patient({"bandwidth_rate": 10_000_000}), patient({"bandwidth_rate": None})],
    "underutilised": [patient({"consensus_weight": 5_000})],
    "exit_hint": [patient({**having("Exit"), "exit_policy_summary": WEB})],
    "version_unrecommended": [patient({"version_status": None, "recommended_version": None})],
    "overload_rate": [patient(rate_limited=NOW - 72 * HOUR - 1), patient()],
    "overload_past": [patient({"overload_general_timestamp": NOW - 7 * DAY - 1})],
    "not_measured_new": [patient({"measured": False})],
    "no_weight": [patient({"consensus_weight": None, "running": False})],
    "low_uptime": [patient(month_uptime=Fraction(90)), patient(month_uptime=None)],
    "exit_no_policy": [patient({**having("Exit"), "exit_policy_summary": WEB})],
    "exit_family_hint": [patient({**having("BadExit"), "exit_policy_summary": WEB})],
    "family_key_ready": [
        patient({"version": "0.4.9.0"}),
        patient({"version": "0.4.9.1", "family_ids": ("ed25519:k",)}),
    ],
}


def test_a_relay_that_is_well_has_nothing() -> None:
    assert diagnosis(patient()) == ()


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


SILENCED: dict[str, tuple[Patient, tuple[str, ...]]] = {
    "what is down has one finding": (
        patient({"running": False, "contact": None, "bandwidth_rate": 1}),
        ("offline",),
    ),
    "a version and an unproven domain are told of what is down": (
        patient({"running": False, "version_status": "unrecommended"}, status="unauthorized"),
        ("offline", "version_unrecommended", "aroi_unauthorized"),
    ),
    "an obsolete version is not also unrecommended": (
        patient({"version_status": "obsolete", "recommended_version": False}),
        ("version_obsolete",),
    ),
    "a slow relay lacks the other flags for one cause": (
        patient(without("Fast", "Stable", "HSDir", "Guard")),
        ("not_fast",),
    ),
    "a restless relay lacks the other flags for one cause": (
        patient(without("Stable", "HSDir", "Guard")),
        ("not_stable",),
    ),
    "an unmeasured relay is not underutilised": (
        patient({"measured": False, "consensus_weight": 20}),
        ("not_measured",),
    ),
    "a limited relay is not underutilised": (
        patient({"bandwidth_rate": 5_000_000, "consensus_weight": 2_000}),
        ("rate_limited",),
    ),
    "a relay kept in the middle is no guard and no exit": (
        patient({"flags": ("MiddleOnly", "Fast", "Stable"), "exit_policy_summary": WEB}),
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
