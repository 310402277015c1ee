"""Where exits let traffic go, from the summaries of their policies."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from msgspec import Struct

from allium.model.relay import PortSummary, Relay


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
    summaries = [
        relay.exit_policy_summary for relay in relays if relay.exit_policy_summary is not None
    ]
    allowed = [[port_allowed(summary, port) for port in EXIT_PORTS] for summary in summaries]
    return Policies(
        exits=len(relays),
        unrestricted=sum(summary.accept == ALL_PORTS for summary in summaries),
        web=sum(any(ports) for ports in allowed),
        both=sum(all(ports) for ports in allowed),
        other=sum(not any(ports) for ports in allowed),
        unknown=len(relays) - len(summaries),
        ipv6=sum(accepts_some(relay.exit_policy_v6_summary) for relay in relays),
    )


EXIT_PORTS: Final = (80, 443)
"""Tor: exit_policy_is_general_exit() (`policies.c`); dir-spec, "Assigning flags in a vote"."""
ALL_PORTS: Final = ("1-65535",)


def port_allowed(summary: PortSummary | None, port: int) -> bool | None:
    """Tell whether an exit policy lets a port pass; `None` when there is no policy."""
    if summary is None:
        return None
    # A summary accepts a list of ports, or rejects one and accepts all others (dir-spec: "p").
    listed = summary.accept if summary.accept is not None else summary.reject or ()
    return any(_covers(ports, port) for ports in listed) == (summary.accept is not None)


@lru_cache(maxsize=4096)
def _covers(ports: str, port: int) -> bool:
    first, _, last = ports.partition("-")
    bounds = first, last or first
    return all(bound.isdecimal() for bound in bounds) and int(bounds[0]) <= port <= int(bounds[1])


def accepts_some(summary: PortSummary | None) -> bool:
    """Tell whether an exit policy lets any port pass."""
    return summary is not None and summary.reject != ALL_PORTS and summary.accept != ()
