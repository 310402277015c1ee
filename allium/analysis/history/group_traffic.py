"""What groups of relays and the whole network carried: sums over the relays that are known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from struct import Struct as Lanes
from typing import Final, TypeAlias

from msgspec import Struct

from allium.analysis.history.closed_buckets import LATE, sure
from allium.analysis.relay_groups import Group
from allium.model.buckets import MOST, SPANS, bucket
from allium.model.history import PERIODS, UNKNOWN, Bandwidth, Buckets, ByPeriod, Period
from allium.model.relay import Fingerprint

SUMMED: Final[tuple[Period, ...]] = PERIODS[1:]
"""Periods without days: a page of a group changes each week by its traffic, and not each day."""
_SIZE: Final = sum(MOST[SPANS[period]] for period in SUMMED)
_LANES: Final = Lanes(f"<{4 * _SIZE}q")
_ORDER: Final = "little"

Directions: TypeAlias = tuple[ByPeriod, ByPeriod]


class GroupTraffic(Struct, frozen=True):
    """Packed sums by the kind and id of groups, and that of the whole network.

    A row of numbers is packed into one integer, so that one addition adds all of them. `bounds` are
    the first and the end of the buckets of each of `SUMMED`, which all groups share: those that
    ended so long ago that all relays have closed them.
    """

    bounds: tuple[tuple[int, int], ...]
    groups: dict[tuple[str, str], int]
    network: int

    def of(self, group: Group) -> Directions:
        """Return what a group's relays read and wrote together."""
        return self._directions(self.groups.get((group.kind, group.id), 0))

    @property
    def all(self) -> Directions:
        """What all relays read and wrote together."""
        return self._directions(self.network)

    def _directions(self, packed: int) -> Directions:
        numbers = _LANES.unpack(packed.to_bytes(_LANES.size, _ORDER))
        read, read_counts, written, written_counts = (
            numbers[start : start + _SIZE] for start in range(0, 4 * _SIZE, _SIZE)
        )
        return self._by_period(read, read_counts), self._by_period(written, written_counts)

    def _by_period(self, sums: Sequence[int], counts: Sequence[int]) -> ByPeriod:
        found: list[Buckets | None] = [None]
        start = 0
        for period, (first, end) in zip(SUMMED, self.bounds, strict=True):
            part = slice(start, start + end - first)
            pairs = zip(sums[part], counts[part], strict=True)
            values = [total if count else UNKNOWN for total, count in pairs]
            found.append(sure(first, values, counts[part]))
            start += MOST[SPANS[period]]
        return tuple(found)


def group_traffic(
    histories: Mapping[Fingerprint, Bandwidth], groups: Iterable[Group], day: int
) -> GroupTraffic:
    """Return what the relays of each group carried, as far as they have a history.

    `day` (since 1970) is that of the details. Histories are decoded one after the other, as all of
    them together would take fifty megabytes.
    """
    spans = [SPANS[period] for period in SUMMED]
    last = [(bucket(day - LATE, span), MOST[span]) for span in spans]
    bounds = tuple((end - most, end) for end, most in last)
    places: dict[Fingerprint, list[tuple[str, str]]] = defaultdict(list)
    for group in groups:
        for member in group.members:
            places[member.relay.fingerprint].append((group.kind, group.id))
    sums: dict[tuple[str, str], int] = defaultdict(int)
    network = 0
    for name, history in histories.items():
        row = _packed(history.directions, bounds)
        network += row
        for place in places[name]:
            sums[place] += row
    return GroupTraffic(bounds, dict(sums), network)


def _packed(directions: Directions, bounds: Sequence[tuple[int, int]]) -> int:
    """Return the values of both directions, each followed by whether they are known."""
    numbers: list[int] = []
    for buckets in directions:
        values: list[int] = []
        for column, (first, end) in zip(buckets[1:], bounds, strict=True):
            size = end - first
            values += [UNKNOWN] * size if column is None else column.between(first, end)
        numbers += [0 if value == UNKNOWN else value for value in values]
        numbers += [value != UNKNOWN for value in values]
    return int.from_bytes(_LANES.pack(*numbers), _ORDER)
