"""The boards on which operators are ranked: a table of what counts, for whom, and who leads ties.

An operator is a contact id; relays without contact are in no ranking. Equal metrics share a rank,
and a metric must be more than nothing to count.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from allium import formatting
from allium.analysis.aroi.aroi_claim import ContactId
from allium.analysis.history.uptime import percentage
from allium.analysis.network import Operator
from allium.analysis.operator.composition import RelayComposition
from allium.analysis.operator.performance import Performance
from allium.analysis.rarity import EU
from allium.formatting import Number
from allium.model.history import Period
from allium.model.relay import Time

ROWS: Final = 25
"""So many places are on a page. A choice of this site: a board fits on two screens."""
MANY: Final = 25
"""Boards of averages rank operators with more relays than this.

A choice of this site: an average of few relays is a matter of luck.
"""
DAY: Final = 86_400
SCALES: Final = ((300, 130), (200, 125), (100, 120), (50, 115), (20, 110), (10, 105))
"""Running relays, and the percent of a veteran's days that count with as many.

A choice of this site: to keep many relays for years is more than to keep one.
"""
LINUX: Final = "Linux"


class Candidate(Struct, frozen=True, kw_only=True):
    """One operator with all that boards rank by; `age` is in days since its first relay.

    `ranks` are those on all other boards, known on the board that adds them up.
    """

    operator: Operator
    composition: RelayComposition
    performance: Performance
    rare_networks: int
    rare_countries: tuple[str, ...]
    age: int
    ranks: tuple[int, ...] = ()

    @property
    def running(self) -> int:
        """How many of the operator's relays run."""
        return self.operator.totals.running


class Board(Struct, frozen=True, kw_only=True):
    """A ranking: its metric (`None` counts as nothing), who may be on it, who leads of equals.

    `source` is the document without which there is no such board, `field` one of the details.
    """

    metric: Callable[[Candidate], Number | None]
    eligible: Callable[[Candidate], bool] = lambda candidate: candidate.running >= 1
    tie_break: Callable[[Candidate], int] = lambda _: 0
    source: str = "details"
    field: str = ""


class BoardPlace(Struct, frozen=True):
    """A candidate's rank on a board."""

    rank: int
    candidate: Candidate


def candidates(
    operators: Iterable[Operator],
    compositions: Mapping[ContactId, RelayComposition],
    performances: Mapping[ContactId, Performance],
    rarity: tuple[Mapping[str, int], frozenset[str]],
    now: Time,
) -> list[Candidate]:
    """Return the operators as boards see them; `rarity` has scores of networks, rare countries."""
    scores, countries = rarity
    entrants = []
    for operator in operators:
        if operator.contact is None:
            continue
        composition = compositions[operator.contact_id]
        first = min(member.relay.first_seen for member in operator.members)
        entrants.append(
            Candidate(
                operator=operator,
                composition=composition,
                performance=performances[operator.contact_id],
                rare_networks=sum(scores[name] for name in composition.networks),
                rare_countries=tuple(name for name in composition.countries if name in countries),
                # By calendar days: the ages of all operators change at midnight, not each hour.
                age=formatting.seconds(now) // DAY - formatting.seconds(first) // DAY,
            )
        )
    return entrants


def ranked(board: Board, candidates: Iterable[Candidate]) -> list[BoardPlace]:
    """Return the places on a board; equal metrics share a rank: 1, 2, 2, 4."""
    scored = [
        (metric, candidate)
        for candidate in candidates
        if board.eligible(candidate) and (metric := board.metric(candidate) or 0) > 0
    ]
    # Two stable sorts: the second one falls, while equals shall stand in rising order of their ids.
    scored.sort(key=lambda entry: entry[1].operator.contact_id)
    scored.sort(key=lambda entry: (entry[0], board.tie_break(entry[1])), reverse=True)
    places: list[BoardPlace] = []
    for number, (metric, candidate) in enumerate(scored, start=1):
        equal = number > 1 and metric == scored[number - 2][0]
        places.append(BoardPlace(places[-1].rank if equal else number, candidate))
    return places


def diversity(countries: int, rare_networks: int, platforms: int) -> float:
    """Return a score for the spread over countries, rare networks and platforms.

    The factors are a choice of this site: a country counts as three platforms.
    """
    # Multiplied out, with one division: 0.4 has no exact float.
    return (5 * (3 * countries + platforms) + 2 * rare_networks) / 5


def veteran(days: int, running: int) -> float:
    """Return the days since an operator's first relay, scaled by how many relays run."""
    return days * veteran_scale(running) / 100


def veteran_scale(running: int) -> int:
    """Return by how many hundredths the days of an operator count."""
    return next((scale for least, scale in SCALES if running >= least), 100)


def _uptime(period: Period) -> Callable[[Candidate], float | None]:
    def metric(candidate: Candidate) -> float | None:
        uptime = candidate.performance.uptime
        average = uptime.periods.get(period) if uptime is not None else None
        return percentage(average) if average is not None and average.count > MANY else None

    return metric


def _throughput(period: Period) -> Callable[[Candidate], float | None]:
    def metric(candidate: Candidate) -> float | None:
        throughput = candidate.performance.throughput
        relays = throughput.relays.get(period) if throughput is not None else None
        if throughput is None or relays is None or relays.count <= MANY:
            return None
        return throughput.periods.get(period)

    return metric


def _volume(candidate: Candidate) -> int | None:
    volume = candidate.performance.volume
    return volume.size if volume is not None else None


def _recommended(candidate: Candidate) -> float | None:
    composition = candidate.composition
    return composition.recommended / composition.judged if composition.judged else None


def _outside(countries: Mapping[str, int]) -> int:
    return sum(count for country, count in countries.items() if country not in EU)


def _points(candidate: Candidate) -> int:
    return sum(ROWS + 1 - rank for rank in candidate.ranks)


def _any(_: Candidate) -> bool:
    return True


ALL_ROUND: Final = "all-round"
"""The board of those who are on most other boards."""
BOARDS: Final = {
    "bandwidth": Board(
        metric=lambda one: one.operator.totals.bandwidth, field="observed_bandwidth"
    ),
    "consensus-weight": Board(metric=lambda one: one.operator.totals.weight),
    "exit-weight": Board(metric=lambda one: one.operator.totals.parts["exit"].weight),
    "guard-weight": Board(metric=lambda one: one.operator.totals.parts["guard"].weight),
    "exit-relays": Board(metric=lambda one: one.operator.totals.parts["exit"].relays),
    "guard-relays": Board(metric=lambda one: one.operator.totals.parts["guard"].relays),
    "reliability": Board(metric=_uptime("6_months"), source="uptime"),
    "reliability-5-years": Board(metric=_uptime("5_years"), source="uptime"),
    "diversity": Board(
        metric=lambda one: diversity(
            len(one.composition.countries), one.rare_networks, len(one.composition.platforms)
        ),
        eligible=lambda one: one.running >= 2,
        field="country",
    ),
    "non-linux": Board(
        metric=lambda one: sum(
            count for name, count in one.composition.platforms.items() if name != LINUX
        ),
        field="platform",
    ),
    "outside-eu": Board(metric=lambda one: _outside(one.composition.countries), field="country"),
    "rare-countries": Board(metric=lambda one: len(one.rare_countries), field="country"),
    "veterans": Board(metric=lambda one: veteran(one.age, one.running)),
    "ipv4-addresses": Board(metric=lambda one: one.composition.ipv4),
    "ipv6-addresses": Board(metric=lambda one: one.composition.ipv6),
    "throughput": Board(metric=_throughput("6_months"), source="bandwidth"),
    "throughput-5-years": Board(metric=_throughput("5_years"), source="bandwidth"),
    "validated-relays": Board(
        metric=lambda one: sum(member.status == "validated" for member in one.operator.members),
        eligible=_any,
        source="aroi",
    ),
    "total-data": Board(metric=_volume, source="bandwidth"),
    "recommended-versions": Board(
        metric=_recommended,
        eligible=lambda one: one.running > MANY,
        tie_break=lambda one: one.composition.recommended,
        field="recommended_version",
    ),
    ALL_ROUND: Board(metric=_points),
}
"""Every board by its name in paths, in print order."""


def boards(
    candidates: Sequence[Candidate], sources: Iterable[str], absent: Collection[str] = ()
) -> dict[str, list[BoardPlace]]:
    """Return all places of each board whose document is in `sources`, whose field not `absent`."""
    documents = {"details", *sources}
    known = {
        name: ranked(board, candidates)
        for name, board in BOARDS.items()
        if name != ALL_ROUND and board.source in documents and board.field not in absent
    }
    return known | {ALL_ROUND: ranked(BOARDS[ALL_ROUND], _all_round(known.values()))}


def _all_round(boards: Iterable[Sequence[BoardPlace]]) -> list[Candidate]:
    """Return who is among the first of any board, with the ranks on all."""
    ranks: dict[ContactId, list[int]] = defaultdict(list)
    entrants: dict[ContactId, Candidate] = {}
    for places in boards:
        for place in places[:ROWS]:
            name = place.candidate.operator.contact_id
            ranks[name].append(place.rank)
            entrants[name] = place.candidate
    return [replace(one, ranks=tuple(ranks[name])) for name, one in entrants.items()]
