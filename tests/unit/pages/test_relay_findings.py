"""The findings of random relays: none blames what cannot be its cause, and no two contradict."""

from collections.abc import Callable
from functools import cache
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allium.analysis.history_stats import compute_history_stats
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.analysis.relay.findings import SEVERITY
from allium.formatting import time_of
from allium.model.history import Bandwidth, RateLimits
from allium.model.relay import PortSummary, Relay, in_print_order
from allium.model.snapshot import Snapshot, Validation
from allium.pages.relay import relay_page
from allium.pages.relay.finding_texts import ADVICE
from allium.pages.relay.relay_shard import RelayShard
from tests.support.facts import DAYS, FACTS, HOURS, KB, NOW, TABLE, Case, Fact, broken
from tests.support.network import HOUR, fingerprint
from tests.support.relays import relay, shard

CLAIM: Final = "url:example.org proof:uri-rsa ciissversion:2"
KEYS: Final = ("A" * 43, "B" * 43)
STRANGERS: Final = (fingerprint(900), fingerprint(901))
SECONDS: Final = (
    0,
    *(HOURS * count for count in (1, 95, 96, 97)),
    *(DAYS * count for count in (3, 7, 10, 14, 15, 29, 31, 90, 900)),
    8 * DAYS - 1,
    8 * DAYS,
    14 * DAYS + 1,
    68 * DAYS,
)
RATES: Final = (
    *(0, 1_000, 100_000, 100 * KB - 1, 100 * KB, 500_000, 2_000_000),
    *(2 * KB * KB - 1, 2 * KB * KB, 9_999_999, 30_000_000, 1_073_741_824),
)
WEIGHTS: Final = (None, 0, 1, 20, 101, 102, 810, 2_000, 2_096, 2_097, 5_000, 40_000)
HELD: Final = (
    *((), ("V2Dir",), ("Fast",), ("Fast", "V2Dir"), ("Fast", "Stable"), ("Stable", "V2Dir")),
    *(("Fast", "Stable", "V2Dir"),) * 6,
    *(("Fast", "Stable", "V2Dir", *more) for more in (("HSDir",), ("Guard",), ("HSDir", "Guard"))),
    ("Fast", "Stable", "Exit"),
    *(("Fast", "Stable", "V2Dir", "Exit", *more) for more in ((), ("BadExit",), ("Guard",))),
    *(("MiddleOnly", *more) for more in ((), ("Fast",), ("Fast", "Stable", "BadExit"))),
)
POLICIES: Final = (
    None,
    PortSummary(reject=("1-65535",)),
    PortSummary(accept=("80", "443")),
    PortSummary(accept=("443",)),
    PortSummary(reject=("25",)),
    PortSummary(accept=("5000-6000",)),
)
ADDRESSES: Final = ("192.0.2.1:9001", "[2001:db8::1]:9001")
OTHERS: Final = tuple(
    relay(
        number,
        consensus_weight=20_000,
        advertised_bandwidth=30_000_000,
        observed_bandwidth=30_000_000,
        family_ids=KEYS[:1] if number == 1 else (),
    )
    for number in range(1, 17)
)
"""Relays so fast that what is always enough is less than what the slowest of them have."""


@st.composite
def relays(draw: st.DrawFn) -> Relay:
    """Draw a relay as Onionoo may give it, with flags that the authorities may have given."""
    running = draw(st.sampled_from((True, True, True, True, False)))
    last = NOW if running else NOW - draw(st.sampled_from((3_600, 2 * DAYS, 6 * DAYS)))
    rate, burst = draw(st.tuples(*[st.sampled_from(RATES)] * 2))
    observed = draw(st.sampled_from(RATES))
    hibernating = draw(st.sampled_from((False, False, False, False, True)))
    known = draw(st.sampled_from((True, True, True, False)))
    advertised = 0 if hibernating else min(rate, burst, observed)
    flags = set(draw(st.sampled_from(HELD))) | {"Running", "Valid"}
    flags |= draw(st.sampled_from((set(), set(), set(), {"StaleDesc"}, {"Authority"})))
    started = draw(st.none() | st.sampled_from(SECONDS))
    v6 = draw(st.sampled_from(("none", "reachable", "unreachable")))
    unmeasured = draw(st.sampled_from((True, True, False, None)))
    return relay(
        0,
        running=running,
        last_seen=time_of(last),
        first_seen=time_of(last - draw(st.sampled_from(SECONDS))),
        last_restarted=None if started is None else time_of(last - started),
        hibernating=hibernating,
        flags=tuple(in_print_order(flags)),
        or_addresses=ADDRESSES if v6 == "reachable" else ADDRESSES[:1],
        unreachable_or_addresses=ADDRESSES[1:] if v6 == "unreachable" else (),
        bandwidth_rate=rate if known else None,
        bandwidth_burst=burst if known else None,
        observed_bandwidth=observed if known else None,
        advertised_bandwidth=advertised if known else None,
        consensus_weight=draw(st.sampled_from(WEIGHTS)),
        measured=unmeasured if running else False,
        contact=draw(st.sampled_from((None, "somebody", CLAIM, "url:example.org proof:uri-rsa"))),
        exit_policy_summary=draw(st.sampled_from(POLICIES)),
        version=draw(st.sampled_from((None, "0.4.8.21"))),
        version_status=draw(
            st.sampled_from((None, "recommended", "obsolete", "unrecommended", "experimental"))
        ),
        recommended_version=draw(st.sampled_from((None, True, False))),
        alleged_family=draw(
            st.lists(st.sampled_from((fingerprint(1), fingerprint(2), *STRANGERS)), unique=True)
        ),
        family_ids=draw(st.sampled_from(((), KEYS[:1], KEYS[1:]))),
    )


OVERLOADS: Final = st.dictionaries(
    st.sampled_from(("general", "files", "rate")),
    st.sampled_from((-HOURS, 0, 72 * HOURS, 72 * HOURS + 1, 6 * DAYS)),
)
RESULTS: Final = st.sampled_from(
    (
        None,
        Validation(True, "example.org", "uri-rsa"),
        Validation(False, "example.org", "uri-rsa", "404 Not Found"),
        Validation(False, "example.org", "uri-rsa", "Fingerprint not found in proof file"),
    )
)


def milliseconds(ago: int | None) -> int | None:
    return None if ago is None else 1_000 * (NOW - ago)


def examine(
    own: Relay, overloads: dict[str, int], result: Validation | None
) -> tuple[Case, RelayShard]:
    """Return what is so, and what the page of a relay depends on."""
    rate = milliseconds(overloads.get("rate"))
    history = Bandwidth(
        rate_limits=None if rate is None else RateLimits(rate, 1, 0),
        file_descriptors=milliseconds(overloads.get("files")),
    )
    snapshot = Snapshot(
        published=HOUR,
        relays=(own, *OTHERS),
        bandwidth={own.fingerprint: history},
        validations={} if result is None else {own.fingerprint: result},
    )
    whole = network(snapshot)
    member = whole.members[0]
    known = compute_history_stats(snapshot, compute_network_stats(whole))
    others = {one.fingerprint: one for one in OTHERS}
    return (
        Case(own, others, member.status, overloads),
        shard(member, known),
    )


@st.composite
def examined(draw: st.DrawFn) -> tuple[Case, RelayShard]:
    overloads = draw(OVERLOADS)
    own = draw(relays())
    general = milliseconds(overloads.get("general"))
    fields = {name: getattr(own, name) for name in own.__struct_fields__}
    own = Relay(**fields | {"overload_general_timestamp": general})
    return examine(own, overloads, draw(RESULTS))


def test_each_finding_that_readers_see_has_words_and_a_row_of_facts() -> None:
    assert set(TABLE) == set(SEVERITY) == set(ADVICE)


def shown_where_the_facts_allow(found: tuple[Case, RelayShard]) -> None:
    one, cut = found
    wrong = {code: broken(code, one) for code in cut.history.findings}
    assert {code: facts for code, facts in wrong.items() if facts} == {}


GROUPS: Final[dict[str, set[str]]] = {
    "Fast": {code for code in TABLE if code.startswith("not_fast")}
    | {"not_measured", "not_measured_new"},
    "Stable": {code for code in TABLE if code.startswith("not_stable")},
    "HSDir": {code for code in TABLE if code.startswith("no_hsdir")} | {"no_v2dir_exit"},
    "Guard": {code for code in TABLE if code.startswith("no_guard")} | {"no_v2dir"},
}
"""Findings about one flag that is missing: one cause is named, or none."""
APART: Final = (
    {"offline", "hibernating"},
    {"or_unreachable", "no_ipv6"},
    {"phase", "not_measured_new", "not_fast_yet"},
    {"rate_limited", "not_fast_limit", "no_guard_limit", "overload_general", "overload_fd"},
    {"rate_limited", "underutilised"},
    {"underutilised", "not_measured", "not_measured_new", "not_fast_measured", "no_guard_measured"},
    {"version_obsolete", "version_unrecommended", "version_ahead"},
    {"no_contact", "aroi_incomplete", "aroi_unauthorized", "aroi_misconfigured"},
)
"""Findings of which two on one page would contradict each other, or name one cause twice."""
TOGETHER: Final = {"overload_general", "overload_fd"}
"""Of those, two that may stand together."""


def without_contradiction(found: tuple[Case, RelayShard]) -> None:
    shown = set(found[1].history.findings)
    for group in (*APART, *GROUPS.values()):
        assert len(shown & group) <= 1 or shown & group <= TOGETHER, sorted(shown & group)


UNCLEAR: Final = {
    "not_fast_unclear",
    "not_stable",
    "not_stable_unreached",
    "no_hsdir",
    "no_guard",
}
"""Findings about a flag of which public data does not show what is missing."""


def in_agreement_with_the_table_of_flags(found: tuple[Case, RelayShard]) -> None:
    view = relay_page.build(found[1])
    rows = {row.flag: row for row in view.missing}
    for flag, codes in GROUPS.items():
        for code in set(found[1].history.findings) & codes:
            if not (code.startswith("not_measured") and flag not in rows):
                assert flag in rows, code
                unmet = any(one.verdict == "Not met" for one in rows[flag].requirements)
                young = code == "not_fast_yet"
                assert young or unmet is (code not in UNCLEAR), (code, rows[flag])


AGES: Final = {
    "HSDir": ("Last restarted", "up 96 hours"),
    "Guard": ("Known long enough", "known 8 days"),
    "Guard, of a relay that is down": ("First seen", "known 8 days"),
}
"""How requirements of flags begin that are ages, and the facts that meet them."""


def with_ages_that_end_when_the_relay_was_last_seen(found: tuple[Case, RelayShard]) -> None:
    one, cut = found
    rows = {row.flag: row for row in relay_page.build(cut).missing}
    for flag, (begin, fact) in AGES.items():
        row = rows.get(flag[:5])
        for requirement in () if row is None else row.requirements:
            if requirement.text.startswith(begin):
                assert (requirement.verdict == "Met") is FACTS[fact](one), requirement


def is_so(*facts: str) -> Fact:
    return lambda one: all(FACTS[fact](one) for fact in facts)


def is_not(*facts: str) -> Fact:
    return lambda one: not any(FACTS[fact](one) for fact in facts)


POSSIBLE: Final[dict[str, Callable[[Case], bool]]] = {
    "process runs": is_not("running", "hibernating"),
    "comes back by itself": is_so("hibernating"),
    "hours without a restart": is_not("up 96 hours"),
    "bundle updates": is_not("up 30 days"),
    "more than 8 days": is_not("known 8 days"),
    "Wait": lambda one: not FACTS["known 68 days"](one) or not FACTS["Fast"](one),
    "the relay is new": is_not("known 8 days"),
    "Raise BandwidthRate": lambda one: (
        is_so("limited below Guard")(one) and is_not("overloaded")(one)
    ),
    "Raise it if you want more traffic": is_so("rate below observed"),
    "speed of its line": is_so("known 8 days"),
    "route to other networks": is_so("known 8 days"),
    "DirCache": is_so("no V2Dir", "no MiddleOnly"),
    "IPv6 ORPort": is_not("IPv6"),
    "stop announcing it": is_so("unreachable"),
    "Remove them from MyFamily": is_so("strangers"),
    "use one family key for all": is_so("one-sided"),
    "Upgrade": lambda one: FACTS["obsolete"](one) or FACTS["not recommended"](one),
}
"""Words of advice, and when somebody can follow them."""


@pytest.mark.parametrize("words", POSSIBLE)
def test_each_piece_of_advice_is_given_by_a_finding(words: str) -> None:
    assert [one for one in ADVICE.values() if words in (one.does or "")]


def advice_that_can_be_followed(found: tuple[Case, RelayShard]) -> None:
    one, cut = found
    view = relay_page.build(cut)
    for finding in (*view.findings, *view.further_findings):
        for words, possible in POSSIBLE.items():
            if words in (finding.advice or ""):
                assert possible(one), (words, finding.statement)
        for evidence in finding.evidence:
            assert not evidence.startswith("Last seen") or not one.relay.running, evidence


LAWS: Final = (
    shown_where_the_facts_allow,
    without_contradiction,
    in_agreement_with_the_table_of_flags,
    with_ages_that_end_when_the_relay_was_last_seen,
    advice_that_can_be_followed,
)


@given(examined())
@settings(max_examples=200)
def test_findings_of_a_random_relay_keep_all_laws(found: tuple[Case, RelayShard]) -> None:
    for law in LAWS:
        law(found)


@cache
def examples() -> tuple[tuple[Case, RelayShard], ...]:
    """Return the same many random relays each time."""
    found: list[tuple[Case, RelayShard]] = []

    @given(examined())
    @settings(max_examples=1_500, database=None, derandomize=True)
    def collect(drawn: tuple[Case, RelayShard]) -> None:
        found.append(drawn)

    collect()
    return tuple(found)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_findings_of_many_relays_are(law: Callable[[tuple[Case, RelayShard]], None]) -> None:
    for found in examples():
        law(found)


def test_random_relays_have_every_finding_now_and_then() -> None:
    assert {code for _, cut in examples() for code in cut.history.findings} == set(TABLE)
