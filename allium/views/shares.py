"""The largest parts of a whole, as rows of a share table."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Final

from allium import text
from allium.model.relay import Relay
from allium.views import links
from allium.views.base import Link, Share, level

ROWS: Final = 8
UNKNOWN: Final = "unknown"
_NAME_LENGTH: Final = 32


def plain(name: str) -> Link:
    """Return a name that leads nowhere."""
    return Link(text=name)


def shares(
    relays: Iterable[Relay],
    of: Callable[[Relay], str | None],
    link: Callable[[str], Link] = plain,
    most: int = ROWS,
) -> tuple[Share, ...]:
    """Return the largest parts of the running relays' weight, by a fact of each relay.

    Order: weight, number of relays, name. What is left is one row at the end: `3 others`. `link`
    makes the name of a part that is known, `most` are named.
    """
    weights: dict[str, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    for relay in relays:
        if relay.running:
            name = of(relay) or UNKNOWN
            counts[name] += 1
            weights[name] += relay.consensus_weight or 0
    whole = sum(weights.values())
    ordered = sorted(counts, key=lambda name: (-weights[name], -counts[name], name))
    rows = [
        _row(plain(name) if name == UNKNOWN else link(name), counts[name], weights[name], whole)
        for name in ordered[:most]
    ]
    if rest := ordered[most:]:
        name = text.number_of(len(rest), "other")
        count, weight = (sum(known[one] for one in rest) for known in (counts, weights))
        rows.append(_row(plain(name), count, weight, whole))
    return tuple(rows)


def countries(relays: Collection[Relay]) -> tuple[Share, ...]:
    """Return the countries of most weight by name and code."""
    names = _names((relay.country, relay.country_name) for relay in relays)
    return shares(
        relays,
        lambda relay: relay.country,
        lambda code: links.country(code, f"{names[code]} ({code})" if code in names else None),
    )


def networks(relays: Collection[Relay]) -> tuple[Share, ...]:
    """Return the autonomous systems of most weight by number and name."""
    names = _names((relay.asn, relay.as_name) for relay in relays)
    return shares(
        relays,
        lambda relay: relay.asn,
        lambda asn: links.network(asn, f"{asn} {names[asn]}" if asn in names else None),
    )


def versions(relays: Collection[Relay]) -> tuple[Share, ...]:
    """Return the versions of Tor of most weight."""
    return shares(relays, lambda relay: relay.version, links.version)


def _names(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Return the name of each key: of several the first by letter, cut."""
    found: dict[str, str] = {}
    for key, name in pairs:
        if key is not None and name is not None:
            found[key] = min(name, found.get(key, name))
    return {key: text.cut(name, _NAME_LENGTH) for key, name in found.items()}


def _row(name: Link, count: int, weight: int, whole: int) -> Share:
    return Share(
        name=name,
        count=text.count(count),
        share=text.share(weight, whole) or "no weight",
        level=level(weight, whole),
    )
