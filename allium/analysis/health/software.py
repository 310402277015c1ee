"""What the running relays run: versions of Tor, whether they are recommended, platforms."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from allium.analysis.operator.composition import RelayComposition, in_status_order
from allium.analysis.relay.platform import other_version, series, version_key
from allium.model.relay import Relay


class Software(Struct, frozen=True, kw_only=True):
    """Running relays by status of their version, by series (newest first) and by platform.

    `recommended` of `judged` run a version that the authorities recommend; `versions` is how many
    different ones there are; `differing` relays publish another one than the consensus has.
    Relays whose version or platform is unknown are in `statuses` only.
    """

    versions: int
    differing: int
    statuses: dict[str, int]
    recommended: int
    judged: int
    series: dict[str, int]
    platforms: dict[str, int]


def software(relays: Iterable[Relay], compositions: Iterable[RelayComposition]) -> Software:
    """Return what relays run; `compositions` is of which the operators' relays are made."""
    running = [relay for relay in relays if relay.running]
    versions = Counter(relay.version for relay in running if relay.version is not None)
    by_series: Counter[str] = Counter()
    for version, count in versions.items():
        by_series[series(version)] += count
    statuses: Counter[str | None] = Counter()
    platforms: Counter[str] = Counter()
    recommended = judged = 0
    for item in compositions:
        statuses.update(item.statuses)
        platforms.update(item.platforms)
        recommended += item.recommended
        judged += item.judged
    return Software(
        versions=len(versions),
        differing=sum(other_version(relay) is not None for relay in running),
        statuses=in_status_order(statuses),
        recommended=recommended,
        judged=judged,
        series={name: by_series[name] for name in sorted(by_series, key=version_key, reverse=True)},
        platforms=dict(sorted(platforms.items(), key=lambda item: (-item[1], item[0]))),
    )
