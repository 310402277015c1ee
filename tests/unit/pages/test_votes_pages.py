"""The pages about votes, of nine hand-made votes."""

import msgspec
import pytest
from msgspec.structs import replace

from allium.analysis.history_stats import compute_history_stats
from allium.analysis.network_stats import compute_network_stats
from allium.analysis.voting.relay_votes import Join
from allium.model.votes import VoteSet
from allium.pages.health.health_votes import votes_section
from allium.pages.operator.operator_votes import VotesOfRelay, votes_of_operator
from allium.pages.relay import relay_page, votes_summary
from allium.pages.relay.finding_texts import ADVICE
from allium.pages.relay.relay_page import RelayPage
from allium.pages.votes import authorities_page, consensus_page, relay_votes_page
from allium.pages.votes.authorities_page import AuthoritiesPage
from allium.pages.votes.relay_votes_page import RelayVotesPage, VotesShard
from allium.pages.votes.vote_grids import VoteGrid
from allium.store import codec
from tests.support.nine_votes import FLAGS, NAMES, by, said, snapshot, told
from tests.support.relays import joined, shard
from tests.support.votes import vote, vote_set

HELD = ((1, FLAGS, "Bandwidth=65000"),)
BY_FIVE = by(["bastet", "dizum", "gabelmoo", "moria1", "tor26"], flags=f"{FLAGS} Guard")


def page(votes: VoteSet) -> RelayVotesPage:
    """Return the view as it is made from the shard's file."""
    shard = relay_votes_page.shard(snapshot().relays[0], told(votes))
    read = codec.decode(codec.encode(shard), VotesShard, "the shard")
    assert read == shard
    return relay_votes_page.build(read)


def cells(shown: RelayVotesPage, authority: str) -> tuple[str, ...]:
    return next(row.cells for row in shown.rows if row.authority == authority)


def column(table: VoteGrid, head: str) -> dict[str, str]:
    place = table.heads.index(head) - 1
    return {row.name.text: row.cells[place].text for row in table.rows}


def test_each_authority_has_a_row_with_what_it_says() -> None:
    shown = page(vote_set(said(), HELD))
    assert [row.authority for row in shown.rows] == NAMES
    assert shown.flags == ("Running", "Fast", "Stable", "Guard", "HSDir", "Exit", "V2Dir")
    flags = ("Yes", "Yes", "Yes", "No", "No", "–", "Yes")
    bands = ("At least 98%", "At least 8 days", "At least 5 days")
    assert cells(shown, "gabelmoo") == (*flags, "Reached", "Reached", "100\u202f000", *bands)
    assert cells(shown, "dizum")[7:10] == ("Reached", "Not tested", "None")
    together, needed = shown.foot
    nine, none = "9 of 9", "0 of 9"
    assert together.words == (nine, nine, nine, none, none, "–", nine, nine, "8 of 8")
    assert together.figures == ("5 of 5", "–", "–", "–")
    assert (needed.words, needed.figures[0]) == ((*"55555–5––",), "3")
    assert shown.verdict.text == "In the consensus: 9 of 9 authorities list it."
    assert shown.weight == "The weight is the middle one of 5 measurements, that of maatuska."


def test_an_exit_that_some_authorities_find_none_is_told_so() -> None:
    shown = page(vote_set(said(**by(["bastet"], flags=f"{FLAGS} Exit")), HELD))
    assert (cells(shown, "bastet")[5], cells(shown, "tor26")[5]) == ("Yes", "No")


def test_an_authority_that_says_nothing_has_a_row_that_says_why() -> None:
    votes = vote_set(said(moria1=None), HELD, states={"tor26": "missing", "bastet": "damaged"})
    shown = page(votes)
    absent = {row.authority: row.absent for row in shown.rows if row.absent is not None}
    assert absent == {
        "bastet": "Vote damaged",
        "moria1": "Does not list this relay",
        "tor26": "Vote not available",
    }
    assert shown.unread == "Only 7 votes could be read; counts are of these."


def test_flags_that_most_authorities_give_are_not_missing() -> None:
    shown = page(vote_set(said(**BY_FIVE), ((7, FLAGS, "Bandwidth=5"),)))
    assert [flag.flag for flag in shown.missing] == ["HSDir"]


def test_a_missing_flag_names_what_is_lacking_where() -> None:
    low = by(["bastet", "gabelmoo", "tor26"], flags=FLAGS, stats="wfu=0.970000 tk=900000 mtbf=9e5")
    shown = page(vote_set(said(**low), HELD))
    guard = next(flag for flag in shown.missing if flag.flag == "Guard")
    lacking = {one.condition: (one.authorities, one.stated) for one in guard.lacking}
    assert lacking["Weighted uptime"] == ("bastet, gabelmoo, tor26", True)
    assert lacking["A reason that votes do not state"][1] is False
    assert guard.words == "0 of 9 authorities give it, 5 are needed"


def test_nothing_that_the_page_does_not_print_is_in_its_shard() -> None:
    finer = by(
        ["bastet"], w="Bandwidth=9000 Measured=45100", stats="wfu=0.995 tk=900001 mtbf=900002"
    )
    shards = [
        relay_votes_page.shard(snapshot().relays[0], told(vote_set(said(**own), HELD)))
        for own in ({}, finer)
    ]
    assert shards[0] == shards[1]


def authorities(votes: VoteSet) -> AuthoritiesPage:
    return authorities_page.build(snapshot(), votes)


def test_the_page_of_the_authorities_has_one_row_for_each() -> None:
    shown = authorities(vote_set(said(), HELD))
    assert list(column(shown.overview, "Relays")) == NAMES
    assert column(shown.overview, "Relays")["moria1"] == "2"
    assert column(shown.overview, "Measured")["dizum"] == "0"
    assert shown.verdict.text == "9 of 9 authorities voted. Nothing needs attention."


def test_an_authority_whose_vote_is_not_counted_is_a_warning() -> None:
    votes = said()
    del votes["maatuska"]
    shown = authorities(vote_set(votes, HELD, unsigned=["tor26"]))
    assert [text.statement for text in shown.findings] == [
        "The consensus counts no vote of maatuska.",
        "The consensus has no signature of tor26.",
    ]
    assert shown.verdict.text == "8 of 9 authorities voted, with 2 warnings."
    assert column(shown.overview, "Vote")["maatuska"] == "Not counted"


def test_the_verdict_on_the_authorities_counts_the_worst_of_what_is_found() -> None:
    votes = said() | {"longclaw": vote("longclaw", (), "bandwidth-file-headers ")}
    verdict = authorities(vote_set(votes, HELD)).verdict
    assert (verdict.text, verdict.colour) == ("9 of 9 authorities voted, with 1 notice.", "note")


def test_authorities_of_one_name_have_a_row_each() -> None:
    votes = vote_set(said() | {"somebody": vote("somebody")}, HELD)
    voters = tuple(
        replace(one, nickname="moria1-2") if one.nickname == "somebody" else one
        for one in votes.consensus.voters
    )
    alike = msgspec.structs.replace(
        votes, consensus=msgspec.structs.replace(votes.consensus, voters=voters)
    )
    names = [row.anchor for row in authorities(alike).overview.rows]
    assert len({*names}) == len(names) == len(page(alike).rows) == 10


def test_a_relay_that_is_not_in_the_consensus_has_no_weight() -> None:
    shown = page(vote_set(said(), ((7, FLAGS, "Bandwidth=5"),)))
    assert shown.weight == (
        "Relays that are not in the consensus have no weight. The middle one of 5 measurements is"
        " that of maatuska."
    )
    assert shown.weight_value is None
    assert page(vote_set(said(), HELD)).weight_value == "70\u202f000"


def test_thresholds_that_most_authorities_have_otherwise_are_marked() -> None:
    votes = said() | {"moria1": vote("moria1", thresholds="fast-speed=1048576 guard-wfu=98%")}
    table = next(one for one in authorities(vote_set(votes, HELD)).grids if one.id == "thresholds")
    fast = table.rows[0]
    marked = [name for name, cell in zip(NAMES, fast.cells, strict=True) if cell.odd]
    assert (fast.name.text, marked) == ("Fast: bandwidth", ["moria1"])
    assert column(table, "moria1")["Fast: bandwidth"] == "1\u202f048\u00a0kB/s"
    assert column(table, "moria1")["Guard: weighted uptime"] == "98%"


def test_the_consensus_says_what_its_weights_imply() -> None:
    votes = vote_set(said(), HELD, "params use-family-ids=1")
    agreed = msgspec.structs.replace(
        votes.consensus,
        bandwidth_weights={"Wgg": 6666, "Wmg": 3334, "Wgd": 833, "Wed": 8333, "Wmd": 834},
    )
    shown = consensus_page.build(snapshot(), msgspec.structs.replace(votes, consensus=agreed))
    mixed = "8.33% is used as guard, 83.33% as exit and 8.34% as middle."
    assert shown.weights.notes == (
        f"Of the capacity of relays with Guard and Exit {mixed}",
        "Of the capacity of guards 66.66% is used as guard, 33.34% as middle.",
    )
    assert shown.tiles[0].value == "17:00 UTC"
    assert column(shown.params, "Value")["use-family-ids"] == "1"
    assert column(shown.params, "Value")["use-family-lists"] == "Not voted on by enough"
    assert column(shown.params, "Default")["use-family-lists"] == "1"


@pytest.mark.parametrize("signed", [9, 4])
def test_a_consensus_with_too_few_signatures_is_critical(signed: int) -> None:
    shown = consensus_page.build(snapshot(), vote_set(said(), HELD, unsigned=NAMES[signed:]))
    assert shown.verdict.colour == ("good" if signed == 9 else "crit")


def relays_page(votes: VoteSet | None, *, flags: str = FLAGS) -> RelayPage:
    """Return the page of the relay itself."""
    one = snapshot(flags=flags.split()).relays[0]
    whole = joined(one)
    known = compute_history_stats(snapshot(), compute_network_stats(whole))
    plain = shard(whole.members[0], known)
    if votes is None:
        return relay_page.build(plain)
    found = votes_summary.summary(told(votes, flags=flags.split()), has_page=True)
    return relay_page.build(replace(plain, votes=found))


def requirements(shown: RelayPage, flag: str) -> list[tuple[str, str]]:
    row = next(one for one in shown.missing if one.flag == flag)
    return [(one.text, one.verdict) for one in row.requirements]


def test_a_missing_flag_shows_how_far_it_is_where_the_data_cannot_tell() -> None:
    low = by(["bastet", "gabelmoo"], flags="Fast Running V2Dir Valid", stats="wfu=1 tk=9 mtbf=9")
    shown = relays_page(vote_set(said(**low), HELD), flags="Fast Running V2Dir Valid")
    assert "Unknown" in {verdict for _, verdict in requirements(relays_page(None), "Guard")}
    for flag in ("Guard", "HSDir"):
        found = requirements(shown, flag)
        assert "Unknown" not in {verdict for _, verdict in found[1:]}
        assert found[0][0].startswith("0 of 9 authorities give it, 5 are needed; lacking: ")
        reason = found[0][0].partition("lacking: ")[2]
        unstated = reason.startswith("a reason that votes do not state")
        assert found[0][1] == ("Unknown" if unstated else "Not met")


def test_what_one_authority_alone_misses_is_left_to_the_page_of_the_votes() -> None:
    short = {"flags": "Fast Running V2Dir Valid", "stats": "wfu=990000 tk=900000 mtbf=9"}
    alike = by(NAMES, **short)
    for changed in (alike, alike | by(["moria1"], flags="Fast V2Dir Valid")):
        shown = relays_page(vote_set(said(**changed), HELD), flags=short["flags"])
        assert requirements(shown, "Stable")[0][0] == (
            "0 of 9 authorities give it, 5 are needed; lacking: mean time between failures"
        )


def guard_finding(votes: VoteSet | None) -> tuple[str, str, str | None]:
    """Return statement, evidence and advice of the one finding about the Guard flag."""
    shown = relays_page(votes)
    found = next(one for one in shown.findings if "Guard flag" in one.statement)
    return found.statement, found.evidence[0], found.advice


def test_a_finding_names_what_the_authorities_miss_where_their_votes_state_it() -> None:
    """Bandwidth is enough by public data; seven authorities know the relay for a day only."""
    young = by(NAMES[:7], stats="wfu=0.999 tk=86400 mtbf=9000000")
    statement, evidence, advice = guard_finding(vote_set(said(**young), HELD))
    assert statement == "The relay does not have the Guard flag."
    assert "lacking: time known" in evidence
    assert advice == (
        "There is nothing to do: authorities have to know the relay for longer. The page of the"
        " votes names the authorities."
    )
    broken = by(NAMES[:7], stats="wfu=0.5 tk=9000000 mtbf=9000000")
    statement, evidence, advice = guard_finding(vote_set(said(**broken), HELD))
    assert statement.endswith("although its bandwidth is enough.")
    assert "lacking: weighted uptime" in evidence
    assert advice is not None
    assert "98%" in advice


def test_no_finding_says_that_votes_are_unknown_where_the_page_has_them() -> None:
    texts = [words for one in ADVICE.values() for words in (one.says, one.does or "")]
    assert not [words for words in texts if "only the votes" in words.lower()]


def test_too_few_votes_tell_of_no_flag_and_the_page_stays_as_without_them() -> None:
    states = dict.fromkeys(NAMES[:5], "missing")
    shown = relays_page(vote_set(said(), HELD, states=states))  # type: ignore[arg-type]
    assert shown.missing == relays_page(None).missing


def test_a_relay_page_says_by_how_many_scanners_the_relay_is_measured() -> None:
    assert relays_page(vote_set(said(), HELD)).display.measured == "Yes, by 5 of 5 scanners"
    few = by(["bastet", "gabelmoo", "moria1"], w="Bandwidth=10000")
    shown = relays_page(vote_set(said(**few), HELD))
    assert shown.display.measured == "No, by 2 of 5 scanners"
    raw = shown.raw.votes
    assert raw is not None
    assert (raw.measured_by, raw.flags["Guard"]) == ((2, 5), (0, 9))
    assert relays_page(None).raw.votes is None


def test_what_votes_let_one_find_stands_among_the_findings_by_severity() -> None:
    few = by(["bastet", "gabelmoo", "moria1", "tor26"], flags="Fast V2Dir Valid")
    shown = relays_page(vote_set(said(**few), HELD))
    statements = [text.statement for text in shown.findings]
    words = (
        "Only 5 of 9 authorities reach it; with fewer than the majority it leaves the consensus."
    )
    assert words in statements
    colours = [text.colour for text in shown.findings]
    assert colours == sorted(colours, key=["crit", "warn", "note", "off"].index)


def test_health_says_who_measures_and_what_switches_families() -> None:
    few = by(["bastet", "gabelmoo"], w="Bandwidth=10000")
    agreed = (*HELD, (7, FLAGS, "Bandwidth=5"), (99, FLAGS, "Bandwidth=5"))
    votes = vote_set(said(**few), agreed, "params use-family-lists=0")
    shown = votes_section(votes.consensus, Join(votes).coverage())
    assert [(row.name.text, row.count, row.level) for row in shown.coverage] == [
        ("5 authorities", "1", 17),
        ("3 authorities", "1", 17),
        ("No authority", "1", 17),
    ]
    assert dict(shown.switches) == {
        "Clients use family keys": "Yes (not set, the default)",
        "Clients use family lists": "No",
        "Relays publish family lists": "Yes (not set, the default)",
    }


def test_an_operator_sees_who_measures_its_relays_and_which_flags_are_at_stake() -> None:
    five = by(NAMES[4:], flags=FLAGS) | by(NAMES[:4], flags="Fast Running V2Dir Valid")
    few = by(["bastet"], w="Bandwidth=10000")
    found = []
    for own in (five, five, few):
        summary = votes_summary.summary(told(vote_set(said(**own), HELD)), has_page=True)
        found.append(codec.decode(codec.encode(summary), VotesOfRelay, "the shard"))
    shown = votes_of_operator([*found, None])
    assert shown is not None
    assert shown.measured == "2 relays by 5 of 5 scanners; 1 relay by 4 of 5 scanners"
    assert shown.at_stake == "Stable of 2 relays"
    assert votes_of_operator([None]) is None
