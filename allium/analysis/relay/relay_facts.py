"""What the rules of findings know about one relay."""

from functools import cached_property

from msgspec import Struct

from allium.analysis.aroi.validation import RelayStatus
from allium.analysis.family.family_membership import Unreturned
from allium.analysis.relay.flag_rules import (
    GUARD_KNOWN,
    HSDIR_UPTIME,
    STABLE_UPTIME,
    Minima,
    Shortfall,
    known_for,
    shortfall,
    up_for,
)
from allium.analysis.relay.lifecycle import Phase
from allium.analysis.relay.role import Role
from allium.model.relay import Flag, Relay, Time


class RelayFacts(Struct, frozen=True, kw_only=True, dict=True):
    """A relay, what is known of its past and of the network, and the time of the data.

    `status` is that of its AROI, `month_uptime` is in percent, `unreturned` is what of its family
    list is not returned, `minima` is the least bandwidth for flags; `rate_limited` and
    `file_descriptors` are the times of its latest reports, in milliseconds since 1970 as `now` is.
    """

    relay: Relay
    role: Role
    status: RelayStatus
    published: Time
    now: int
    phase: Phase | None
    minima: Minima
    unreturned: Unreturned
    month_uptime: float | None = None
    rate_limited: int | None = None
    file_descriptors: int | None = None

    @cached_property
    def flags(self) -> frozenset[Flag]:
        """The flags of the last consensus that listed the relay."""
        return frozenset(self.relay.flags)

    @cached_property
    def young(self) -> bool:
        """Whether the relay is not known for long enough to be a guard.

        Until then its weight still grows, whatever its line and its machine are.
        """
        return known_for(self.relay, self.published) < GUARD_KNOWN

    @cached_property
    def up(self) -> int | None:
        """The seconds since the last restart; `None` when the relay does not say."""
        return up_for(self.relay, self.published)

    @cached_property
    def guard_shortfall(self) -> Shortfall | None:
        """Why the bandwidth is not enough for the Guard flag."""
        return shortfall(self.relay, self.minima.guard)

    def has(self, *flags: Flag) -> bool:
        """Tell whether the relay holds all of these flags."""
        return self.flags.issuperset(flags)

    def up_long_enough(self) -> bool | None:
        """Tell whether the relay ran for as long as HSDir takes; `None` when it does not say."""
        return None if self.up is None else self.up >= HSDIR_UPTIME

    def restarted_lately(self) -> bool:
        """Tell whether restarts may be why the relay is not Stable."""
        return self.up is None or self.up < STABLE_UPTIME

    def within(self, moment: int | None, first: int, last: int) -> bool:
        """Tell whether something was reported from `first` to `last` milliseconds ago."""
        return moment is not None and first <= self.now - moment <= last
