"""What the network would lose if an operator, an autonomous system or a country left."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from heapq import nlargest

from msgspec import Struct

from allium.analysis.network import Member
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.totals import Totals, totals

SHOWN = 10
"""A choice of this site: the ten largest of each kind."""


class Removal(Struct, frozen=True):
    """Those that would leave together: their name, and their running relays in numbers."""

    name: str
    sums: Totals

    def role_weight(self, role: Role) -> int:
        """Return the consensus weight of the relays of one role."""
        return self.sums.parts[role].weight


def removals(members: Iterable[Member], of: Callable[[Member], str | None]) -> list[Removal]:
    """Return the so many of most weight that a fact of each relay tells apart."""
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        name = of(member)
        if member.relay.running and name is not None:
            groups[name].append(member)
    # nlargest keeps the order among equals, which the names give.
    largest = nlargest(SHOWN, sorted(groups), key=lambda name: _weight(groups[name]))
    return [Removal(name, totals(one.relay for one in groups[name])) for name in largest]


def _weight(group: Iterable[Member]) -> int:
    return sum(one.relay.consensus_weight or 0 for one in group)


def accumulated(
    members: Iterable[Member], of: Callable[[Member], str | None]
) -> dict[Role | None, list[int]]:
    """Return the weights of those that a fact of each relay tells apart, largest first.

    They are by role; `None` has those of all roles together.
    """
    weights: dict[Role | None, dict[str, int]] = {role: defaultdict(int) for role in (*ROLES, None)}
    for member in members:
        name = of(member)
        if member.relay.running and name is not None:
            for role in (member.role, None):
                weights[role][name] += member.relay.consensus_weight or 0
    return {role: sorted(by_name.values(), reverse=True) for role, by_name in weights.items()}
