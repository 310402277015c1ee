"""What nine hand-made votes say of a relay, worked out by hand."""

from typing import Any

import pytest

from allium.analysis.voting import vote_texts
from allium.analysis.voting.authority_facts import AuthorityFacts, OwnParam, authority_facts
from allium.analysis.voting.consensus_facts import NextMethod, consensus_facts
from allium.analysis.voting.distance import Lacking
from allium.analysis.voting.vote_findings import FlagVotes
from allium.model.votes import AUTHORITIES, VoteSet
from tests.support.agreement import Agreement, agreement
from tests.support.network import HOUR, fingerprint
from tests.support.nine_votes import (
    FLAGS,
    NAMES,
    SCANNERS,
    by,
    said,
    snapshot,
    told,
)
from tests.support.votes import THRESHOLDS, entry, vote, vote_set

AGREED = [(1, FLAGS, "Bandwidth=65000")]


def test_a_relay_on_which_all_agree() -> None:
    found = told(vote_set(said(), AGREED))
    assert (found.listed, found.read, found.authorities, found.needed) == (9, 9, 9, 5)
    assert (found.complete, found.in_consensus, found.ipv6) == (True, True, (8, 8))
    assert [row.authority for row in found.rows] == NAMES
    rows = {row.authority: row for row in found.rows}
    assert rows["bastet"].given == ("yes", "yes", "yes", "no", "no", "no", "yes")
    assert [rows["dizum"].ipv4, rows["dizum"].ipv6] == ["reached", "not tested"]
    assert [rows["bastet"].measured, rows["dizum"].measured] == [50_000, None]
    assert (rows["bastet"].wfu, rows["bastet"].known, rows["bastet"].mtbf) == (
        "at least 98%",
        "at least 8 days",
        "at least 5 days",
    )
    assert (found.weight.value, found.weight.of, found.weight.unmeasured) == (
        70_000,
        ("maatuska",),
        False,
    )
    assert vote_texts.presence(found) == "In the consensus: 9 of 9 authorities list it."
    assert vote_texts.weight(found) == (
        "The weight is the middle one of 5 measurements, that of maatuska."
    )
    [guard] = [one for one in found.distances if one.flag == "Guard"]
    assert guard.lacking == (Lacking("unknown", tuple(NAMES)),)
    assert [one.code for one in found.findings] == ["own_rules"]


def test_four_measure_and_two_have_the_middle_value() -> None:
    votes = said(gabelmoo={"w": "Bandwidth=10000"}, bastet={"w": "Bandwidth=10000 Measured=65000"})
    found = told(vote_set(votes, AGREED))
    assert (found.weight.measured_by, found.weight.scanners) == (4, 5)
    assert found.weight.of == ("bastet", "maatuska")


def test_a_measurement_of_an_authoritys_relay_makes_flags_and_no_weight() -> None:
    private = by(sorted(SCANNERS), w="Bandwidth=10000 MeasuredButAuthority=5000")
    found = told(vote_set(said(**private), AGREED))
    assert (found.weight.measured_by, found.weight.value, found.weight.unmeasured) == (0, 20, True)
    assert not any(
        group.condition == "measurement" for one in found.distances for group in one.lacking
    )


def test_a_relay_that_too_few_list() -> None:
    absent = dict.fromkeys(NAMES[:5], None)
    found = told(vote_set(said(**absent), [(7, FLAGS, "Bandwidth=5000")]), running=False)
    assert (found.listed, found.in_consensus) == (4, False)
    assert vote_texts.presence(found) == (
        "Not in the consensus: 4 of 9 authorities list it, 5 are needed."
    )
    assert [row.state for row in found.rows] == ["not listed"] * 5 + ["listed"] * 4
    running = next(one for one in found.distances if one.flag == "Running")
    assert vote_texts.distance(running) == (
        f"4 of 9 authorities give it, 5 are needed; lacking: listing it ({', '.join(NAMES[:5])})"
    )


def test_a_relay_that_nobody_lists() -> None:
    found = told(vote_set(said(**dict.fromkeys(NAMES)), []), running=False)
    assert (found.listed, found.distances, found.ipv6, found.findings) == (0, (), None, ())
    assert vote_texts.presence(found) == "No authority lists it."
    assert vote_texts.weight(found) == "No vote says a bandwidth."


def test_a_relay_that_too_few_reach() -> None:
    down = by(NAMES[:5], flags="Fast Stable V2Dir Valid", ipv6=False)
    found = told(vote_set(said(**down), []), running=False)
    assert vote_texts.presence(found) == (
        "Not in the consensus: 9 of 9 authorities list it, but 4 of 9 reach it, 5 are needed."
    )
    rows = {row.authority: (row.ipv4, row.ipv6) for row in found.rows}
    assert rows["bastet"] == ("not known", "not reached")
    assert rows["dizum"] == ("not reached", "not tested")
    running = next(one for one in found.distances if one.flag == "Running")
    assert vote_texts.advice(running, found) == (
        f"Check the addresses and the firewall: {', '.join(NAMES[:5])} could not reach it within"
        " 45 minutes."
    )


def test_majorities_are_of_those_that_vote_on_a_flag() -> None:
    votes = said()
    started = vote("bastet", [entry(1, "Fast Stable V2Dir Valid")], known="Fast Stable V2Dir Valid")
    found = told(vote_set(votes | {"bastet": started}, AGREED))
    assert next(one for one in found.flags if one.flag == "Running") == FlagVotes(
        "Running", 8, 8, 5
    )
    row = next(row for row in found.rows if row.authority == "bastet")
    assert (row.given[0], row.ipv4) == ("not voted on", "not stated")


def test_what_could_not_be_read_is_said_and_counts_nowhere() -> None:
    votes = vote_set(said(), AGREED, states={"moria1": "damaged", "tor26": "missing"})
    found = told(votes)
    assert (found.read, found.complete) == (7, False)
    assert [row.state for row in found.rows][-2:] == ["damaged", "missing"]
    assert next(one for one in found.flags if one.flag == "Fast") == FlagVotes("Fast", 7, 7, 4)
    eight = {name: body for name, body in said().items() if name != "moria1"}
    found = told(vote_set(eight, AGREED))
    assert (found.read, found.authorities, found.complete) == (8, 9, True)
    assert [row.state for row in found.rows if row.authority == "moria1"] == ["not counted"]


FINDINGS: dict[str, tuple[dict[str, dict[str, Any] | None], dict[str, Any], str]] = {
    "reached_by_few": (
        by(NAMES[:4], flags="Fast Stable V2Dir Valid"),
        {},
        "Only 5 of 9 authorities reach it; with fewer than the majority it leaves the consensus.",
    ),
    "ipv6_partly": (
        by(NAMES[:6], ipv6=False),
        {},
        "Only 3 of 8 authorities that test IPv6 reach its IPv6 address.",
    ),
    "measured_by_few": (
        by(["bastet", "gabelmoo", "maatuska"], w="Bandwidth=10000"),
        {},
        "Only 2 of the authorities measured it; three make a weight.",
    ),
    "not_listed_by": (dict.fromkeys(NAMES[:4]), {}, "Only 5 of 9 authorities list it."),
    "flag_at_stake": (
        by(NAMES[:4], flags="Fast Running V2Dir Valid"),
        {},
        "Just as many authorities give Stable as are needed: 5 of 9.",
    ),
    "spread": (
        {"bastet": {"w": "Bandwidth=10000 Measured=9700"}},
        {},
        "Its measurements differ by ten times or more.",
    ),
    "own_rules": (
        by(NAMES[:5], flags="Running Stable V2Dir Valid"),
        {"flags": ["Running", "Stable", "V2Dir", "Valid"]},
        (
            "9 of 9 authorities find that it meets all that votes state for Fast, and some do not"
            " give it."
        ),
    ),
}


@pytest.mark.parametrize("code", FINDINGS)
def test_findings(code: str) -> None:
    changed, fields, words = FINDINGS[code]
    found = told(vote_set(said(**changed), AGREED), **fields)
    assert words in [vote_texts.finding(one) for one in found.findings if one.code == code]
    assert code not in {one.code for one in told(vote_set(said(), AGREED)).findings} - {"own_rules"}


def test_a_relay_that_is_away_is_not_at_stake() -> None:
    changed, _, _ = FINDINGS["reached_by_few"]
    codes = {one.code for one in told(vote_set(said(**changed), AGREED), running=False).findings}
    assert codes.isdisjoint({"reached_by_few", "flag_at_stake", "ipv6_partly", "measured_by_few"})


def test_the_surplus_on_an_address_has_no_rule_of_its_own() -> None:
    found = told(vote_set(said(**by(NAMES, flags="Sybil")), []), running=False)
    assert "own_rules" not in {one.code for one in found.findings}
    assert {row.ipv4 for row in found.rows} == {"not stated"}


def facts(votes: VoteSet) -> dict[str, AuthorityFacts]:
    return {one.nickname: one for one in authority_facts(snapshot(), votes)}


def test_an_authority_is_known_by_its_vote() -> None:
    votes = said(tor26={"flags": "Running Valid"})
    votes["moria1"] = vote(
        "moria1",
        [entry(1, FLAGS, "Bandwidth=1 Measured=9", ipv6=True)],
        "params cc_alg=3 only=1",
        "server-versions 0.4.8.21,0.4.9.9",
        "bandwidth-file-headers ",
        "dir-key-expires 2026-03-16 15:59:59",
        methods="28 29",
        known="Fast Valid Running",
    )
    more = ("params cc_alg=2 agreed=5", "server-versions 0.4.8.21,0.4.9.5")
    found = facts(vote_set(votes, AGREED, *more, unsigned=["tor26"]))
    moria1, tor26 = found["moria1"], found["tor26"]
    assert (moria1.relay, moria1.state) == (AUTHORITIES[7].relay, "read")
    assert (tor26.signed, tor26.alerts) == (False, ("not_signed",))
    assert moria1.params == (
        OwnParam("agreed", None, 5),
        OwnParam("cc_alg", 3, 2),
        OwnParam("only", 1, None),
    )
    assert moria1.versions == (("0.4.9.9",), ("0.4.9.5",))
    assert moria1.lacking_flags == (
        "Authority", "Exit", "Guard", "HSDir", "V2Dir", "Stable", "StaleDesc", "Sybil",
    )  # fmt: skip
    assert set(moria1.alerts) == {
        "method_unknown",
        "file_unusable",
        "certificate_ends",
        "list_length",
    }
    assert tor26.counted is not None
    counts = {one.flag: (one.given, one.others) for one in tor26.counted.flags}
    assert (counts["Fast"], counts["Running"]) == ((1, 1), (2, 0))
    assert (tor26.counted.listed, tor26.counted.known, tor26.counted.measured) == (2, 1, 2)
    assert found["bastet"].odd_thresholds == ()


def test_an_authority_that_is_not_built_in_is_added() -> None:
    votes = said() | {"newcomer": vote("newcomer", [entry(1)])}
    found = facts(vote_set(votes, AGREED))
    assert len(found) == 10
    assert (found["newcomer"].identity, found["newcomer"].relay) == ("A" * 40, None)
    known = authority_facts(
        snapshot(flags=["Authority", "Running"], or_addresses=["192.0.2.1:443"]),
        vote_set(votes, AGREED),
    )
    assert {one.relay for one in known if one.nickname == "newcomer"} == {fingerprint(1)}


def test_odd_thresholds_are_those_that_most_have_otherwise() -> None:
    own = THRESHOLDS.replace("fast-speed=102000", "fast-speed=1048000")
    found = facts(vote_set(said() | {"moria1": vote("moria1", [entry(1)], thresholds=own)}, AGREED))
    assert found["moria1"].odd_thresholds == ("fast",)
    assert found["dizum"].odd_thresholds == ("ignores_claims",)


def test_a_consensus_has_its_counts() -> None:
    more = ("params maxunmeasuredbw=30",)
    relays = [
        (1, "Exit Fast Running Valid", "Bandwidth=65000"),
        (7, "Running Valid", "Bandwidth=9 Unmeasured=1"),
    ]
    found = consensus_facts(vote_set(said(), relays, *more, states={"moria1": "missing"}))
    assert (found.counted, found.read, found.authorities) == (9, 8, 9)
    assert (found.signatures, found.signatures_needed) == (9, 5)
    assert (found.relays, found.weight, found.unmeasured) == (2, 65_009, 1)
    assert dict(found.flags) == {"Exit": 1, "Fast": 1, "Running": 2, "Valid": 2}
    assert found.next_method == NextMethod(35, 8, 7)
    params = {one.name: (one.value, one.default) for one in found.params}
    assert params["maxunmeasuredbw"] == (30, 20)
    assert params["use-family-ids"] == (None, 1)
    assert [(one.name, one.part, one.scale) for one in found.bandwidth_weights] == [
        ("Wbd", 0, 10_000),
        ("Wgg", 5917, 10_000),
    ]
    assert found.fresh_until == HOUR.replace("16:", "17:")


def test_votes_are_compared_with_the_consensus() -> None:
    both = [*AGREED, (7, FLAGS, "Bandwidth=5000")]
    assert agreement(vote_set(said(), both)) == Agreement(2, 0, 0)
    other = [(1, "Running Valid", "Bandwidth=65000"), (7, FLAGS, "Bandwidth=5001")]
    assert agreement(vote_set(said(), other)) == Agreement(2, 1, 1)
    assert agreement(vote_set(said(), [(8, FLAGS, "Bandwidth=5")])) == Agreement(2, 3, 0)
