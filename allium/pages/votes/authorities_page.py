"""The page of the directory authorities: what each voted, by which bounds, and how they differ."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from allium import formatting, urls
from allium.analysis.relay.findings import SEVERITIES, Severity
from allium.analysis.relay.flag_rules import DAY
from allium.analysis.voting import rounding
from allium.analysis.voting.authority_facts import AuthorityFacts, FlagCounts, authority_facts
from allium.model.relay import Fingerprint, Flag, Relay, in_print_order
from allium.model.snapshot import Snapshot
from allium.model.votes import BandwidthFile, VoteHead, VoteSet
from allium.pages.parts import group_links
from allium.pages.parts.levels import level
from allium.pages.parts.page_base import FindingText, Head, Link, Tile, Verdict, View, When, minute
from allium.pages.relay.finding_texts import COLOURS
from allium.pages.votes.authority_texts import alerts
from allium.pages.votes.vote_grids import ABSENT, GridCell, GridRow, VoteGrid, cell, flag_links

TITLE: Final = "Directory authorities"
DIFFERENCES: Final = 8
"""Parameters and versions of one authority that are named; a choice of this site."""

ATTENTION: Final[tuple[Severity, ...]] = ("Warning", "Notice")
"""What the verdict counts, the worst first."""
_RANKS: Final[dict[str, int]] = {name: rank for rank, name in enumerate(SEVERITIES)}


class OwnWishes(View, frozen=True):
    """What an authority votes for otherwise than the consensus has it."""

    name: str
    params: tuple[str, ...]
    versions: tuple[str, ...]


class AuthoritiesPage(View, frozen=True):
    """Everything that the page prints."""

    head: Head
    published: When | None
    verdict: Verdict
    tiles: tuple[Tile, ...]
    findings: tuple[FindingText, ...]
    overview: VoteGrid
    grids: tuple[VoteGrid, ...]
    wishes: tuple[OwnWishes, ...]


def build(snapshot: Snapshot, votes: VoteSet) -> AuthoritiesPage:
    """Return the view of all authorities."""
    facts = authority_facts(snapshot, votes)
    relays = {one.fingerprint: one for one in snapshot.relays}
    found = sorted(
        (text for one in facts for text in alerts(one)),
        key=lambda text: _RANKS[text.severity],
    )
    return AuthoritiesPage(
        head=_head(),
        published=minute(votes.consensus.valid_after),
        verdict=_verdict(facts, found),
        tiles=tuple(_tiles(facts, votes)),
        findings=tuple(found),
        overview=_overview(facts, relays),
        grids=(
            _thresholds(facts),
            _given(facts, flag_links(snapshot)),
            _differing(facts),
            _scanners(facts),
            _keys(facts),
        ),
        wishes=tuple(_wishes(facts)),
    )


def _head() -> Head:
    return Head(
        kind="authorities",
        title=TITLE,
        description="What each directory authority of the Tor network votes: flags, thresholds,"
        " measurements, signatures, and where it differs.",
        crumbs=(
            Link(text="Overview", path=urls.INDEX),
            group_links.listings(),
            Link(text=TITLE),
        ),
        section="health",
    )


def _verdict(facts: Sequence[AuthorityFacts], found: Sequence[FindingText]) -> Verdict:
    voted = sum(one.state is not None for one in facts)
    words = f"{voted} of {len(facts)} authorities voted"
    for severity in ATTENTION:
        count = sum(text.severity == severity for text in found)
        if count:
            counted = formatting.number_of(count, severity.lower())
            return Verdict(text=f"{words}, with {counted}.", colour=COLOURS[severity])
    return Verdict(text=f"{words}. Nothing needs attention.", colour="good")


def _tiles(facts: Sequence[AuthorityFacts], votes: VoteSet) -> Iterator[Tile]:
    whole, method = len(facts), votes.consensus.method
    read = [one for one in facts if one.counted is not None]
    counts: tuple[tuple[str, int, str], ...] = (
        ("Voted", sum(one.state is not None for one in facts), "counted in the consensus"),
        ("Signed", sum(one.signed for one in facts), f"{whole // 2 + 1} are needed"),
        ("Measure bandwidth", sum(bool(one.counted and one.counted.measured) for one in facts), ""),
        ("Test IPv6", sum(bool(one.counted and one.counted.ipv6) for one in facts), ""),
        ("Know the method", sum(one.knows_method for one in read), f"used: {method}"),
    )
    for label, part, remark in counts:
        yield Tile(
            label=label,
            value=f"{part} of {whole}",
            remark=remark or "of all authorities",
            level=level(part, whole),
        )


_STATES: Final = {
    "read": GridCell(text="Voted", state="good"),
    "missing": GridCell(text="Vote not available", state="off"),
    "damaged": GridCell(text="Vote damaged", state="warn"),
    None: GridCell(text="Not counted", state="warn"),
}


def _overview(facts: Sequence[AuthorityFacts], relays: dict[Fingerprint, Relay]) -> VoteGrid:
    """Return one row an authority."""
    return VoteGrid(
        id="overview",
        title="Who votes",
        caption="Each authority, the relay that it runs, and what its vote says of how many.",
        about="authorities",
        heads=(
            *("Authority", "Vote", "Signature", "Tor version", "Country", "Network", "Methods"),
            *("Relays", "Running", "Measured", "IPv6 reached"),
        ),
        rows=tuple(_row(one, relays.get(one.relay or "")) for one in facts),
        texts=6,
    )


def _row(one: AuthorityFacts, relay: Relay | None) -> GridRow:
    head, counted = one.head, one.counted
    methods = f"{head.methods[0]}{formatting.TO}{head.methods[-1]}" if head else None
    return GridRow(
        name=GridCell(
            text=one.nickname, path=None if relay is None else urls.relay(relay.fingerprint)
        ),
        anchor=urls.authority(one.nickname),
        cells=(
            _STATES[one.state],
            GridCell(text="Present") if one.signed else GridCell(text="None", odd=True),
            *_place(relay),
            cell(methods),
            _count(counted.listed if counted else None),
            _count(_given_to("Running", one)),
            _count(counted.measured if counted else None),
            _count(counted.ipv6 if counted else None),
        ),
    )


def _keys(facts: Sequence[AuthorityFacts]) -> VoteGrid:
    return VoteGrid(
        id="keys",
        title="Keys and addresses",
        caption="The identity with which each votes, and where it can be asked.",
        about="authorities",
        heads=(
            *("Authority", "Identity", "Host name", "Address", "Directory port", "Relay port"),
            *("Vote made (UTC)", "Signing key ends"),
        ),
        rows=tuple(_key(one, one.head) for one in facts if one.head is not None),
        texts=7,
    )


def _key(one: AuthorityFacts, head: VoteHead) -> GridRow:
    ends, published = head.certificate_ends, head.published
    return GridRow(
        name=GridCell(text=one.nickname),
        cells=(
            GridCell(text=one.identity),
            *map(cell, (head.host, head.address, head.dir_port, head.or_port)),
            cell(None if published is None else formatting.minute(published)),
            cell(None if ends is None else formatting.date(ends)),
        ),
    )


def _place(relay: Relay | None) -> tuple[GridCell, GridCell, GridCell]:
    """Return version, country and network of the relay of an authority."""
    if relay is None:
        return ABSENT, ABSENT, ABSENT
    links = (
        group_links.version(relay.version),
        group_links.country(relay.country),
        group_links.network(relay.asn),
    )
    version, country, network = (GridCell(text=one.text, path=one.path) for one in links)
    return version, country, network


def _given_to(flag: Flag, one: AuthorityFacts) -> int | None:
    counts = _flag(flag, one)
    return None if counts is None else counts.given


def _flag(flag: Flag, one: AuthorityFacts) -> FlagCounts | None:
    found = () if one.counted is None else one.counted.flags
    return next((counts for counts in found if counts.flag == flag), None)


def _kilobytes(value: int) -> str:
    return f"{formatting.count(value)}{formatting.NO_BREAK}kB/s"


def _days(seconds: int) -> str:
    tenths = seconds * 10 // DAY
    return f"{tenths // 10}.{tenths % 10}{formatting.NO_BREAK}days"


def _yes(value: int) -> str:
    return "Yes" if value else "No"


THRESHOLDS: Final[dict[str, tuple[str, Callable[[int], str]]]] = {
    "fast": ("Fast: bandwidth", _kilobytes),
    "guard_bandwidth_with_exits": ("Guard: bandwidth, with exits", _kilobytes),
    "guard_bandwidth_without_exits": ("Guard: bandwidth, without exits", _kilobytes),
    "guard_wfu": ("Guard: weighted uptime", rounding.percent),
    "guard_known": ("Guard: time known", _days),
    "stable_mtbf": ("Stable: mean time between failures", _days),
    "stable_uptime": ("Stable: uptime", _days),
    "enough_mtbf": ("Knows relays long enough", _yes),
    "ignores_claims": ("Ignores claimed bandwidth", _yes),
    "hsdir_wfu": ("HSDir: weighted uptime", rounding.percent),
    "hsdir_known": ("HSDir: time known", _days),
}
"""The bounds that votes state, in print order, and how each is printed."""


def _columns(
    facts: Sequence[AuthorityFacts],
) -> tuple[tuple[str, ...], tuple[AuthorityFacts, ...]]:
    """Return the authorities whose votes were read: heads of columns, and what is known."""
    read = tuple(one for one in facts if one.head is not None)
    return tuple(one.nickname for one in read), read


def _thresholds(facts: Sequence[AuthorityFacts]) -> VoteGrid:
    names, read = _columns(facts)
    rows = (
        GridRow(
            name=GridCell(text=words),
            cells=tuple(_threshold(name, one, show) for one in read),
        )
        for name, (words, show) in THRESHOLDS.items()
    )
    return VoteGrid(
        id="thresholds",
        title="Thresholds",
        caption="What a relay needs at each authority; bold where most authorities differ.",
        about="thresholds",
        heads=("Threshold", *names),
        rows=tuple(row for row in rows if any(one != ABSENT for one in row.cells)),
    )


def _threshold(name: str, one: AuthorityFacts, show: Callable[[int], str]) -> GridCell:
    bounds = None if one.head is None else one.head.thresholds
    value = None if bounds is None else getattr(bounds, name)
    if value is None:
        return ABSENT
    return GridCell(text=show(value), odd=name in one.odd_thresholds)


def _flags(read: Sequence[AuthorityFacts]) -> tuple[Flag, ...]:
    return tuple(
        in_print_order({counts.flag for one in read if one.counted for counts in one.counted.flags})
    )


def _given(facts: Sequence[AuthorityFacts], paths: dict[Flag, str]) -> VoteGrid:
    names, read = _columns(facts)
    return VoteGrid(
        id="flags",
        title="Flags given",
        caption="To how many relays each authority gives a flag; a dash where it does not vote"
        " on it.",
        about="authorities",
        heads=("Flag", *names),
        rows=tuple(
            GridRow(
                name=GridCell(text=flag, path=paths.get(flag)),
                cells=tuple(_count(_given_to(flag, one)) for one in read),
            )
            for flag in _flags(read)
        ),
    )


def _count(value: int | None) -> GridCell:
    return cell(None if value is None else formatting.count(value))


def _differing(facts: Sequence[AuthorityFacts]) -> VoteGrid:
    names, read = _columns(facts)
    return VoteGrid(
        id="differences",
        title="Differences from the consensus",
        caption="The relays of the consensus of which a vote says otherwise.",
        about="agreement",
        heads=("Flag", *names),
        rows=tuple(
            GridRow(
                name=GridCell(text=flag),
                cells=tuple(_difference(_flag(flag, one)) for one in read),
            )
            for flag in _flags(read)
        ),
    )


def _difference(counts: FlagCounts | None) -> GridCell:
    if counts is None:
        return ABSENT
    share = formatting.share(counts.others, counts.relays) if counts.others else None
    return cell(formatting.count(counts.others), share)


def _scanners(facts: Sequence[AuthorityFacts]) -> VoteGrid:
    return VoteGrid(
        id="scanners",
        title="Bandwidth scanners",
        caption="Which authorities measure, with what, and how many of the relays they list.",
        about="scanners",
        heads=("Authority", "State", "Software", "File made (UTC)", "Country", "Measured", "Share"),
        rows=tuple(
            GridRow(
                name=GridCell(text=one.nickname),
                cells=_scanner(one, one.head.bandwidth_file),
            )
            for one in facts
            if one.head is not None
        ),
        texts=4,
    )


def _scanner(one: AuthorityFacts, file: BandwidthFile | None) -> tuple[GridCell, ...]:
    if file is None:
        return (GridCell(text="No scanner", state="off"), *[ABSENT] * 5)
    if not file.usable or one.counted is None:
        return (GridCell(text="File unusable", state="warn"), *[ABSENT] * 5)
    software = " ".join(part for part in (file.software, file.version) if part)
    return (
        GridCell(text="Measures", state="good"),
        cell(software or None),
        cell(None if file.made is None else formatting.minute(file.made)),
        cell(file.country),
        cell(formatting.count(one.counted.measured)),
        cell(formatting.share(one.counted.measured, one.counted.listed)),
    )


def _wishes(facts: Sequence[AuthorityFacts]) -> Iterator[OwnWishes]:
    for one in facts:
        params = tuple(
            f"{param.name}: {_stated(param.voted)}, consensus {_stated(param.agreed)}"
            for param in one.params
            if param.voted is not None
        )
        more, fewer = one.versions or ((), ())
        versions = (*_versions("Also recommends", more), *_versions("Does not recommend", fewer))
        if params or versions:
            yield OwnWishes(name=one.nickname, params=params[:DIFFERENCES], versions=versions)


def _stated(value: int | None) -> str:
    return "none" if value is None else str(value)


def _versions(words: str, names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        return ()
    shown, rest = names[:DIFFERENCES], len(names) - DIFFERENCES
    more = f" and {rest} more" if rest > 0 else ""
    return (f"{words} {', '.join(shown)}{more}",)
