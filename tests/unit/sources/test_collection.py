"""Which votes a build gets: those of the hour of its details, proven, or the last good set."""

import gzip
import lzma
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from allium.model.votes import VoteSet
from allium.sources.collector.collection import Collection, Obtained
from allium.sources.collector.tree import FolderTree, ServedTree
from allium.sources.collector.vote_cache import VoteCache
from allium.sources.request import TEXT
from allium.store import StoreError
from tests.support import votes
from tests.support.server import Server, body
from tests.support.votes import HOUR, consensus, consensus_file, entry, lay_out, vote, vote_file

NAMES = ("bastet", "gabelmoo", "moria1")
LATER, EARLIER, EARLIEST = (votes.later(HOUR, hours) for hours in (1, -1, -2))


def made(hour: str = HOUR, **changed: bytes) -> dict[str, bytes]:
    """Return votes of three authorities on two relays."""
    entries = [entry(1), entry(2)]
    return {name: vote(name, entries, hour=hour) for name in NAMES} | changed


def collection(folder: Path, code: str = "code") -> Collection:
    return Collection(FolderTree(str(folder / "source")), VoteCache(folder / "cache", code))


def obtained(folder: Path, hour: str = HOUR, **options: bool) -> Obtained:
    return collection(folder).obtain(hour, offline=options.get("offline", False))


def loaded(folder: Path) -> VoteSet:
    found = VoteCache(folder / "cache", "code").load()
    assert found is not None
    return found


def test_a_whole_set_is_read_once(tmp_path: Path) -> None:
    lay_out(tmp_path / "source", made())
    first = obtained(tmp_path)
    assert (first.source.outcome, first.source.published, first.source.records) == (
        "fresh",
        HOUR,
        3,
    )
    assert first.had == dict.fromkeys(NAMES, "fresh")
    assert first.source.parts == dict.fromkeys(NAMES, "read")
    assert collection(tmp_path).settled(HOUR)
    outcome = (tmp_path / "cache" / "votes.outcome.json").read_bytes()
    again = obtained(tmp_path)
    assert again.had == dict.fromkeys(NAMES, "cached")
    assert (tmp_path / "cache" / "votes.outcome.json").read_bytes() == outcome
    found = loaded(tmp_path)
    assert found.complete
    assert [len(one.opinions) for one in found.votes.values()] == [2, 2, 2]
    assert found.consensus.valid_after == HOUR


@pytest.mark.parametrize(("ending", "pack"), [(".xz", lzma.compress), (".gz", gzip.compress)])
def test_files_of_a_folder_may_be_packed(
    tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    tree = lay_out(tmp_path / "source", made())
    for file in [*tree.glob("*/2*")]:
        Path(f"{file}{ending}").write_bytes(pack(file.read_bytes()))
        file.unlink()
    assert obtained(tmp_path).source.records == 3
    assert collection(tmp_path).settled(HOUR)


def test_a_vote_that_is_missing_is_looked_for_again(tmp_path: Path) -> None:
    whole = made()
    tree = lay_out(tmp_path / "source", whole)
    away = tree / vote_file("moria1", whole["moria1"])
    away.unlink()
    first = obtained(tmp_path)
    assert first.had["moria1"] == "missing"
    assert (first.source.records, first.source.parts["moria1"]) == (2, "missing")
    assert collection(tmp_path).settled(HOUR)
    away.write_bytes(whole["moria1"])
    assert not collection(tmp_path).settled(HOUR)
    second = obtained(tmp_path)
    assert second.had == {"bastet": "cached", "gabelmoo": "cached", "moria1": "fresh"}
    assert second.source.digest != first.source.digest
    assert loaded(tmp_path).complete


def damaged(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Return what changes the vote of moria1 in a tree, and leaves its name."""

    def damage(tree: Path) -> None:
        [file] = tree.glob(f"votes/*{votes.IDENTITIES['moria1']}*")
        file.write_bytes(change(file.read_bytes()))

    return damage


DAMAGES = {
    "cut off": damaged(lambda vote: vote[: len(vote) * 2 // 3]),
    "one byte": damaged(lambda vote: vote.replace(b"wfu=0.99", b"wfu=0.98", 1)),
    "empty": damaged(lambda _: b""),
    "a web page": damaged(lambda _: b"<html><body>Service unavailable</body></html>"),
    "bytes": damaged(lambda _: bytes(range(256)) * 40),
    "another vote": damaged(lambda _: vote("bastet", [entry(1)])),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_vote_that_is_not_what_was_counted_is_refused(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(lay_out(tmp_path / "source", made()))
    found = obtained(tmp_path)
    assert found.had == {"bastet": "fresh", "gabelmoo": "fresh", "moria1": "damaged"}
    assert "moria1" in found.problems
    assert set(loaded(tmp_path).votes) == {votes.IDENTITIES[name] for name in NAMES[:2]}
    assert loaded(tmp_path).states[votes.IDENTITIES["moria1"]] == "damaged"


PROVEN = {
    "another hour": vote("moria1", [entry(1)], hour=EARLIER),
    "another authority": vote("tor26", [entry(1)]),
    "no vote": vote("moria1").replace(b"vote-status vote", b"vote-status consensus"),
    "no flags": vote("moria1").replace(b"known-flags", b"known-flogs"),
    "many flags": vote("moria1", known=" ".join(f"F{number}" for number in range(65))),
    "a long line": vote("moria1", [entry(1)], f"contact {'x' * 65_536}"),
    "a long line of a relay": vote("moria1", [entry(1, "Fast", "x" * 65_536)]),
    "many parameters": vote("moria1", (), "params " + " ".join(f"p{n}=1" for n in range(501))),
}


@pytest.mark.parametrize("wrong", PROVEN.values(), ids=PROVEN)
def test_what_was_counted_but_is_no_vote_of_the_hour_is_refused(
    tmp_path: Path, wrong: bytes
) -> None:
    """Its digest is right: only what it says is wrong."""
    lay_out(tmp_path / "source", made(moria1=wrong))
    assert obtained(tmp_path).had["moria1"] == "damaged"


def test_a_vote_of_which_much_cannot_be_used_is_read_and_told(tmp_path: Path) -> None:
    good = [entry(number) for number in range(200)]
    lay_out(
        tmp_path / "source",
        {
            "bastet": vote("bastet", [*good, "r none\ns Fast\n", entry(3)]),
            "moria1": vote("moria1", [*good, *["r none\ns Fast\n"] * 3]),
        },
    )
    found = obtained(tmp_path)
    assert found.had == {"bastet": "fresh", "moria1": "fresh"}
    assert found.left_out == {
        "bastet": {"entries": 1, "second_entries": 1},
        "moria1": {"entries": 3},
    }
    assert list(found.problems) == ["moria1"]
    assert obtained(tmp_path).left_out == {}


def test_a_voter_that_is_not_built_in_is_told_once(tmp_path: Path) -> None:
    lay_out(tmp_path / "source", made(newcomer=vote("newcomer", [entry(1)])))
    found = obtained(tmp_path)
    assert found.had["newcomer"] == "fresh"
    assert "is not among the authorities" in found.problems["newcomer"]
    assert obtained(tmp_path).problems == {}


def test_more_relays_than_any_vote_has_are_refused(tmp_path: Path) -> None:
    line = b"r a b c d e f g h\ns\n"
    many = vote("moria1").replace(b"directory-footer", line * 100_001 + b"directory-footer")
    lay_out(tmp_path / "source", made(moria1=many))
    assert obtained(tmp_path).had["moria1"] == "damaged"


@pytest.mark.parametrize(
    "agreed",
    [
        b"<html></html>",
        b"",
        consensus(made())[:700],
        consensus(made(EARLIER), hour=EARLIER),
        consensus(made()).replace(b"vote-status consensus", b"vote-status vote"),
        consensus({}),
        consensus(made()).replace(b"vote-digest ", b"vote-digest x"),
    ],
    ids="page empty cut another_hour vote nobody no_digest".split(),
)
def test_without_a_consensus_of_the_hour_there_are_no_votes(tmp_path: Path, agreed: bytes) -> None:
    tree = lay_out(tmp_path / "source", made())
    (tree / consensus_file()).write_bytes(agreed)
    found = obtained(tmp_path)
    assert (found.source.outcome, found.source.records, found.source.published) == (
        "missing",
        0,
        None,
    )
    assert list(found.problems) == ["consensus"]
    assert VoteCache(tmp_path / "cache", "code").load() is None
    assert collection(tmp_path).settled(HOUR)


def test_the_newest_earlier_set_stands_in(tmp_path: Path) -> None:
    for hour in (EARLIEST, EARLIER, LATER):
        lay_out(tmp_path / "source", made(hour), hour)
    for hour in (EARLIEST, EARLIER):
        assert obtained(tmp_path, hour).source.outcome == "fresh"
    found = obtained(tmp_path)
    assert (found.source.outcome, found.source.published) == ("last_good", EARLIER)
    assert loaded(tmp_path).consensus.valid_after == EARLIER


def test_a_later_set_never_stands_in(tmp_path: Path) -> None:
    lay_out(tmp_path / "source", made(LATER), LATER)
    assert obtained(tmp_path, LATER).source.outcome == "fresh"
    assert obtained(tmp_path).source.outcome == "missing"


def test_an_earlier_set_that_is_no_longer_whole_does_not_stand_in(tmp_path: Path) -> None:
    for hour in (EARLIEST, EARLIER):
        lay_out(tmp_path / "source", made(hour), hour)
        obtained(tmp_path, hour)
    lost = votes.digest(made(EARLIER)["bastet"])
    (tmp_path / "cache" / "votes" / f"{lost}.json").write_bytes(b"rotten")
    assert obtained(tmp_path).source.published == EARLIEST


def test_a_set_that_never_was_whole_stands_in_as_it_was(tmp_path: Path) -> None:
    some = made(EARLIER)
    tree = lay_out(tmp_path / "source", some, EARLIER)
    (tree / vote_file("moria1", some["moria1"], EARLIER)).unlink()
    obtained(tmp_path, EARLIER)
    found = obtained(tmp_path)
    assert (found.source.outcome, found.source.records) == ("last_good", 2)
    assert loaded(tmp_path).states[votes.IDENTITIES["moria1"]] == "missing"


def test_votes_of_another_source_do_not_stand_in(tmp_path: Path) -> None:
    lay_out(tmp_path / "source", made(EARLIER), EARLIER)
    obtained(tmp_path, EARLIER)
    elsewhere = Collection(FolderTree(str(tmp_path)), VoteCache(tmp_path / "cache", "code"))
    assert elsewhere.obtain(HOUR, offline=False).source.outcome == "missing"


def test_the_sets_of_three_hours_are_kept(tmp_path: Path) -> None:
    for number in range(8, 13):
        hour = f"2026-02-15 {number:02}:00:00"
        lay_out(tmp_path / "source", made(hour), hour)
        obtained(tmp_path, hour)
    cache = VoteCache(tmp_path / "cache", "code")
    assert [hour[11:13] for hour in cache.hours()] == ["12", "11", "10"]
    assert len([*(tmp_path / "cache" / "votes").iterdir()]) == 3 + 9


def test_a_damaged_cache_is_made_again(tmp_path: Path) -> None:
    lay_out(tmp_path / "source", made())
    obtained(tmp_path)
    before = loaded(tmp_path)
    for file in [*(tmp_path / "cache").rglob("*.json")]:
        if "outcome" not in file.name:
            file.write_bytes(file.read_bytes().replace(b"1", b"7"))
    assert not collection(tmp_path).settled(HOUR)
    with pytest.raises(StoreError, match="damaged"):
        loaded(tmp_path)
    assert obtained(tmp_path).had == dict.fromkeys(NAMES, "fresh")
    assert loaded(tmp_path) == before
    assert collection(tmp_path).settled(HOUR)


def test_other_code_reads_the_documents_again(tmp_path: Path) -> None:
    lay_out(tmp_path / "source", made())
    obtained(tmp_path)
    other = collection(tmp_path, "other code")
    assert not other.settled(HOUR)
    assert other.obtain(HOUR, offline=False).had == dict.fromkeys(NAMES, "fresh")


def test_another_consensus_of_the_same_hour_in_a_folder_is_noticed(tmp_path: Path) -> None:
    whole = made()
    tree = lay_out(tmp_path / "source", whole)
    obtained(tmp_path)
    del whole["moria1"]
    (tree / consensus_file()).write_bytes(consensus(whole))
    assert not collection(tmp_path).settled(HOUR)
    assert obtained(tmp_path).had == {"bastet": "cached", "gabelmoo": "cached"}


def test_offline_uses_what_is_there(tmp_path: Path) -> None:
    lay_out(tmp_path / "source", made())
    assert obtained(tmp_path, offline=True).source.outcome == "missing"
    obtained(tmp_path)
    url = ServedTree("http://127.0.0.1:9")
    served = Collection(url, VoteCache(tmp_path / "cache", "code"))
    assert served.obtain(HOUR, offline=True).source.outcome == "missing"
    assert obtained(tmp_path, offline=True).source.records == 3


def answering(tree: Path, **wrong: Callable[[BaseHTTPRequestHandler], None]) -> Server:
    """Return a server of a tree; what a path holds decides who answers otherwise."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        for part, instead in wrong.items():
            if votes.IDENTITIES.get(part, part) in request.path:
                instead(request)
                return
        file = tree / request.path.removeprefix(f"/{votes.FOLDER}/")
        found = file.read_bytes() if file.is_file() else None
        body(found or b"not here", 404 if found is None else 200)(request)

    return Server(answer)


def served(server: Server, folder: Path) -> Collection:
    return Collection(ServedTree(server.url), VoteCache(folder / "cache", "code"))


def test_a_server_is_asked_for_each_document_once(tmp_path: Path) -> None:
    whole = made()
    tree = lay_out(tmp_path, whole)
    with answering(tree).running() as server:
        one = served(server, tmp_path)
        assert not one.settled(HOUR)
        assert one.obtain(HOUR, offline=False).had == dict.fromkeys(NAMES, "fresh")
        names = [consensus_file(), *(vote_file(name, whole[name]) for name in NAMES)]
        assert {request["path"] for request in server.requests} == {
            f"/{votes.FOLDER}/{name}" for name in names
        }
        assert len(server.requests) == 4
        assert {request["Accept"] for request in server.requests} == {TEXT}
        assert one.settled(HOUR)
        one.obtain(HOUR, offline=False)
        assert len(server.requests) == 4


def test_what_a_server_lacked_is_asked_for_at_the_next_build(tmp_path: Path) -> None:
    tree = lay_out(tmp_path, made())
    [away] = tree.glob(f"votes/*{votes.IDENTITIES['moria1']}*")
    held = away.read_bytes()
    away.unlink()
    with answering(tree).running() as server:
        one = served(server, tmp_path)
        found = one.obtain(HOUR, offline=False)
        assert found.had["moria1"] == "missing"
        assert "404" in found.problems["moria1"]
        assert len(server.requests) == 4  # a 404 is not tried again at once
        assert not one.settled(HOUR)
        away.write_bytes(held)
        assert one.obtain(HOUR, offline=False).had["moria1"] == "fresh"
        assert one.settled(HOUR)


def drips(request: BaseHTTPRequestHandler) -> None:
    """Promise a body and send none of it."""
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.rfile.read(1)


FAULTS = {
    "503": (body(b"later", 503, Retry_After="9"), "missing"),
    "403": (body(b"no", 403), "missing"),
    "web page": (body(b"<!doctype html><title>CollecTor</title>"), "damaged"),
    "gzip that is none": (body(b"x", 200, Content_Encoding="gzip"), "missing"),
    "slow": (drips, "missing"),
}


@pytest.mark.parametrize(("fault", "had"), FAULTS.values(), ids=FAULTS)
def test_a_server_that_fails_costs_one_vote(
    tmp_path: Path,
    fault: Callable[[BaseHTTPRequestHandler], None],
    had: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("allium.sources.collector.collection.SECONDS", 1.5)
    tree = lay_out(tmp_path, made())
    with answering(tree, gabelmoo=fault).running() as server:
        found = served(server, tmp_path).obtain(HOUR, offline=False)
    assert found.had == {"bastet": "fresh", "gabelmoo": had, "moria1": "fresh"}
    assert found.source.outcome == "fresh"


@pytest.mark.parametrize("fault", [one for one, _ in FAULTS.values()], ids=FAULTS)
def test_a_server_that_fails_for_the_consensus_costs_the_hour(
    tmp_path: Path,
    fault: Callable[[BaseHTTPRequestHandler], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("allium.sources.collector.collection.SECONDS", 1.5)
    tree = lay_out(tmp_path, made(EARLIER), EARLIER)
    lay_out(tmp_path, made())
    now = {consensus_file(): fault}
    with answering(tree, **now).running() as server:
        one = served(server, tmp_path)
        assert one.obtain(EARLIER, offline=False).source.outcome == "fresh"
        found = one.obtain(HOUR, offline=False)
        assert (found.source.outcome, found.source.published) == ("last_good", EARLIER)
        assert not one.settled(HOUR)


def test_what_does_not_come_within_the_time_of_a_set_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allium.sources.collector.collection.SET_SECONDS", -1)
    lay_out(tmp_path / "source", made())
    found = obtained(tmp_path)
    assert found.source.outcome == "missing"
    assert found.problems["consensus"].endswith("no time left")
