"""The relays of the sample network: each fact is a function of seed, slot and hour alone.

So any hour can be made without the hours before it, and two neighbouring hours differ as real ones
do: a relay is a slot's tenant, who moves out after some months; it goes down and restarts in cycles
of its own, some at night, every other day, or for half of each hour; it publishes its bandwidth
every 18 hours, and the authorities move its weight.
"""

from bisect import bisect_right
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from allium import formatting
from allium.sources.sample.pseudo_random import Draws, digits, number
from allium.sources.sample.sample_operators import SampleOperator, operators

EPOCH: Final = formatting.seconds("2026-01-01 00:00:00") // 3600
TENANCY: Final = 3_500
PUBLICATION: Final = 18
FAMILY: Final = 100
FEATURES: Final = dict(
    enumerate(
        "authority badexit middleonly staledesc hibernating unreachable overloaded no_country"
        " unnamed_network no_platform obsolete new no_flags sybil idle forgotten"
        " flags_only".split(),
        start=580,
    )
)

_NIGHTLY, _EVERY_OTHER_DAY, _HALF_HOURS = (48, 16), (96, 48), (2, 1)
_RHYTHMS: Final = (*[_NIGHTLY] * 3, *[_EVERY_OTHER_DAY] * 3, _HALF_HOURS, *[None] * 193)
"""Cycle and rest, in half hours, of each of 200 relays; most have no such rhythm."""


class Life(Struct, frozen=True):
    """When a relay ran: away at the start of each cycle.

    `start` is an hour; `cycle`, `away` and `phase` are half hours.
    """

    start: int
    cycle: int
    away: int
    phase: int

    def down(self, hour: int) -> bool:
        """Tell whether the relay is away at the beginning of an hour."""
        return self._into(hour) < self.away

    def up_since(self, hour: int) -> int:
        """Return the first hour of the present run, or of the last one when the relay is away."""
        since = 2 * hour - self._into(hour) + self.away
        return max(self.start, -(-(since - self.cycle if self.down(hour) else since) // 2))

    def last_up(self, hour: int) -> int:
        """Return the last hour up to this one in which the relay ran."""
        return (2 * hour - self._into(hour) - 1) // 2 if self.down(hour) else hour

    def halves_up(self, first: int, end: int) -> int:
        """Return for how many half hours the relay ran, from one hour to another."""
        return self._run(2 * end) - self._run(2 * first)

    def _into(self, hour: int) -> int:
        return (2 * hour + self.phase) % self.cycle

    def _run(self, half: int) -> int:
        cycles, into = divmod(half + self.phase, self.cycle)
        return cycles * (self.cycle - self.away) + max(0, into - self.away)


class SampleRelay(Struct, frozen=True):
    """One relay in one hour."""

    slot: int
    operator: SampleOperator
    fingerprint: str
    life: Life
    hour: int
    published: int
    bandwidth: int
    weight: int
    flags: tuple[str, ...]
    is_exit: bool
    feature: str

    @property
    def running(self) -> bool:
        """Whether the relay is up."""
        return "Running" in self.flags and not self.life.down(self.hour)


class SampleNetwork:
    """The relays of one hour (counted from the network's beginning)."""

    def __init__(self, relays: int, hour: int, seed: int) -> None:
        self.size = relays
        self.hour = EPOCH + hour
        self.seed = seed
        self._operators = operators(relays, seed)
        self._firsts = [operator.first for operator in self._operators]

    def relay(self, slot: int) -> SampleRelay:
        """Return the tenant of a slot."""
        tenancy, since = self._tenancy(slot)
        draws = Draws(self.seed, slot, tenancy)
        feature = FEATURES.get(slot % 600, "")
        life = _life(draws, since, feature, self.hour)
        chosen = number(self.seed, "flapping", slot, tenancy) % len(_RHYTHMS)
        if not feature and (rhythm := _RHYTHMS[chosen]) is not None:
            life = replace(life, cycle=rhythm[0], away=rhythm[1], phase=life.phase + 1)
        base = draws.heavy(20_000, 60_000_000)
        is_exit = draws.hits(0.28)
        published = life.last_up(self.hour) - (life.last_up(self.hour) + slot) % PUBLICATION
        bandwidth = (
            base * (900 + number(self.seed, slot, (published + slot * 7) // 90) % 201) // 1000
        )
        weight = 0 if feature == "new" else self._weight(slot, bandwidth)
        return SampleRelay(
            slot,
            self._operator(slot),
            self.fingerprint(slot),
            life,
            self.hour,
            published,
            bandwidth,
            weight,
            _flags(life, bandwidth, self.hour, feature, is_exit=is_exit),
            is_exit,
            feature,
        )

    def fingerprint(self, slot: int) -> str:
        """Return the identity of a slot's tenant."""
        return digits(40, self.seed, "relay", slot, self._tenancy(slot)[0])

    def family(self, relay: SampleRelay) -> list[str]:
        """Return the relays of the same operator that the relay may list, itself among them."""
        operator = relay.operator
        first = operator.first + (relay.slot - operator.first) // FAMILY * FAMILY
        last = min(first + FAMILY, operator.first + operator.size)
        return sorted(self.fingerprint(slot) for slot in range(first, last))

    def _tenancy(self, slot: int) -> tuple[int, int]:
        """Return the number of the present tenant and its first hour."""
        phase = number(self.seed, "tenancy", slot) % TENANCY
        tenancy = (self.hour + phase) // TENANCY
        return tenancy, tenancy * TENANCY - phase

    def _operator(self, slot: int) -> SampleOperator:
        return self._operators[bisect_right(self._firsts, slot) - 1]

    def _weight(self, slot: int, bandwidth: int) -> int:
        """Return a weight near the bandwidth in kB/s, moved every 36 hours."""
        moved = number(self.seed, "weight", slot, (self.hour + slot) // 36) % 61
        weight = bandwidth * (650 + 10 * moved) // 1_000_000
        step: int = 10 ** max(0, len(str(weight)) - 2)
        return max(1, weight // step * step)


def _life(draws: Draws, since: int, feature: str, hour: int) -> Life:
    start = since if since > EPOCH else since - draws.heavy(24, 70_000)
    if feature == "new":
        return Life(hour // 40 * 40 - 20, 100_000, 0, 0)
    cycle, away = draws.between(600, 2_000), draws.between(1, 6)
    if draws.hits(0.2):
        cycle, away = draws.between(60, 180), draws.between(6, 30)
    elif draws.hits(0.06):
        cycle, away = draws.between(250, 400), draws.between(90, 150)
    return Life(start, 2 * cycle, 2 * away, 2 * draws.below(cycle))


def _flags(
    life: Life, bandwidth: int, hour: int, feature: str, *, is_exit: bool
) -> tuple[str, ...]:
    """Return the flags of the last hour in which the relay ran, in no particular order."""
    if feature == "no_flags":
        return ("Running", "Valid")
    seen = life.last_up(hour)
    age, run = seen - life.start, seen - life.up_since(seen)
    held = {
        "Running": True,
        "Valid": True,
        "V2Dir": True,
        "Fast": bandwidth >= 100_000,
        "Stable": life.cycle > 400 and age > 144,
        "HSDir": run > 96 and age > 120,
        "Guard": life.cycle > 400 and age > 200 and bandwidth > 2_000_000,
        "Exit": is_exit,
        "Authority": feature == "authority",
        "BadExit": feature in {"badexit", "middleonly"},
        "MiddleOnly": feature == "middleonly",
        "StaleDesc": feature == "staledesc",
        "Sybil": feature == "sybil",
    }
    return tuple(sorted(flag for flag, value in held.items() if value))
