"""Where exits let traffic go, from the summaries of their policies."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from msgspec import Struct

from allium.model.relay import PortSummary, Relay


class PortExits(Struct, frozen=True):
    """How many exits let a port pass, and their consensus weight."""

    exits: int
    weight: int


class Policies(Struct, frozen=True, kw_only=True):
    """Exits by policy: no port is forbidden; the ports of the web, one of them, both, none.

    `unknown` have no summary; `ipv6` let anything pass by IPv6; `addresses` reject public addresses
    that are not their own. `ports` are the exits that let each of `PORTS` pass.
    """

    exits: int
    unrestricted: int
    web: int
    both: int
    other: int
    unknown: int
    ipv6: int
    addresses: int
    ports: dict[int, PortExits]

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
        addresses=sum(map(rejects_addresses, relays)),
        ports=_ports(relays),
    )


def _ports(relays: Iterable[Relay]) -> dict[int, PortExits]:
    # Thousands of exits have less than two hundred different summaries: each is read once.
    sums: dict[PortSummary | None, list[int]] = defaultdict(lambda: [0, 0])
    for relay in relays:
        part = sums[relay.exit_policy_summary]
        part[0] += 1
        part[1] += relay.consensus_weight or 0
    found = {}
    for port in PORTS:
        parts = [part for summary, part in sums.items() if port_allowed(summary, port)]
        found[port] = PortExits(sum(part[0] for part in parts), sum(part[1] for part in parts))
    return found


EXIT_PORTS: Final = (80, 443)
"""Tor: exit_policy_is_general_exit() (`policies.c`); dir-spec, "Assigning flags in a vote"."""
ALL_PORTS: Final = ("1-65535",)
PORTS: Final = {
    22: "SSH",
    25: "SMTP",
    53: "DNS",
    80: "HTTP",
    443: "HTTPS",
    587: "mail submission",
    853: "DNS over TLS",
    993: "IMAP over TLS",
    5222: "XMPP",
    6697: "IRC over TLS",
    8080: "HTTP",
    8333: "Bitcoin",
}
"""What is usually behind ports that users ask for; IANA, service names and port numbers."""
NOT_PUBLIC: Final = frozenset(
    """0.0.0.0/8 169.254.0.0/16 127.0.0.0/8 192.168.0.0/16 10.0.0.0/8 172.16.0.0/12 100.64.0.0/10
    [::]/8 [fc00::]/7 [fe80::]/10 [fec0::]/10 [ff00::]/8 [::]/127 * *4 *6""".split()
)
"""All addresses, and those that every exit rejects. Tor: private_nets (`policies.c`); RFC 6598."""


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


def rejects_addresses(relay: Relay) -> bool:
    """Tell whether an exit policy rejects public addresses that are not the relay's own.

    Tor rejects the addresses of the relay itself (`ExitPolicyRejectPrivate`).
    """
    rejected = set(map(_rejected, relay.exit_policy)) - {None}
    if not rejected:
        return False
    own = {address.rpartition(":")[0] for address in relay.or_addresses}
    return not rejected <= own.union(relay.exit_addresses)


@lru_cache(maxsize=16_384)
def _rejected(line: str) -> str | None:
    """Return the public addresses that a line of an exit policy rejects."""
    action, _, pattern = line.partition(" ")
    addresses = pattern.rpartition(":")[0]
    return None if action.startswith("accept") or addresses in NOT_PUBLIC else addresses
