"""Real votes: documents of 2012 to 2017 and 2020, and what nine authorities said in February 2026.

The opinions of 2026 are values that stood on pages: flags are exact, times are rounded to a tenth
of a day, uptimes to a tenth of a percent. So an opinion counts against a rule only when no value
that rounds to what was printed agrees with it.
"""

import lzma
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from struct import pack
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from allium.analysis.voting.vote_rules import Judge, Rules
from allium.model.relay import Flag
from allium.model.votes import Consensus, Opinions, fingerprints, numbers
from allium.sources.collector import consensus, entries, lines, vote
from allium.sources.collector.entries import MILLION, FlagSets
from allium.sources.request import UnusableError
from tests.support.bandwidth_weights import sums, weights
from tests.support.project import REPOSITORY

REAL = REPOSITORY.parent / "shared" / "data" / "votes" / "real"
HOURS = ("2026-02-15-17", "2026-02-15-18", "2026-02-15-19")
LETTERS = {
    "A": "Authority", "B": "BadExit", "D": "V2Dir", "E": "Exit", "F": "Fast", "G": "Guard",
    "H": "HSDir", "M": "MiddleOnly", "R": "Running", "S": "Stable", "t": "StaleDesc", "V": "Valid",
    "y": "Sybil",
}  # fmt: skip
DAY = 86_400
NO_SCANNER = {"dannenberg", "dizum", "faravahar", "longclaw"}
"""What their votes show: longclaw's named a file with nothing in it."""

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the folder `shared` is not here")


def contents(path: Path) -> bytes:
    return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()


class Said(NamedTuple):
    """The opinions of one authority in one hour that have a bandwidth, in columns.

    `low` and `high` are both ends of what was rounded; `ipv6` is what the page said of a line.
    """

    hour: str
    authority: str
    low: Opinions
    high: Opinions
    ipv6: list[str]

    def flags(self) -> Iterator[frozenset[Flag]]:
        return (self.low.flag_sets[number] for number in numbers(self.low.flags, 2))


def days(text: str) -> tuple[int, int]:
    """Return the least and the most seconds that are printed like this, each plus one."""
    middle = round(float(text) * DAY)
    return max(0, middle - DAY // 20) + 1, middle + DAY // 20 + 1


def share(text: str) -> tuple[int, int]:
    """Return the least and the most millionths that are printed like this, each plus one."""
    middle = round(float(text) * 10_000)
    return max(0, middle - 500) + 1, min(MILLION, middle + 500) + 1


def said_of(hour: str) -> Iterator[Said]:
    head, *rows = contents(REAL / f"vote-facts-{hour}.tsv.xz").decode().splitlines()
    cells = zip(*(row.split("\t") for row in rows), strict=True)
    names = [bytes.fromhex(name) for name in next(cells)]
    for authority, column in zip(head.split("\t")[1:], cells, strict=True):
        split = [(name, cell.split(",")) for name, cell in zip(names, column, strict=True)]
        # a cell is flags, uptime, time known, mtbf, publication, weight, IPv6; `-` is not listed
        kept = [(name, cell) for name, cell in split if len(cell) == 7 and cell[5]]
        sets = FlagSets(tuple(LETTERS.values()))
        numbered = [sets.number(_line(cell[0])) for _, cell in kept]
        ends = [(share(cell[1]), days(cell[2]), days(cell[3])) for _, cell in kept]
        low, high = (
            Opinions(
                relays=b"".join(name for name, _ in kept),
                flag_sets=sets.all,
                flags=pack(f"<{len(kept)}H", *numbered),
                claimed=packed([0] * len(kept)),
                measured=packed([int(cell[5]) + 1 for _, cell in kept]),
                wfu=packed([one[0][end] for one in ends]),
                known=packed([one[1][end] for one in ends]),
                mtbf=packed([one[2][end] for one in ends]),
                marks=bytes(len(kept)),
            )
            for end in (0, 1)
        )
        yield Said(hour, authority, low, high, [cell[6] for _, cell in kept])


def _line(letters: str) -> bytes:
    return " ".join(LETTERS[letter] for letter in letters).encode()


def packed(column: list[int]) -> bytes:
    return pack(f"<{len(column)}I", *column)


@pytest.fixture(scope="module")
def said() -> list[Said]:
    return [one for hour in HOURS for one in said_of(hour)]


def rules() -> dict[tuple[str, str], Rules]:
    """Return the rules of each hour and authority; their times were rounded like opinions."""
    head, *rows = (REAL / "thresholds.tsv").read_text().splitlines()
    found = {}
    for row in rows:
        cell = dict(zip(head.split("\t"), row.split("\t"), strict=False))
        line = (
            f"fast-speed={cell['fast_speed_B/s']} guard-wfu={cell['guard_wfu']}"
            f" guard-bw-inc-exits={cell['guard_bw_inc_exits_B/s']} enough-mtbf={cell['enough_mtbf']}"
            f" guard-tk={round(float(cell['guard_tk_d']) * DAY)}"
            f" stable-mtbf={round(float(cell['stable_mtbf_d']) * DAY)}"
        )
        found[cell["hour"], cell["authority"]] = Rules.of(vote.thresholds(line.encode()))
    return found


def agreement(said: list[Said], flag: Flag) -> Counter[str | bool]:
    """Return how many opinions agree with the rule of a flag, how many may, how many do not."""
    every, judge, found = rules(), Judge(own_hsdir=False), Counter[str | bool]()
    for one in said:
        rule = every[one.hour, one.authority]
        easy = replace(rule, known=(rule.known or 0) - DAY // 20)
        ends = zip(one.flags(), rule.all_found(one.low), easy.all_found(one.high), strict=True)
        for (flags, worst, best), n in Counter(ends).items():
            if "Sybil" in flags:
                continue
            verdicts = {not judge.lacking(flag, flags, end) for end in (worst, best)}
            found["may" if len(verdicts) > 1 else (flag in flags) in verdicts] += n
    return found


def test_no_real_opinion_contradicts_the_rule_for_stable(said: list[Said]) -> None:
    assert agreement(said, "Stable") == {True: 267_716, "may": 449}


def test_no_real_opinion_contradicts_the_rule_for_guard(said: list[Said]) -> None:
    found = agreement(said, "Guard")
    assert found[False] == 0
    assert found.total() == 268_165
    assert found["may"] < 300


def test_real_authorities_that_do_not_measure_give_fast_by_the_rule(said: list[Said]) -> None:
    found = agreement([one for one in said if one.authority in NO_SCANNER], "Fast")
    assert found == {True: 119_390}


def test_real_authorities_that_measure_do_not_believe_claims(said: list[Said]) -> None:
    """Pages show a claim where there is no measurement: by the rule that is worth nothing.

    28 times the flag was given on a measurement that the page did not show.
    """
    measuring = [one for one in said if one.authority not in NO_SCANNER]
    found = agreement(measuring, "Fast")
    assert found == {True: 147_989, False: 758 + 28}
    every = rules()
    given = 0
    for one in measuring:
        lacks = every[one.hour, one.authority].all_found(one.low)
        both = Counter(zip(one.flags(), lacks, strict=True))
        given += sum(
            n
            for (flags, lack), n in both.items()
            if "Fast" in flags and Judge(own_hsdir=False).lacking("Fast", flags, lack)
        )
    assert given == 28


def test_real_flags_that_build_on_others(said: list[Said]) -> None:
    for one in said:
        for flags in one.flags():
            assert "Guard" not in flags or {"Fast", "Stable", "V2Dir"} <= flags
            needed = {"Fast", "Stable", "V2Dir", "Running"}
            assert "HSDir" not in flags or one.authority == "moria1" or needed <= flags


def test_real_authorities_that_test_ipv6_find_it_where_a_relay_runs(said: list[Said]) -> None:
    testing = [one for one in said if one.authority not in {"dizum", "longclaw"}]
    lines_of_running = Counter(
        page
        for one in testing
        for flags, page in zip(one.flags(), one.ipv6, strict=True)
        if "Running" in flags and page
    )
    assert list(lines_of_running) == ["6"]


def document(name: str) -> lines.Document:
    found = lines.Document(contents(REAL / "votes" / name))
    found.check_kind("vote")
    return found


VOTES = {
    "2016-09-20-13-00-00-vote-49015F787433103580E3B66A1707A00E60F2D15B-60ADC6BEC262AE921A1037D54C8A3976367DBE87.xz": (7903, 7526),
    "2017-07-17-17-00-00-vote-0232AF901C31A04EE9848595AF9BB7620D4C5B2E-6C2F5B0D52DFB3E4CA3DDEEAD690CC563CAF0601": (3, 0),
    "stem-metrics_vote": (4, 0),
    "stem-unparseable-vote": (7, 6),
}  # fmt: skip
"""How many relays a vote lists, and how many of them it measured."""


@pytest.mark.parametrize("name", VOTES)
def test_real_votes_are_read_to_the_last_opinion(name: str) -> None:
    found = document(name)
    said = entries.opinions(found.entries(), found.flags(), found.left_out)
    assert (len(said), sum(number > 0 for number in numbers(said.measured))) == VOTES[name]
    assert not found.left_out
    assert list(fingerprints(said.relays)) == sorted(fingerprints(said.relays))


@pytest.mark.parametrize("name", list(VOTES)[:2])
def test_a_real_vote_whose_contact_was_changed_has_not_the_digest_of_its_name(name: str) -> None:
    """All else is as it was: identity and hour are those of the name."""
    stamp, _, rest = name.removesuffix(".xz").partition("-vote-")
    identity, digest = rest.split("-")
    hour = f"{stamp[:10]} {stamp[11:].replace('-', ':')}"
    body = contents(REAL / "votes" / name)
    with pytest.raises(UnusableError, match="digest"):
        vote.read(body, identity=identity, digest=digest, hour=hour)
    present = vote.digest_of(body)
    found = vote.read(body, identity=identity, digest=present, hour=hour)
    assert found.head.certificate_ends is not None
    assert found.head.thresholds is not None
    with pytest.raises(UnusableError, match=r"not of 2"):
        vote.read(body, identity=identity, digest=present, hour="2026-02-15 17:00:00")
    with pytest.raises(UnusableError, match=r"not of A"):
        vote.read(body, identity="A" * 40, digest=present, hour=hour)


CONSENSUSES = {
    "2016-09-20-13-00-00-consensus.xz": (7213, 20, 7),
    "2017-07-17-17-00-00-consensus": (5, 26, 8),
    "2020-02-29-10-00-00-consensus.xz": (6433, 29, 8),
    "2020-02-29-11-00-00-consensus.xz": (6463, 29, 8),
}
"""How many relays a consensus lists, by which method, of how many votes."""


def agreed(name: str) -> Consensus:
    hour = f"{name[:10]} {name[11:19].replace('-', ':')}"
    return consensus.read(contents(REAL / "consensuses" / name), hour=hour)


@pytest.mark.parametrize("name", CONSENSUSES)
def test_real_consensuses_are_read_to_the_last_relay(name: str) -> None:
    found = agreed(name)
    assert (len(found.relays), found.method, len(found.voters)) == CONSENSUSES[name]
    assert not found.left_out
    assert {len(one.digest) for one in found.voters} == {40}


@pytest.mark.parametrize("name", [name for name in CONSENSUSES if name.startswith("2020")])
def test_the_bandwidth_weights_follow_from_what_was_read(name: str) -> None:
    """They were computed from every flag and weight: one that was misread would show."""
    found = agreed(name)
    computed = weights(sums(found.relays))
    assert {key: found.bandwidth_weights[key] for key in computed} == computed


def test_a_consensus_names_the_vote_that_was_counted() -> None:
    for name, other in zip(list(VOTES)[:2], list(CONSENSUSES)[:2], strict=True):
        identity, digest = name.removesuffix(".xz").partition("-vote-")[2].split("-")
        assert {one.identity: one.digest for one in agreed(other).voters}[identity] == digest
