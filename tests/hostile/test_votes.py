"""Votes and consensuses as somebody would spoil them: read, or refused, and never an error else."""

from random import Random

import pytest

from allium.analysis.voting.authority_facts import authority_facts
from allium.analysis.voting.consensus_facts import consensus_facts
from allium.model.snapshot import Snapshot
from allium.model.votes import Consensus, Vote, VoteSet
from allium.sources.collector import consensus, vote
from allium.sources.onionoo import documents
from allium.sources.request import UnusableError
from allium.store import codec
from tests.support import votes
from tests.support.all_votes import relay_votes
from tests.support.network import details, dumps, relay
from tests.support.votes import HOUR, IDENTITIES, entry

PARAMS = "params cc_alg=2 hsdir_spread_store=4 maxunmeasuredbw=20"
SCANNER = (
    "bandwidth-file-headers timestamp=1771171499 file_created=2026-02-15T16:04:59 software=sbws"
)
GOOD = votes.vote(
    "moria1",
    [entry(1, ipv6=True), entry(2, "", "", ""), entry(3), "r x\ns\nw\nstats\n"],
    PARAMS,
    SCANNER,
    "server-versions 0.4.8.21,,0.4.9.5",
    "dir-key-expires 2026-06-06 00:00:00",
)
WORDS = (
    b"", b"\n", b"\r\n", b" ", b"\0", b"\xff\xfe", "é\u202e".encode(), b"r ", b"\nr ", b"\ns ",
    b"\nw ", b"=", b"-1", b"9" * 5000, b"0.999999999999", b"1e9", b"nan", b"%", b"\ndirectory-footer\n",
    b"\ndirectory-signature ", b"opt ", b"../../x", b"<script>", b"{{ 7 }}",
)  # fmt: skip


def spoiled(body: bytes, draw: Random) -> bytes:
    """Return a document with a few parts replaced, moved or cut."""
    for _ in range(draw.randint(1, 6)):
        at, end = sorted(draw.randrange(len(body) + 1) for _ in range(2))
        end = min(end, at + draw.choice((0, 1, 8, 200)))
        body = body[:at] + draw.choice((*WORDS, body[at:end] * 2)) + body[end:]
    return body


def read_vote(body: bytes) -> Vote | None:
    try:
        return vote.read(
            body, identity=IDENTITIES["moria1"], digest=vote.digest_of(body), hour=HOUR
        )
    except UnusableError:
        return None


def read_consensus(body: bytes) -> Consensus | None:
    try:
        return consensus.read(body, hour=HOUR)
    except UnusableError:
        return None


def shown(votes_read: VoteSet) -> bytes:
    """Return all that could be printed of a set."""
    found = documents.details(dumps(details(relay(1), relay(2))), 0)
    snapshot = Snapshot(published=found.published, relays=found.relays)
    return codec.encode(
        [
            relay_votes(snapshot, votes_read),
            authority_facts(snapshot, votes_read),
            consensus_facts(votes_read),
        ]
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_spoiled_document_is_read_or_refused(seed: int) -> None:
    draw = Random(seed)  # noqa: S311  no secret
    agreed = votes.consensus({"moria1": GOOD}, [(1, "Fast Running Valid", "Bandwidth=5")], PARAMS)
    for _ in range(50):
        read, said = read_consensus(spoiled(agreed, draw)), read_vote(spoiled(GOOD, draw))
        if read is None or said is None:
            continue
        identity = IDENTITIES["moria1"]
        printed = shown(VoteSet(consensus=read, votes={identity: said}, states={identity: "read"}))
        assert not any(word in printed for word in (b"<script>", b"{{", b"../", b"\\u0000"))


def test_both_documents_are_good_before_they_are_spoiled() -> None:
    read = read_vote(GOOD)
    assert read is not None
    assert (len(read.opinions), read.left_out) == (3, {"entries": 1})


HEADS = {
    "nickname": (b"dir-source moria1", b"dir-source <b>", "unnamed"),
    "host": (b" 192.0.2.1 192.0.2.1 80", b" a/b 192.0.2.1 80", None),
    "address": (b"192.0.2.1 80 443", b"192.0.2.999 80 443", None),
    "or_port": (b"80 443", b"80 65536", None),
    "certificate_ends": (b"2026-06-06 00", b"2026-06-31 00", None),
    "server_versions": (b"0.4.9.5", b"0.4.9.5<", ("0.4.8.21",)),
}


@pytest.mark.parametrize("field", HEADS)
def test_a_field_that_is_not_as_it_should_be_is_absent(field: str) -> None:
    before, after, value = HEADS[field]
    assert before in GOOD
    read = read_vote(GOOD.replace(before, after, 1))
    assert read is not None
    assert getattr(read.head, field) == value


def test_a_parameter_beyond_32_bits_is_left_out() -> None:
    read = read_vote(GOOD.replace(b"cc_alg=2", b"cc_alg=2147483648"))
    assert read is not None
    assert "cc_alg" not in read.head.params
    assert read.left_out["params"] == 1
