"""A relay as the rules of its findings see it."""

from fractions import Fraction

from msgspec import Struct

from allium import text
from allium.analysis.bands import Phase
from allium.analysis.positions import Role
from allium.analysis.validation import RelayStatus
from allium.model.relay import Relay


class Patient(Struct, frozen=True, kw_only=True):
    """A relay, what is known of its past, and the time of the data in milliseconds since 1970.

    `status` is that of its AROI.
    """

    relay: Relay
    role: Role
    status: RelayStatus
    now: int
    phase: Phase | None
    month_uptime: Fraction | None
    rate_limited: int | None = None
    file_descriptors: int | None = None

    @property
    def age(self) -> int:
        """Milliseconds since the relay was first seen."""
        return self.now - text.seconds(self.relay.first_seen) * 1000

    def has(self, flag: str) -> bool:
        """Tell whether the relay holds a flag."""
        return flag in self.relay.flags

    def lacks(self, flag: str) -> bool:
        """Tell whether the relay runs without a flag."""
        return self.relay.running and flag not in self.relay.flags

    def within(self, moment: int | None, first: int, last: int) -> bool:
        """Tell whether something was reported from `first` to `last` milliseconds ago."""
        return moment is not None and first <= self.now - moment <= last
