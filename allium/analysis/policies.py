"""Where exits let traffic go, from the summaries of their policies."""

from collections.abc import Iterable

from msgspec import Struct

from allium.analysis.ports import ALL_PORTS, EXIT_PORTS, accepts_some, port_allowed
from allium.model.relay import Relay


class Policies(Struct, frozen=True, kw_only=True):
    """Exits by policy: no port is forbidden; the ports of the web, one of them, both, none.

    `unknown` have no summary; `ipv6` let anything pass by IPv6.
    """

    exits: int
    unrestricted: int
    web: int
    both: int
    other: int
    unknown: int
    ipv6: int

    @property
    def restricted(self) -> int:
        """How many are known to forbid a port."""
        return self.exits - self.unrestricted - self.unknown


def policies(exits: Iterable[Relay]) -> Policies:
    """Return what the policies of some exits come to."""
    relays = list(exits)
    known = [one.exit_policy_summary for one in relays if one.exit_policy_summary is not None]
    allowed = [[port_allowed(summary, port) for port in EXIT_PORTS] for summary in known]
    return Policies(
        exits=len(relays),
        unrestricted=sum(summary.accept == ALL_PORTS for summary in known),
        web=sum(any(ports) for ports in allowed),
        both=sum(all(ports) for ports in allowed),
        other=sum(not any(ports) for ports in allowed),
        unknown=len(relays) - len(known),
        ipv6=sum(accepts_some(one.exit_policy_v6_summary) for one in relays),
    )
