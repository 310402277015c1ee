"""What a group's running relays are made of: places, systems, versions, addresses."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from ipaddress import IPv6Address
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.relay.platform import UNKNOWN, platform_name
from allium.model.relay import Relay

Grade: TypeAlias = Literal["Poor", "Okay", "Great"]
FamilySupport: TypeAlias = Literal["both", "family key", "MyFamily", "none"]

VERSION_STATUSES: Final = (
    "recommended",
    "new in series",
    "experimental",
    "unrecommended",
    "obsolete",
)
SUPPORTS: Final[tuple[FamilySupport, ...]] = ("both", "family key", "MyFamily", "none")
MANY: Final = 4
"""Networks or countries from which a spread is great; a choice of this site."""


class RelayComposition(Struct, frozen=True, kw_only=True):
    """How many running relays have each known country, AS, platform and version status.

    `ipv4` and `ipv6` count distinct addresses, `dual_stack` relays that have both;
    `recommended` of `judged` relays run a version that the authorities recommend.
    """

    running: int
    countries: dict[str, int]
    networks: dict[str, int]
    platforms: dict[str, int]
    statuses: dict[str | None, int]
    ipv4: int
    ipv6: int
    dual_stack: int
    recommended: int
    judged: int


def composition_of(relays: Iterable[Relay]) -> RelayComposition:
    """Return what the running ones of these relays are made of."""
    running = [relay for relay in relays if relay.running]
    hosts = [_hosts(relay) for relay in running]
    platforms = _counts(running, lambda relay: platform_name(relay.platform))
    # An unknown system must not count as one more system.
    platforms.pop(UNKNOWN, None)
    return RelayComposition(
        running=len(running),
        countries=_counts(running, lambda relay: relay.country),
        networks=_counts(running, lambda relay: relay.asn),
        platforms=platforms,
        statuses=dict(Counter(relay.version_status for relay in running)),
        ipv4=len({host for four, _ in hosts for host in four}),
        ipv6=_distinct({host for _, six in hosts for host in six}),
        dual_stack=sum(bool(four) and bool(six) for four, six in hosts),
        recommended=sum(relay.recommended_version is True for relay in running),
        judged=sum(relay.recommended_version is not None for relay in running),
    )


def _counts(relays: Iterable[Relay], of: Callable[[Relay], str | None]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for relay in relays:
        value = of(relay)
        if value is not None:
            counts[value] += 1
    return dict(sorted(counts.items()))


def _hosts(relay: Relay) -> tuple[set[str], set[str]]:
    """Return the relay's addresses by version of IP."""
    hosts = {address.rpartition(":")[0] for address in relay.or_addresses}
    six = {host for host in hosts if host.startswith("[")}
    return hosts - six, six


def _distinct(hosts: Collection[str]) -> int:
    """Return how many addresses of IPv6 these are: one can be written in many ways."""
    if len(hosts) < 2:
        return len(hosts)
    return len({IPv6Address(host[1:-1]) for host in hosts})


def in_status_order(statuses: Mapping[str | None, int]) -> dict[str, int]:
    """Return counts by version status in print order: known ones, others by name, unknown."""
    counts = {status or "unknown": count for status, count in statuses.items()}
    others = sorted(counts.keys() - {*VERSION_STATUSES, "unknown"})
    order = (*VERSION_STATUSES, *others, "unknown")
    return {status: counts[status] for status in order if status in counts}


def network_grade(networks: dict[str, int]) -> Grade | None:
    """Return how well relays are spread over autonomous systems; `None` when none is known."""
    if not networks:
        return None
    if len(networks) == 1:
        return "Poor"
    crowded = max(networks.values()) * 2 > sum(networks.values())
    return "Great" if len(networks) >= MANY and not crowded else "Okay"


def geographic_grade(countries: dict[str, int]) -> Grade | None:
    """Return how well relays are spread over countries; `None` when none is known."""
    if not countries:
        return None
    if len(countries) == 1:
        return "Poor"
    return "Great" if len(countries) >= MANY else "Okay"


def majorities(shares: Mapping[str, float]) -> tuple[str, ...]:
    """Return the platforms that hold at least half of a weight; `shares` are their parts of it."""
    return tuple(sorted(name for name, share in shares.items() if 2 * share >= 1))


def platform_grade(platforms: dict[str, int], majorities: Collection[str]) -> Grade | None:
    """Return how well relays are spread over platforms.

    `majorities` are the platforms that hold at least half of the network's weight.
    """
    if not platforms:
        return None
    if len(platforms) == 1:
        return "Poor" if next(iter(platforms)) in majorities else "Okay"
    others = sum(platforms.values()) - max(platforms.values())
    return "Great" if others * 10 >= sum(platforms.values()) else "Okay"


def supports(relays: Iterable[Relay]) -> dict[FamilySupport, int]:
    """Return how many relays say by a key, by a list, by both or not which family is theirs."""
    counts = Counter(
        family_support(
            key=bool(relay.family_ids),
            # Onionoo counts a relay into its own effective family.
            listed=any(name != relay.fingerprint for name in relay.effective_family),
        )
        for relay in relays
    )
    return {name: counts[name] for name in SUPPORTS}


def family_support(*, key: bool, listed: bool) -> FamilySupport:
    """Return by what a relay says which family it belongs to: a key, or a list of relays."""
    if key:
        return "both" if listed else "family key"
    return "MyFamily" if listed else "none"
