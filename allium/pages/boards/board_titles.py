"""The titles of leaderboards, and how each prints what it ranks by."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.history.uptime import percentage
from allium.analysis.leaderboards import ALL_ROUND, BOARDS, BoardPlace, Candidate
from allium.analysis.relay.role import Role
from allium.analysis.totals import Totals
from allium.model.history import Period
from allium.pages.parts.page_base import View

FIRST: Final = 3
"""So many places of a board are marked."""
CODES: Final = 8
"""So many codes of a list are printed."""


class BoardRanking(View, frozen=True):
    """An operator's place on one board; `leads` says whether it is one of the first three."""

    rank: str
    leads: bool
    board: str
    title: str
    value: str


class PrintContext(Struct, frozen=True):
    """What values are printed with: the sums of the network, and the unit of bandwidth.

    `absent` are the fields that the data has of no relay.
    """

    totals: Totals
    units: formatting.Units
    absent: frozenset[str] = frozenset()


ValueFormat: TypeAlias = Callable[[Candidate, PrintContext], str | None]


class BoardTitle(Struct, frozen=True):
    """A board's title, and the printed form of its metric."""

    title: str
    formatted: ValueFormat


def rankings(
    boards: Mapping[str, list[BoardPlace]], context: PrintContext
) -> dict[ContactId, list[BoardRanking]]:
    """Return every operator's places, the best first; equal ranks in the order of the boards."""
    places = [
        (place.rank, order, name, place.candidate)
        for order, name in enumerate(BOARDS)
        for place in boards.get(name, ())
    ]
    operator_rankings: dict[ContactId, list[BoardRanking]] = {}
    for rank, _, name, candidate in sorted(places, key=lambda place: place[:2]):
        operator_rankings.setdefault(candidate.operator.contact_id, []).append(
            BoardRanking(
                rank=formatting.count(rank),
                leads=rank <= FIRST,
                board=name,
                title=BOARD_TITLES[name].title,
                value=value(name, candidate, context),
            )
        )
    return operator_rankings


def value(board: str, candidate: Candidate, context: PrintContext) -> str:
    """Return what an operator is ranked by on a board, as printed."""
    return BOARD_TITLES[board].formatted(candidate, context) or "Cannot be computed"


def _weight(role: Role) -> ValueFormat:
    def formatted(candidate: Candidate, context: PrintContext) -> str | None:
        return formatting.share(
            candidate.operator.totals.parts[role].weight, context.totals.parts[role].weight
        )

    return formatted


def _relays(role: Role) -> ValueFormat:
    return lambda candidate, _: formatting.count(candidate.operator.totals.parts[role].relays)


def _uptime(period: Period) -> ValueFormat:
    def formatted(candidate: Candidate, _: PrintContext) -> str | None:
        uptime = candidate.performance.uptime
        return None if uptime is None else formatting.percent(percentage(uptime.periods[period]), 1)

    return formatted


def _throughput(period: Period) -> ValueFormat:
    def formatted(candidate: Candidate, context: PrintContext) -> str | None:
        throughput = candidate.performance.throughput
        return (
            None
            if throughput is None
            else formatting.bandwidth(throughput.periods[period], context.units)
        )

    return formatted


def _counted(board: str) -> ValueFormat:
    return lambda candidate, _: formatting.count(int(BOARDS[board].metric(candidate) or 0))


def _diversity(candidate: Candidate, _: PrintContext) -> str:
    score = BOARDS["diversity"].metric(candidate) or 0
    return f"{score:.1f}"


def _rare(candidate: Candidate, _: PrintContext) -> str:
    return formatting.count(len(candidate.rare_countries))


def codes(names: Sequence[str], most: int = CODES) -> str:
    """Return the first of some codes, and how many more there are."""
    shown = " ".join(names[:most])
    return shown if len(names) <= most else f"{shown} +{len(names) - most}"


def _veteran(candidate: Candidate, _: PrintContext) -> str:
    return formatting.date(min(member.relay.first_seen for member in candidate.operator.members))


def _volume(candidate: Candidate, _: PrintContext) -> str | None:
    volume = candidate.performance.volume
    return None if volume is None else formatting.volume(volume.size)


def _recommended(candidate: Candidate, _: PrintContext) -> str:
    composition = candidate.composition
    return f"{formatting.half_up(100 * composition.recommended, composition.judged)}%"


BOARD_TITLES: Final = {
    "bandwidth": BoardTitle(
        "Observed bandwidth",
        lambda candidate, context: formatting.bandwidth(
            candidate.operator.totals.bandwidth, context.units
        ),
    ),
    "consensus-weight": BoardTitle(
        "Consensus weight",
        lambda candidate, context: formatting.share(
            candidate.operator.totals.weight, context.totals.weight
        ),
    ),
    "exit-weight": BoardTitle("Exit weight", _weight("exit")),
    "guard-weight": BoardTitle("Guard weight", _weight("guard")),
    "exit-relays": BoardTitle("Exit relays", _relays("exit")),
    "guard-relays": BoardTitle("Guard relays", _relays("guard")),
    "reliability": BoardTitle("Uptime, 6 months", _uptime("6_months")),
    "reliability-5-years": BoardTitle("Uptime, 5 years", _uptime("5_years")),
    "diversity": BoardTitle("Diversity", _diversity),
    "non-linux": BoardTitle("Relays not on Linux", _counted("non-linux")),
    "outside-eu": BoardTitle("Relays outside the EU", _counted("outside-eu")),
    "rare-countries": BoardTitle("Rare countries", _rare),
    "veterans": BoardTitle("Veterans", _veteran),
    "ipv4-addresses": BoardTitle("IPv4 addresses", _counted("ipv4-addresses")),
    "ipv6-addresses": BoardTitle("IPv6 addresses", _counted("ipv6-addresses")),
    "throughput": BoardTitle("Traffic, 6 months", _throughput("6_months")),
    "throughput-5-years": BoardTitle("Traffic, 5 years", _throughput("5_years")),
    "validated-relays": BoardTitle("Verified relays", _counted("validated-relays")),
    "total-data": BoardTitle("Data transferred", _volume),
    "recommended-versions": BoardTitle("Recommended versions", _recommended),
    ALL_ROUND: BoardTitle("All-round", _counted(ALL_ROUND)),
}
