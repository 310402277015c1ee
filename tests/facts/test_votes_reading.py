"""Facts 1 to 21 of votes: what stands in a document, and how a document is called."""

import re
from collections import Counter

import pytest

from allium.model.votes import Opinion, Voter, fingerprints
from allium.sources.collector import consensus, entries, tree, vote
from allium.sources.collector.lines import Document
from allium.sources.request import UnusableError
from tests.support import votes

SAMPLE = b"""@type network-status-vote-3 1.0
network-status-version 3
vote-status vote
valid-after 2026-03-01 12:00:00
dir-source moria1 F533C81CEF0BC0267857C99B2F471ADF249FA232 192.0.2.1 192.0.2.1 80 443
directory-footer
directory-signature X Y
"""
DIGEST = "8EA17F5DB930F076C78A9A590BB5E98D6133D6D2"
FLAGS = ("Fast", "Running", "Valid")


def read(*lines: str) -> tuple[list[Opinion], Counter[str]]:
    """Return the opinions in an entry of these lines, and what was left out."""
    left_out: Counter[str] = Counter()
    found = entries.opinions(["\n".join(lines).encode()], FLAGS, left_out)
    return [found.at(row) for row in range(len(found))], left_out


def r(identity: str) -> str:
    return f"name {identity} {'A' * 27} 2026-02-15 09:00:00 192.0.2.1 9001 0"


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ("AAAErLudKby6FyVrs1ko3b/Iq6k", "000004ACBB9D29BCBA17256BB35928DDBFC8ABA9"),
        ("//////////////////////////8", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"),
        ("9TPIHO8LwCZ4V8mbL0ca3ySfojI", "F533C81CEF0BC0267857C99B2F471ADF249FA232"),
    ],
)
def test_an_identity_is_base64_without_padding(identity: str, name: str) -> None:
    found = entries.opinions([f"{r(identity)}\ns Fast".encode()], FLAGS, Counter())
    assert [one.hex().upper() for one in fingerprints(found.relays)] == [name]


@pytest.mark.parametrize(
    "identity",
    ["AAAErLudKby6FyVrs1ko3b/Iq6k=", "AAAErLudKby6FyVrs1ko3b_Iq6k", "A" * 26, "", "é" * 27],
)
def test_an_entry_without_identity_is_left_out(identity: str) -> None:
    assert read(r(identity), "s Fast") == ([], Counter(entries=1))


def test_an_entry_with_fewer_words_is_left_out() -> None:
    line = r("AAAErLudKby6FyVrs1ko3b/Iq6k")
    assert read(line.rpartition(" ")[0], "s Fast") == ([], Counter(entries=1))
    assert len(read(f"{line} more words", "s Fast")[0]) == 1


@pytest.mark.parametrize(
    ("w", "claimed", "measured", "own"),
    [
        ("Bandwidth=10000 Measured=74000", 10_000, 74_000, None),
        ("Future=1 Bandwidth=102 GuardFraction=40", 102, None, None),
        ("Bandwidth=102 MeasuredButAuthority=90", 102, None, 90),
        ("Bandwidth=-5 Measured=99999999999", None, None, None),
        ("Measured=7 Bandwidth=4294967294", 4_294_967_294, 7, None),
        ("Bandwidth=0 Measured=0", 0, 0, None),
    ],
)
def test_bandwidths(w: str, claimed: int | None, measured: int | None, own: int | None) -> None:
    [found], _ = read(r("A" * 27), "s Fast", f"w {w}", "stats wfu=0.5 tk=1 mtbf=1")
    seen = found.measured
    assert found.claimed == claimed
    assert (None if found.authoritys_own else seen) == measured
    assert (seen if found.authoritys_own else None) == own


@pytest.mark.parametrize(
    ("stats", "wfu", "known", "mtbf"),
    [
        ("wfu=0.979999 tk=853402 mtbf=1203750817", 979_999, 853_402, 1_203_750_817),
        ("mtbf=7 wfu=1.000000 tk=0 new=3", 1_000_000, 0, 7),
        ("wfu=1.500000 tk=x mtbf=5", None, None, 5),
        ("wfu=1.000000 tk=3 mtbf=999999999999", 1_000_000, 3, 4_294_967_294),
        ("wfu=0.9799999 tk=3 mtbf=1", 979_999, 3, 1),
    ],
)
def test_stats(stats: str, wfu: int | None, known: int | None, mtbf: int | None) -> None:
    for line in (f"stats {stats}", f"stats {stats}\nm 32 sha256={'C' * 43}"):
        [found], _ = read(r("A" * 27), "s Fast", "w Bandwidth=1", line)
        assert (found.wfu, found.known, found.mtbf) == (wfu, known, mtbf)


def test_what_an_entry_does_not_say_is_not_stated() -> None:
    assert read(r("A" * 27))[0] == [Opinion()]
    assert read(r("A" * 27), "s", "w", "stats")[0] == [Opinion()]


def test_flags_that_are_not_known_do_not_count() -> None:
    [found], left_out = read(r("A" * 27), "s Fast Guard Xflag Valid")
    assert found.flags == {"Fast", "Valid"}
    assert not left_out


@pytest.mark.parametrize("line", ["a [2001:db8::7]:9001", "a 192.0.2.7:9001\na [2001:db8::7]:9001"])
def test_an_ipv6_address_was_reached(line: str) -> None:
    usual = ("s Fast", "w Bandwidth=1", "stats wfu=0.500000 tk=1 mtbf=1")
    assert read(r("A" * 27), line, *usual)[0][0].reached_ipv6
    assert read(r("A" * 27), *usual, line)[0][0].reached_ipv6
    assert not read(r("A" * 27), "a 192.0.2.7:9001", *usual)[0][0].reached_ipv6


LINES = (
    "a [2001:db8::7]:9001",
    "s Fast Running",
    "v Tor 0.4.8.21",
    "pr Cons=1-2",
    "w Bandwidth=10000 Measured=74000",
    "p reject 1-65535",
    "id ed25519 none",
    "stats wfu=0.979999 tk=853402 mtbf=1203750817",
    "m 32 sha256=x",
)


def test_the_order_of_lines_and_what_stands_between_them_does_not_matter() -> None:
    usual = read(r("A" * 27), *LINES)
    assert usual[0][0].measured == 74_000
    for start in range(len(LINES)):
        turned = (*LINES[start:], *LINES[:start])
        assert read(r("A" * 27), *turned) == usual
        between = [line for one in turned for line in ("x-line of tomorrow s w stats", one)]
        assert read(r("A" * 27), *between) == usual


ENTRIES = {
    "as Tor writes them": [LINES, LINES[1:]],
    "of an authority's relay": [[one.replace("Measured", "MeasuredButAuthority") for one in LINES]],
    "without measurement": [[one.partition(" Measured")[0] for one in LINES]],
    "without flags": [["s", *LINES[2:]]],
    "a line at the end": [[*LINES, "w Bandwidth=1"]],
    "an address at the end": [[*LINES[1:], LINES[0]]],
    "without stats": [[one for one in LINES if not one.startswith("stats")], LINES],
    "none": [],
}
UNUSUAL = ("a line at the end", "an address at the end", "without stats", "none")


@pytest.mark.parametrize("case", ENTRIES)
def test_all_entries_at_once_say_what_each_of_them_says(case: str) -> None:
    numbered = enumerate(ENTRIES[case])
    told = [["r " + r(f"{number}{'A' * 26}"), *said] for number, said in numbered]
    document = Document(votes.vote("moria1", ["\n".join(one) + "\n" for one in told]))
    at_once = entries.usual_opinions(document.all_like(entries.USUAL) or (), FLAGS)
    one_by_one = entries.opinions(document.entries(), FLAGS, document.left_out)
    assert len(one_by_one) == len(told)
    assert at_once == (None if case in UNUSUAL else one_by_one)


def test_of_two_entries_at_once_both_are_looked_at_when_they_are_of_one_relay() -> None:
    twice = ["r " + "\n".join((r("A" * 27), *LINES)) + "\n"] * 2
    document = Document(votes.vote("moria1", twice))
    assert entries.usual_opinions(document.all_like(entries.USUAL) or (), FLAGS) is None


def test_of_two_entries_and_two_lines_the_first_counts() -> None:
    left_out: Counter[str] = Counter()
    first, second = (f"{r('A' * 27)}\ns {flag}\ns Valid".encode() for flag in ("Fast", "Running"))
    found = entries.opinions([first, second], FLAGS, left_out)
    assert (len(found), left_out) == (1, Counter(second_entries=1))
    assert found.at(0).flags == {"Fast"}


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("fast-speed=102000", "fast", 102),
        ("fast-speed=1048576", "fast", 1048),
        ("guard-wfu=98.000%", "guard_wfu", 980_000),
        ("guard-wfu=98%", "guard_wfu", 980_000),
        ("guard-wfu=94.669%", "guard_wfu", 946_690),
        ("guard-wfu=0.98", "guard_wfu", 980_000),
        ("guard-wfu=101%", "guard_wfu", None),
        ("guard-tk=x", "guard_known", None),
        ("enough-mtbf=0", "enough_mtbf", False),
        ("enough-mtbf=2", "enough_mtbf", None),
        ("hsdir-tk=855360", "hsdir_known", 855_360),
    ],
)
def test_thresholds_have_units_of_their_own(key: str, field: str, value: object) -> None:
    assert getattr(vote.thresholds(key.encode()), field) == value


def test_the_digest_is_of_a_part_of_the_document() -> None:
    assert vote.digest_of(SAMPLE) == DIGEST
    assert len(vote.digest_of(SAMPLE, digits=64)) == 64
    assert vote.digest_of(SAMPLE[:100]) == ""
    assert vote.digest_of(SAMPLE.partition(b"\n")[2]) == DIGEST


def test_the_name_of_a_vote_follows_from_the_consensus() -> None:
    voter = Voter(
        nickname="moria1", identity="F533C81CEF0BC0267857C99B2F471ADF249FA232", digest=DIGEST
    )
    name = tree.vote_name("2026-03-01 12:00:00", voter)
    assert name == f"votes/2026-03-01-12-00-00-vote-{voter.identity}-{DIGEST}"
    listed = [
        f"2026-03-01-12-00-00-vote-{'A' * 40}-{'B' * 40}",
        f"2026-03-01-11-00-00-vote-{'A' * 40}-{'C' * 40}",
        "../",
        "2026-03-01-12-00-00-consensus",
        f"2026-03-01-12-00-00-vote-{'A' * 40}-{'b' * 40}",
    ]
    pattern = re.compile(r"2026-03-01-12-00-00-vote-[0-9A-F]{40}-([0-9A-F]{40}|[0-9A-F]{64})")
    assert [one for one in listed if pattern.fullmatch(one)] == listed[:1]
    assert pattern.fullmatch(name.removeprefix("votes/"))


@pytest.mark.parametrize("digest", ["b" * 40, "B" * 41, "B" * 39, "../" * 13 + "B"])
def test_a_consensus_that_names_no_usable_digest_names_no_vote(digest: str) -> None:
    body = votes.consensus({"moria1": SAMPLE}).replace(DIGEST.encode(), digest.encode())
    with pytest.raises(UnusableError, match="names no vote"):
        consensus.read(body, hour=votes.HOUR)
    longer = votes.consensus({"moria1": SAMPLE}).replace(DIGEST.encode(), b"B" * 64)
    assert consensus.read(longer, hour=votes.HOUR).voters[0].digest == "B" * 64


def test_voters_that_call_themselves_alike_are_told_apart_by_a_number() -> None:
    whole = votes.consensus({"moria1": SAMPLE, "somebody": SAMPLE})
    body = whole.replace(b"dir-source somebody", b"dir-source moria1")
    found = {one.identity: one.nickname for one in consensus.read(body, hour=votes.HOUR).voters}
    assert found == {votes.IDENTITIES["moria1"]: "moria1", "A" * 40: "moria1-2"}


def test_an_authority_that_is_known_has_its_own_name_whatever_it_says() -> None:
    body = votes.consensus({"moria1": SAMPLE}).replace(b"dir-source moria1", b"dir-source tor26")
    [found] = consensus.read(body, hour=votes.HOUR).voters
    assert found.nickname == "moria1"
