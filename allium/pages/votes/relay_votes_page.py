"""The page of the votes on one relay: what each authority says, and what a flag still takes."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from allium import formatting, urls
from allium.analysis.relay.flag_rules import SCANNERS
from allium.analysis.voting import vote_texts
from allium.analysis.voting.ballots import SHOWN, OpinionRow, RowState
from allium.analysis.voting.distance import Distance
from allium.analysis.voting.relay_votes import RelayVotes
from allium.analysis.voting.vote_findings import FlagVotes
from allium.model.relay import Fingerprint, Flag, Relay
from allium.pages.parts import group_links
from allium.pages.parts.levels import level
from allium.pages.parts.page_base import Head, Link, Tile, Verdict, View

NO_OPINION: Final[dict[RowState, str]] = {
    "not listed": "Does not list this relay",
    "not counted": "No vote of it is counted in the consensus",
    "missing": "Vote not available",
    "damaged": "Vote damaged",
}
NOT_STATED: Final = "Not stated"
NOTHING: Final = "None"
NEVER: Final = formatting.TO
"""Of a flag that no authority gives and the relay does not want."""
FIGURES_FROM: Final = len(SHOWN) + 2
"""Flags and the two kinds of address are words, the cells after them figures."""
BANDS_FROM: Final = FIGURES_FROM + 1
COLUMNS: Final = BANDS_FROM + 3
TILES: Final[tuple[Flag, ...]] = ("Running", "Fast", "Stable", "Guard")


class VotesShard(View, frozen=True):
    """All that the page of the votes on one relay may depend on."""

    relay: Fingerprint
    nickname: str
    votes: RelayVotes


class VoteRow(View, frozen=True):
    """What one authority says; `absent` is why it says nothing, and then `cells` is empty."""

    authority: str
    cells: tuple[str, ...] = ()
    absent: str | None = None


class VoteFoot(View, frozen=True):
    """A row below the opinions: what they come to, or what is needed; figures stand last."""

    name: str
    words: tuple[str, ...]
    figures: tuple[str, ...]


class LackingAt(View, frozen=True):
    """A condition, and the authorities where the relay lacks it; `stated`: their votes say so."""

    condition: str
    authorities: str
    stated: bool


class MissingFlag(View, frozen=True):
    """How far the relay is from a flag, and what helps."""

    flag: Flag
    words: str
    lacking: tuple[LackingAt, ...]
    advice: str | None


class RelayVotesPage(View, frozen=True):
    """Everything that the page prints.

    `unread` says that not all votes that were counted could be read.
    """

    head: Head
    relay: Link
    nickname: str
    fingerprint: Fingerprint
    verdict: Verdict
    tiles: tuple[Tile, ...]
    flags: tuple[Flag, ...]
    rows: tuple[VoteRow, ...]
    foot: tuple[VoteFoot, ...]
    others: str | None
    unread: str | None
    missing: tuple[MissingFlag, ...]
    weight: str
    measured_by: str
    weight_value: str | None


def shard(relay: Relay, votes: RelayVotes) -> VotesShard:
    """Return what the page may depend on: the findings stand on the relay's own page.

    A relay that is not in the consensus holds no flag, though most authorities may give it.
    """
    missing = tuple(one for one in votes.distances if one.given < one.needed)
    return VotesShard(
        relay=relay.fingerprint,
        nickname=relay.nickname,
        votes=replace(votes, findings=(), distances=missing),
    )


def build(votes_shard: VotesShard) -> RelayVotesPage:
    """Return the view of the votes on one relay."""
    votes = votes_shard.votes
    counts = {one.flag: one for one in votes.flags}
    weight = votes.weight
    return RelayVotesPage(
        head=_head(votes_shard),
        relay=Link(text=votes_shard.nickname, path=urls.relay(votes_shard.relay)),
        nickname=votes_shard.nickname,
        fingerprint=votes_shard.relay,
        verdict=Verdict(
            text=vote_texts.presence(votes), colour="good" if votes.in_consensus else "crit"
        ),
        tiles=tuple(_tiles(votes, counts)),
        flags=SHOWN,
        rows=tuple(_row(one, exits="Exit" in counts) for one in votes.rows),
        foot=_foot(votes, [counts.get(flag) for flag in SHOWN]),
        others=_others(votes.flags),
        unread=_unread(votes),
        missing=tuple(_missing(one, votes) for one in votes.distances),
        weight=vote_texts.weight(votes),
        measured_by=f"{weight.measured_by} of {formatting.number_of(weight.scanners, 'scanner')}",
        weight_value=formatting.count(weight.value)
        if votes.in_consensus and weight.value is not None
        else None,
    )


def _head(votes_shard: VotesShard) -> Head:
    name, path = votes_shard.nickname, urls.relay(votes_shard.relay)
    return Head(
        kind="votes",
        title=f"Votes on {name}",
        description=f"What each directory authority votes on the Tor relay {name}"
        f" ({votes_shard.relay}): flags, reachability, measurements.",
        crumbs=(*group_links.below("relays"), Link(text=name, path=path), Link(text="Votes")),
        section="relays",
    )


def _tiles(votes: RelayVotes, counts: dict[Flag, FlagVotes]) -> Iterator[Tile]:
    yield _tile("Listed by", votes.listed, votes.authorities, f"{votes.needed} are needed")
    for flag in TILES:
        if (one := counts.get(flag)) is not None:
            yield _tile(flag, one.given, one.voting, f"{one.needed} are needed")
    weight = votes.weight
    yield _tile("Measured by", weight.measured_by, weight.scanners, "scanners")
    if votes.ipv6 is not None:
        yield _tile("Reached by IPv6", *votes.ipv6, "that test IPv6")


def _tile(label: str, part: int, whole: int, remark: str) -> Tile:
    return Tile(label=label, value=f"{part} of {whole}", remark=remark, level=level(part, whole))


@lru_cache(maxsize=16384)
def _row(one: OpinionRow, *, exits: bool) -> VoteRow:
    if one.state != "listed":
        return VoteRow(authority=one.authority, absent=NO_OPINION[one.state])
    measured = NOTHING if one.measured is None else formatting.count(one.measured)
    bands = (_sentence(words) for words in (one.wfu, one.known, one.mtbf))
    ipv6 = NOTHING if one.ipv6 == "not announced" else _sentence(one.ipv6)
    reached = (_sentence(one.ipv4), ipv6)
    given = (
        NEVER if flag == "Exit" and not exits else _sentence(answer)
        for flag, answer in zip(SHOWN, one.given, strict=True)
    )
    cells = (*given, *reached, measured, *bands)
    return VoteRow(authority=one.authority, cells=cells)


def _foot(votes: RelayVotes, flags: list[FlagVotes | None]) -> tuple[VoteFoot, ...]:
    """Return how many authorities give each flag and measure, and how many have to."""
    reached = sum(row.ipv4 == "reached" for row in votes.rows)
    tested = NEVER if votes.ipv6 is None else _of(*votes.ipv6)
    given = (NEVER if one is None else _of(one.given, one.voting) for one in flags)
    needed = (NEVER if one is None else str(one.needed) for one in flags)
    weight, bands = votes.weight, (NEVER, NEVER, NEVER)
    return (
        VoteFoot(
            name="Together",
            words=(*given, _of(reached, votes.listed), tested),
            figures=(_of(weight.measured_by, weight.scanners), *bands),
        ),
        VoteFoot(name="Needed", words=(*needed, NEVER, NEVER), figures=(str(SCANNERS), *bands)),
    )


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def _sentence(words: str | None) -> str:
    """Return words with a capital letter, or those for nothing."""
    return NOT_STATED if words is None else words[0].upper() + words[1:]


def _others(flags: tuple[FlagVotes, ...]) -> str | None:
    """Return who gives the flags without a column of their own."""
    words = [f"{one.flag} by {one.given} of {one.voting}" for one in flags if one.flag not in SHOWN]
    return f"Also given: {', '.join(words)}." if words else None


def _unread(votes: RelayVotes) -> str | None:
    if votes.complete:
        return None
    return f"Only {formatting.number_of(votes.read, 'vote')} could be read; counts are of these."


def _missing(one: Distance, votes: RelayVotes) -> MissingFlag:
    return MissingFlag(
        flag=one.flag,
        words=vote_texts.given(one),
        lacking=tuple(
            LackingAt(
                condition=_sentence(vote_texts.CONDITIONS[group.condition]),
                authorities=", ".join(group.authorities),
                stated=group.condition != "unknown",
            )
            for group in one.lacking
        ),
        advice=vote_texts.advice(one, votes),
    )
