"""Votes of a whole small network, generated; facts 119 to 152, and every fault of the generator.

The generator and the network lie beside the checkout, in `shared`; without them nothing is tried.
"""

import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from allium.analysis.voting import tally, vote_texts
from allium.analysis.voting.authority_facts import AuthorityFacts, authority_facts
from allium.analysis.voting.consensus_facts import consensus_facts
from allium.analysis.voting.relay_votes import RelayVotes
from allium.analysis.voting.vote_rules import Judge, Rules
from allium.model.relay import Flag
from allium.model.snapshot import Snapshot
from allium.model.votes import Vote, VoteSet, fingerprints, numbers
from allium.sources.collector.collection import Collection, Obtained
from allium.sources.collector.tree import FolderTree
from allium.sources.collector.vote_cache import VoteCache
from allium.sources.onionoo import documents
from tests.support.agreement import Agreement, agreement
from tests.support.all_votes import relay_votes
from tests.support.project import REPOSITORY

SHARED = REPOSITORY.parent / "shared"
GENERATOR = SHARED / "tools" / "make_votes.py"
NETWORK = SHARED / "data" / "small"
DIGEST = "b5ac1ea1bacce7e9"
HOUR = "2026-02-15 17:00:00"
NAMES = "bastet dannenberg dizum faravahar gabelmoo longclaw maatuska moria1 tor26".split()

pytestmark = pytest.mark.skipif(
    not (GENERATOR.is_file() and NETWORK.is_dir()), reason="the folder `shared` is not here"
)


def generated(folder: Path, *faults: str) -> Path:
    """Return a tree of votes that the generator made."""
    details = [NETWORK / hour / "details.json" for hour in ("T17", "T16")]
    places = (GENERATOR, details[0], folder, "--previous", details[1])
    command = [sys.executable, *map(str, places), *faults]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def read(folder: Path) -> tuple[Obtained, VoteSet]:
    cache = VoteCache(folder / "cache", "code")
    obtained = Collection(FolderTree(str(folder)), cache).obtain(HOUR, offline=False)
    votes = cache.load()
    assert votes is not None
    return obtained, votes


@pytest.fixture(scope="module")
def votes(tmp_path_factory: pytest.TempPathFactory) -> VoteSet:
    assert sha256(GENERATOR.read_bytes()).hexdigest().startswith(DIGEST)
    return read(generated(tmp_path_factory.mktemp("votes")))[1]


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    found = documents.details((NETWORK / "T17" / "details.json").read_bytes(), 0)
    return Snapshot(published=found.published, relays=found.relays)


@pytest.fixture(scope="module")
def relays(snapshot: Snapshot, votes: VoteSet) -> dict[str, RelayVotes]:
    return relay_votes(snapshot, votes)


@pytest.fixture(scope="module")
def authorities(snapshot: Snapshot, votes: VoteSet) -> dict[str, AuthorityFacts]:
    return {one.nickname: one for one in authority_facts(snapshot, votes)}


def named(votes: VoteSet) -> dict[str, Vote]:
    return {vote.head.nickname: vote for vote in votes.votes.values()}


def test_how_many_relays_are_listed(votes: VoteSet) -> None:
    lists = Counter(
        name for vote in votes.votes.values() for name in fingerprints(vote.opinions.relays)
    )
    assert (len(lists), len(votes.consensus.relays)) == (763, 568)
    assert Counter(lists.values()) == {2: 161, 8: 2, 9: 600}


def test_who_measures_and_who_tests(authorities: dict[str, AuthorityFacts]) -> None:
    counted = {name: one.counted for name, one in authorities.items() if one.counted}
    assert sum(one.measured > 0 for one in counted.values()) == 5
    assert sum(one.ipv6 > 0 for one in counted.values()) == 7
    files = [one.head.bandwidth_file for one in authorities.values() if one.head]
    assert sum(one is not None for one in files) == 6
    assert sum(one.usable for one in files if one) == 5


def test_the_method_and_the_next_one(votes: VoteSet) -> None:
    assert tally.method([vote.head.methods for vote in votes.votes.values()]) == 33
    facts = consensus_facts(votes)
    assert (facts.method, facts.counted, facts.read, facts.signatures) == (33, 9, 9, 9)
    assert facts.next_method is not None
    assert (facts.next_method.method, facts.next_method.known, facts.next_method.needed) == (
        35,
        5,
        7,
    )
    params = {one.name: one for one in facts.params}
    assert (params["use-family-ids"].value, params["use-family-ids"].votes) == (1, 4)
    assert (params["use-family-lists"].value, params["use-family-lists"].default) == (None, 1)
    assert params["use-family-lists"].votes == 1


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("bastet", (602, 565, 298, 476, 585, 298)),
        ("dannenberg", (763, 691, 301, 572, 0, 298)),
        ("longclaw", (602, 577, 319, 489, 0, 0)),
        ("moria1", (600, 517, 224, 522, 584, 280)),
    ],
)
def test_what_an_authority_counts(
    authorities: dict[str, AuthorityFacts], name: str, counts: tuple[int, ...]
) -> None:
    counted = authorities[name].counted
    assert counted is not None
    given = {one.flag: one.given for one in counted.flags}
    flags = (given["Running"], given["Guard"], given["Stable"])
    assert (counted.listed, *flags, counted.measured, counted.ipv6) == counts


def test_the_flags_of_the_consensus(votes: VoteSet) -> None:
    flags = dict(consensus_facts(votes).flags)
    wanted = ("Fast", "Stable", "Guard", "HSDir", "Exit", "BadExit", "MiddleOnly")
    assert [flags[flag] for flag in wanted] == [522, 465, 317, 182, 141, 7, 6]


@pytest.mark.parametrize(
    ("name", "flag", "words"),
    [
        ("8E6C34F6BF3A444756A5D5FDB0C1E3F645624C81", "Guard", "the Stable flag (dannenberg, gabelmoo, maatuska, moria1, tor26)"),
        ("CE3015614E7A23600B86FFF7F865B0D173B57B54", "Guard", "weighted uptime (gabelmoo, longclaw, maatuska); the Stable flag (dizum, tor26)"),
        ("318CAD1A00B33D2F65958210B09B8937836E99AF", "Stable", "mean time between failures (bastet, dannenberg, dizum, gabelmoo, maatuska)"),
        ("3E4066785EECA6AB58F2238D2E996B0748A04240", "Stable", "mean time between failures (dannenberg, faravahar, gabelmoo, longclaw, maatuska)"),
        ("0C57BF7D58404FFCCA9AE5C2A7F23C544B1ABCD8", "Fast", "bandwidth (bastet, gabelmoo, maatuska, moria1, tor26)"),
        ("0F4F188A9360662B70842B0271A84A5F74986C4F", "Fast", "bandwidth (bastet, gabelmoo, maatuska, moria1, tor26)"),
    ],
)  # fmt: skip
def test_distances(relays: dict[str, RelayVotes], name: str, flag: Flag, words: str) -> None:
    [found] = [one for one in relays[name].distances if one.flag == flag]
    assert vote_texts.distance(found) == (
        f"4 of 9 authorities give it, 5 are needed; lacking: {words}"
    )


WEIGHTS = {
    "0082C49022C0811D45620D408E068835E2BABA71": ("bastet 7, gabelmoo 12, maatuska 19, moria1 25, tor26 10", 12, "gabelmoo"),
    "008EA22C040A4B5C262551195B5C34B54F353D83": ("bastet 10000, gabelmoo 12000, maatuska 13000, moria1 9400, tor26 9400", 10000, "bastet"),
    "00A30F9847564911C05BA4904EA7DAFAE85FFD1D": ("bastet 32000, gabelmoo 35000, maatuska 17000, moria1 61000, tor26 36000", 35000, "gabelmoo"),
    "FFFA91F18663F8CCE8E725A2493F85B390B8D337": ("bastet 34000, gabelmoo 36000, maatuska 19000, moria1 18000, tor26 34000", 34000, "bastet tor26"),
}  # fmt: skip


@pytest.mark.parametrize("name", WEIGHTS)
def test_whose_measurement_a_weight_is(
    votes: VoteSet, relays: dict[str, RelayVotes], name: str
) -> None:
    words, weight, whose = WEIGHTS[name]
    said = {}
    for one, vote in named(votes).items():
        row = list(fingerprints(vote.opinions.relays)).index(bytes.fromhex(name))
        measured = vote.opinions.at(row).measured
        if measured is not None:
            said[one] = measured
    assert ", ".join(f"{one} {value}" for one, value in sorted(said.items())) == words
    found = relays[name].weight
    assert (found.measured_by, found.scanners, found.of) == (5, 5, tuple(whose.split()))
    assert (weights(votes)[name], found.unmeasured) == ((weight, False), False)
    assert found.value in {12, 10, 10000, 40000, 30000}


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("1A25C6358DB91342AA51720A5038B72742732498", 20),
        ("6B411A95412BDBE3E10760090D49F3D21B042E7C", 0),
    ],
)
def test_unmeasured_relays(
    votes: VoteSet, relays: dict[str, RelayVotes], name: str, weight: int
) -> None:
    assert weights(votes)[name] == (weight, True)
    assert (relays[name].weight.value, relays[name].weight.unmeasured) == (weight, True)
    assert relays[name].weight.of == ()


def weights(votes: VoteSet) -> dict[str, tuple[int, bool]]:
    listed = votes.consensus.relays
    columns = fingerprints(listed.relays), numbers(listed.weight), listed.marks
    return {one.hex().upper(): (w - 1, bool(mark)) for one, w, mark in zip(*columns, strict=True)}


def test_no_opinion_contradicts_the_rules(votes: VoteSet, snapshot: Snapshot) -> None:
    known = {bytes.fromhex(one.fingerprint) for one in snapshot.relays}
    wrong: Counter[Flag] = Counter()
    for vote in votes.votes.values():
        rules = Rules.of(vote.head.thresholds)
        judge, said = Judge(rules.own_hsdir), vote.opinions
        for row, name in enumerate(fingerprints(said.relays)):
            one = said.at(row)
            if name not in known or "Sybil" in one.flags:
                continue
            for flag in ("Fast", "Stable", "Guard"):
                met = not judge.lacking(flag, one.flags, rules.found(one))
                wrong[flag] += met != (flag in one.flags)
    assert wrong.total() == 0


def test_votes_come_to_the_consensus(votes: VoteSet) -> None:
    assert agreement(votes) == Agreement(763, 0, 0)


def test_authorities_differ_as_they_do(authorities: dict[str, AuthorityFacts]) -> None:
    assert list(authorities) == NAMES
    moria1, longclaw = authorities["moria1"], authorities["longclaw"]
    assert moria1.odd_thresholds == ("fast",)
    assert moria1.relay == "1A25C6358DB91342AA51720A5038B72742732498"
    assert [(one.name, one.voted, one.agreed) for one in moria1.params] == [
        ("use-family-lists", 1, None)
    ]
    assert authorities["dizum"].lacking_flags == ("MiddleOnly", "BadExit")
    assert authorities["dizum"].versions is None
    assert longclaw.alerts == ("file_unusable",)
    assert {name for name, one in authorities.items() if not one.knows_method} == set()
    assert {name for name, one in authorities.items() if "list_length" in one.alerts} == {
        "dannenberg",
        "dizum",
    }


def unread(state: str, *, signed: bool = True) -> tuple[str, bool, int, int]:
    counted = (8, 563) if state == "not counted" else (9, 568)
    return (state, signed, *counted)


FAULTS = {
    "missing": unread("not counted", signed=False),
    "unpublished": unread("missing"),
    "late": unread("not counted", signed=False),
    "other-hour": unread("missing"),
    "truncate": unread("damaged"),
    "wrong-digest": unread("damaged"),
    "duplicate": ("read", True, 9, 568),
    "unknown-lines": ("read", True, 9, 568),
    "non-utf8": ("read", True, 9, 568),
    "unsigned": ("read", False, 9, 568),
    "no-running": ("read", True, 9, 563),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_costs_one_authority_at_most(
    tmp_path: Path, snapshot: Snapshot, fault: str
) -> None:
    state, signed, counted, size = FAULTS[fault]
    obtained, votes = read(generated(tmp_path, f"--{fault}", "maatuska"))
    one = {one.nickname: one for one in authority_facts(snapshot, votes)}["maatuska"]
    assert (one.state or "not counted", one.signed) == (state, signed)
    assert (len(votes.consensus.voters), len(votes.consensus.relays)) == (counted, size)
    is_read = state == "read"
    assert votes.complete == (is_read or state == "not counted")
    assert ("maatuska" in obtained.problems) == (state in {"missing", "damaged"})
    if is_read:
        vote = named(votes)["maatuska"]
        seconds = {"second_entries": 1} if fault == "duplicate" else {}
        assert (len(vote.opinions), vote.left_out) == (602, seconds)
        assert ("Running" in vote.head.known_flags) == (fault != "no-running")
    if votes.complete:
        # by Tor's rule the only one that votes on a flag decides, which the generator leaves out
        others = size if fault == "unknown-lines" else 0
        found = agreement(votes)
        assert (found.flags, found.weights) == (others, 0)
    rows = {row.authority: row for one in relay_votes(snapshot, votes).values() for row in one.rows}
    assert rows["maatuska"].state == (state if not is_read else rows["maatuska"].state)
    alerts = {"not counted": "not_counted"}.get(state) or {
        "unsigned": "not_signed",
        "no-running": "running_not_voted_on",
    }.get(fault)
    assert (alerts in one.alerts) == (alerts is not None)


TOGETHER = [[list(FAULTS)[(first + step) % 11] for step in (1, 3, 4, 5, 9)] for first in range(11)]
"""Five faults at once, by a perfect difference set: any two of the eleven are together twice."""


def test_any_two_faults_are_together() -> None:
    pairs = Counter(pair for faults in TOGETHER for pair in combinations(sorted(faults), 2))
    assert set(pairs) == set(combinations(sorted(FAULTS), 2))


@pytest.mark.parametrize("together", TOGETHER, ids="-".join)
def test_faults_together_cost_what_each_costs_alone(
    tmp_path: Path, snapshot: Snapshot, together: list[str]
) -> None:
    faults = dict(zip(("maatuska", "bastet", "tor26", "dizum", "moria1"), together, strict=True))
    options = [word for name, fault in faults.items() for word in (f"--{fault}", name)]
    obtained, votes = read(generated(tmp_path, *options))
    found = {one.nickname: one for one in authority_facts(snapshot, votes)}
    unread = {name for name, fault in faults.items() if FAULTS[fault][0] in {"missing", "damaged"}}
    assert {*obtained.problems} == unread
    assert votes.complete == (not unread)
    for name, fault in faults.items():
        state, signed, *_ = FAULTS[fault]
        assert (found[name].state or "not counted", found[name].signed) == (state, signed)
    uncounted = sum(FAULTS[fault][0] == "not counted" for fault in faults.values())
    assert len(votes.consensus.voters) == 9 - uncounted


def test_what_the_generator_counted_is_what_is_read(tmp_path: Path) -> None:
    folder = generated(tmp_path)
    summary = json.loads((folder / "summary.json").read_text())
    _, votes = read(folder)
    for name, vote in named(votes).items():
        said, counted = vote.opinions, summary["authorities"][name]
        given: Counter[str] = Counter()
        for number in numbers(said.flags, 2):
            given.update(said.flag_sets[number])
        of_details = Counter(counted["flags"])
        if counted["relays"] == counted["of_the_details"]:
            assert +of_details == given
        assert (len(said), counted["identity"]) == (counted["relays"], vote.head.identity)
    assert summary["consensus"]["weight"] == consensus_facts(votes).weight
