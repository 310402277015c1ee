"""The votes on the embedded network: whole, agreeing with its details, and with every case."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from allium.analysis.voting import vote_texts
from allium.analysis.voting.authority_facts import authority_facts
from allium.analysis.voting.consensus_facts import consensus_facts
from allium.analysis.voting.relay_votes import RelayVotes
from allium.analysis.voting.vote_findings import RULES
from allium.analysis.voting.vote_rules import CONDITIONS
from allium.model.snapshot import Snapshot
from allium.model.votes import VoteSet
from allium.sources import sample
from allium.sources.collector.collection import Collection
from allium.sources.collector.tree import SampleTree
from allium.sources.collector.vote_cache import VoteCache
from allium.sources.onionoo import documents
from allium.sources.sample import authorities
from tests.support.agreement import agreement, computed
from tests.support.all_votes import relay_votes

RELAYS = 600


def read(folder: Path, hour: int) -> tuple[Snapshot, VoteSet]:
    body = b"".join(sample.document("details", relays=RELAYS, hour=hour, seed=1))
    found = documents.details(body, 0)
    collection = Collection(SampleTree(RELAYS, hour, 1), VoteCache(folder / "cache", "code"))
    obtained = collection.obtain(found.published, offline=False)
    assert set(obtained.had.values()) == {"fresh"}
    assert collection.settled(found.published)
    votes = collection.cache.load()
    assert votes is not None
    return Snapshot(published=found.published, relays=found.relays), votes


@pytest.fixture(scope="module")
def hour_0(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, VoteSet]:
    return read(tmp_path_factory.mktemp("sample"), 0)


@pytest.fixture(scope="module")
def relays(hour_0: tuple[Snapshot, VoteSet]) -> dict[str, RelayVotes]:
    return relay_votes(*hour_0)


def test_nine_vote_and_sign(hour_0: tuple[Snapshot, VoteSet]) -> None:
    snapshot, votes = hour_0
    facts = consensus_facts(votes)
    assert (facts.counted, facts.read, facts.signatures, facts.method) == (9, 9, 9, 33)
    assert facts.valid_after == snapshot.published
    assert not any(vote.left_out for vote in votes.votes.values())
    alerts = {one.nickname: one.alerts for one in authority_facts(snapshot, votes) if one.alerts}
    assert alerts == {"longclaw": ("file_unusable",)}


@pytest.mark.parametrize("hour", [0, 1, 100, 2000])
def test_votes_come_to_their_consensus_and_nearly_to_the_details(tmp_path: Path, hour: int) -> None:
    snapshot, votes = read(tmp_path, hour)
    found = agreement(votes)
    assert (found.flags, found.weights) == (0, 0)
    made = computed(votes)
    apart = 0
    for relay in snapshot.relays:
        standing = made.get(bytes.fromhex(relay.fingerprint))
        assert (standing is not None) == relay.running
        apart += standing is not None and standing.flags != set(relay.flags)
    assert apart <= RELAYS // 100


def test_every_case_is_there(relays: dict[str, RelayVotes]) -> None:
    lacking = {
        group.condition
        for one in relays.values()
        for distance in one.distances
        for group in distance.lacking
    }
    assert lacking == {*CONDITIONS}
    codes = {finding.code for one in relays.values() for finding in one.findings}
    assert codes == {rule.code for rule in RULES} == {*vote_texts.FINDINGS}
    assert {row.state for one in relays.values() for row in one.rows} == {"listed", "not listed"}
    assert {*range(10)} & {one.listed for one in relays.values()} >= {0, 4, 6, 8, 9}
    assert {one.weight.unmeasured for one in relays.values()} == {False, True}


def test_all_that_is_said_can_be_put_into_words(relays: dict[str, RelayVotes]) -> None:
    words = Counter[str]()
    for one in relays.values():
        words.update((vote_texts.presence(one).partition(":")[0], vote_texts.weight(one)))
        words.update(vote_texts.finding(finding) for finding in one.findings)
        for distance in one.distances:
            words.update((vote_texts.distance(distance), vote_texts.advice(distance, one) or ""))
    assert {"In the consensus", "Not in the consensus", "No authority lists it."} <= words.keys()
    assert not any("{" in sentence or "None" in sentence for sentence in words)
    assert vote_texts.presence(next(one for one in relays.values() if one.listed == 4)) == (
        "Not in the consensus: 4 of 9 authorities list it, 5 are needed."
    )
    assert any("addresses and the firewall" in sentence for sentence in words)


def test_an_hour_moves_little(tmp_path: Path, relays: dict[str, RelayVotes]) -> None:
    later = relay_votes(*read(tmp_path, 1))
    both = relays.keys() & later.keys()
    assert sum(relays[name] != later[name] for name in both) < len(both) // 4


def test_equal_arguments_give_equal_bytes_in_any_process() -> None:
    program = (
        "from hashlib import sha256; from allium.sources.sample.authorities import documents;"
        "print(sha256(repr(sorted(documents(60, 5, 2).items())).encode()).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert authorities.documents(60, 5, 2) != authorities.documents(60, 5, 3)
    assert authorities.documents(60, 5, 2) != authorities.documents(60, 6, 2)
