"""Words for where a relay stands: among the others by size, and in its life."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.analysis.relay.flag_rules import GUARD_KNOWN
from allium.model.relay import Relay, Time

Phase: TypeAlias = Literal["unmeasured", "being measured", "ramping up", "steady"]

BANDS: Final = (
    (1, "top 1%"),
    (10, "top 10%"),
    (25, "top 25%"),
    (50, "above the median"),
    (75, "below the median"),
)
"""The least percent that a band ends at. A choice of this site: quarters, and two for the top."""
LOWEST_BAND: Final = "bottom 25%"
DAY: Final = 86_400
UNMEASURED_DAYS: Final = 3
"""The Tor Project's "The lifecycle of a new relay" (2013): phase one ends after three days."""
MEASURED_DAYS: Final = GUARD_KNOWN // DAY
"""The same text: phase two ends when the relay may become a guard."""
LATE_DAYS: Final = 14
"""A choice of this site: who is not measured after twice the time that is usual, has a problem."""
RAMP_DAYS: Final = 68
"""The same text: clients take up to 60 days to choose a new guard (phase three, days 8 to 68)."""


class Lifecycle(Struct, frozen=True):
    """A relay's phase, the date it began, and the earliest one of its end.

    Both are reckoned from the relay's age. A phase that came early has no known beginning, and one
    that lasts longer than usual no known end.
    """

    phase: Phase
    since: str | None = None
    until: str | None = None


def band(higher: int, count: int) -> str:
    """Return the band of a relay of which `higher` of `count` running relays are larger."""
    return next((words for part, words in BANDS if 100 * higher < part * count), LOWEST_BAND)


def band_of(value: int, ordered: Sequence[int]) -> str:
    """Return the band of a value among the ascending values of all running relays."""
    return band(len(ordered) - bisect_right(ordered, value), len(ordered))


def phase(age: int, *, measured: bool, guard: bool) -> Phase:
    """Return the phase of a running relay that was first seen `age` seconds ago."""
    # Onionoo does not say when a relay was first measured; its age stands in for that.
    if not measured and age < UNMEASURED_DAYS * DAY:
        return "unmeasured"
    if age < MEASURED_DAYS * DAY or (not measured and age <= LATE_DAYS * DAY):
        return "being measured"
    return "ramping up" if guard and age < RAMP_DAYS * DAY else "steady"


def lifecycle(relay: Relay, now: Time) -> Lifecycle | None:
    """Return where a running relay is in its life; `None` for one that is down."""
    if not relay.running:
        return None
    first = formatting.seconds(relay.first_seen)
    age = formatting.seconds(now) - first
    current = phase(age, measured=relay.measured is True, guard="Guard" in relay.flags)
    if current == "steady":
        return Lifecycle(current)
    begin, end = _BOUNDS[current]
    return Lifecycle(
        current,
        since=_date(first + begin * DAY) if age >= begin * DAY else None,
        until=_date(first + end * DAY) if age < end * DAY else None,
    )


def _date(seconds: int) -> str:
    return formatting.date(formatting.time_of(seconds))


_BOUNDS: Final[dict[Phase, tuple[int, int]]] = {
    "unmeasured": (0, UNMEASURED_DAYS),
    "being measured": (UNMEASURED_DAYS, MEASURED_DAYS),
    "ramping up": (MEASURED_DAYS, RAMP_DAYS),
}
