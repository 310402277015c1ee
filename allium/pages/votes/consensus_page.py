"""The page of the consensus: how it was made, what it decided, and when the next one comes."""

from collections.abc import Iterator
from typing import Final

from allium import formatting, urls
from allium.analysis.voting.consensus_facts import (
    BandwidthWeight,
    ConsensusFacts,
    Param,
    consensus_facts,
)
from allium.model.relay import Flag
from allium.model.snapshot import Snapshot
from allium.model.votes import VoteSet
from allium.pages.parts.levels import level
from allium.pages.parts.page_base import Head, Link, Share, Tile, Verdict, View, When, minute
from allium.pages.votes.vote_grids import ABSENT, GridCell, GridRow, VoteGrid, cell, flag_links

TITLE: Final = "Consensus"


class ConsensusPage(View, frozen=True):
    """Everything that the page prints."""

    head: Head
    verdict: Verdict
    tiles: tuple[Tile, ...]
    valid_after: When | None
    fresh_until: When | None
    valid_until: When | None
    method: str
    next_method: str | None
    signatures: str
    weight: str
    flags: tuple[Share, ...]
    weights: VoteGrid
    params: VoteGrid
    client_versions: str | None
    server_versions: str | None
    protocols: tuple[tuple[str, str], ...]


def build(snapshot: Snapshot, votes: VoteSet) -> ConsensusPage:
    """Return the view of a consensus; flags that a relay of the snapshot holds have pages."""
    facts = consensus_facts(votes)
    return ConsensusPage(
        head=_head(),
        verdict=_verdict(facts),
        tiles=tuple(_tiles(facts)),
        valid_after=minute(facts.valid_after),
        fresh_until=minute(facts.fresh_until),
        valid_until=minute(facts.valid_until),
        method=str(facts.method),
        next_method=_next_method(facts),
        signatures=f"{facts.signatures} of {facts.authorities},"
        f" {facts.signatures_needed} are needed",
        weight=formatting.count(facts.weight),
        flags=tuple(_flags(facts, flag_links(snapshot))),
        weights=_weights(facts.bandwidth_weights),
        params=_params(facts.params),
        client_versions=", ".join(facts.client_versions) or None,
        server_versions=", ".join(facts.server_versions) or None,
        protocols=tuple((_title(name), words) for name, words in sorted(facts.protocols.items())),
    )


def _head() -> Head:
    return Head(
        kind="consensus",
        title=TITLE,
        description="The consensus of the directory authorities of the Tor network: method,"
        " parameters, bandwidth weights, recommended versions, and when the next one comes.",
        crumbs=(Link(text="Overview", path=urls.INDEX), Link(text=TITLE)),
        section="health",
    )


def _verdict(facts: ConsensusFacts) -> Verdict:
    words = (
        f"{facts.counted} of {facts.authorities} authorities voted and {facts.signatures} signed;"
        f" {facts.signatures_needed} signatures make a consensus valid."
    )
    whole = facts.counted == facts.signatures == facts.authorities
    valid = facts.signatures >= facts.signatures_needed
    return Verdict(text=words, colour="good" if whole else "note" if valid else "crit")


def _tiles(facts: ConsensusFacts) -> Iterator[Tile]:
    whole = facts.authorities
    votes, signatures = facts.counted, facts.signatures
    fresh = formatting.minute(facts.fresh_until)
    yield Tile(label="Next consensus", value=f"{fresh[11:]} UTC", remark=fresh[:10])
    yield Tile(
        label="Votes", value=f"{votes} of {whole}", remark="counted", level=level(votes, whole)
    )
    yield Tile(
        label="Signatures",
        value=f"{signatures} of {whole}",
        remark=f"{facts.signatures_needed} are needed",
        level=level(signatures, whole),
    )
    yield Tile(label="Method", value=str(facts.method), remark="of computing it")
    yield Tile(label="Relays", value=formatting.count(facts.relays), remark="all running")
    yield Tile(
        label="Unmeasured",
        value=formatting.count(facts.unmeasured),
        remark=f"{formatting.share(facts.unmeasured, facts.relays) or 'none'} of relays",
        level=level(facts.unmeasured, facts.relays) if facts.relays else None,
    )


def _next_method(facts: ConsensusFacts) -> str | None:
    one = facts.next_method
    if one is None:
        return None
    return f"{one.method} is known by {one.known} of {facts.counted}, {one.needed} are needed"


def _flags(facts: ConsensusFacts, paths: dict[Flag, str]) -> Iterator[Share]:
    top = max((count for _, count in facts.flags), default=0)
    for flag, count in sorted(facts.flags, key=lambda one: (-one[1], one[0])):
        yield Share(
            name=Link(text=flag, path=paths.get(flag)),
            count=formatting.count(count),
            share=formatting.share(count, facts.relays) or "None",
            level=level(count, top),
        )


POSITIONS: Final = {"g": "guard", "m": "middle", "e": "exit", "b": "directory"}
CAPACITY: Final = {
    "g": "guards",
    "m": "relays without Guard and Exit",
    "e": "exits",
    "d": "relays with Guard and Exit",
}
"""Letters of the names of bandwidth weights (dir-spec, "bandwidth-weights")."""


def _meaning(shares: dict[str, str]) -> Iterator[str]:
    """Yield what the weights come to in sentences."""
    if {"Wgd", "Wed", "Wmd"} <= shares.keys():
        yield (
            f"Of the capacity of relays with Guard and Exit {shares['Wgd']} is used as guard,"
            f" {shares['Wed']} as exit and {shares['Wmd']} as middle."
        )
    for capacity, position in (("g", "guard"), ("e", "exit")):
        own, middle = f"W{capacity}{capacity}", f"Wm{capacity}"
        if {own, middle} <= shares.keys():
            yield (
                f"Of the capacity of {CAPACITY[capacity]} {shares[own]} is used as {position},"
                f" {shares[middle]} as middle."
            )


def _weights(weights: tuple[BandwidthWeight, ...]) -> VoteGrid:
    """Return the weights of positions by capacity."""
    shares = {one.name: formatting.share(one.part, one.scale) or "0%" for one in weights}
    return VoteGrid(
        id="weights",
        title="Bandwidth weights",
        caption="The share of a weight that counts when clients choose a relay for a position.",
        about="bandwidth-weights",
        heads=("Chosen as", *(f"Of {words}" for words in CAPACITY.values())),
        rows=tuple(
            GridRow(
                name=GridCell(text=words.capitalize()),
                cells=tuple(cell(shares.get(f"W{letter}{capacity}")) for capacity in CAPACITY),
            )
            for letter, words in POSITIONS.items()
        ),
        notes=tuple(_meaning(shares)),
    )


def _params(params: tuple[Param, ...]) -> VoteGrid:
    return VoteGrid(
        id="params",
        title="Parameters",
        caption="What the consensus sets, and how many authorities vote for a value.",
        about="consensus-params",
        heads=("Parameter", "Value", "Default", "Votes"),
        rows=tuple(
            GridRow(
                name=GridCell(text=one.name),
                cells=(
                    GridCell(text="Not voted on by enough", odd=True)
                    if one.value is None
                    else cell(one.value),
                    ABSENT if one.default is None else cell(one.default),
                    cell(one.votes),
                ),
            )
            for one in params
        ),
    )


def _title(keyword: str) -> str:
    """Return the name of a protocol line: `recommended-client-protocols`."""
    words = keyword.replace("-", " ")
    return words[0].upper() + words[1:]
