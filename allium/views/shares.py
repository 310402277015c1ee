"""The largest parts of a whole, as rows of a share table."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from allium import text
from allium.model.relay import Relay
from allium.views.base import Link, Share, level

ROWS: Final = 8
UNKNOWN: Final = "unknown"


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


def _row(name: Link, count: int, weight: int, whole: int) -> Share:
    return Share(
        name=name,
        count=text.count(count),
        share=text.share(weight, whole) or "no weight",
        level=level(weight, whole),
    )
