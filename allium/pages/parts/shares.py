"""Parts of a whole: the largest as rows of a ranked table, or all as slices of a stack."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from heapq import nsmallest
from operator import attrgetter
from typing import Final

from msgspec.structs import replace

from allium import formatting
from allium.analysis.relay.role import Role
from allium.analysis.relay_groups import UNKNOWN
from allium.model.relay import Relay
from allium.pages.parts import group_links
from allium.pages.parts.country_names import short_name
from allium.pages.parts.levels import level, split_levels
from allium.pages.parts.network_figures import NOT_IN_DATA, PLURALS, percent
from allium.pages.parts.page_base import Link, Share, Slice, Tile

ROWS: Final = 8
COUNTRY = attrgetter("country")
ASN, AS_NAME = attrgetter("asn"), attrgetter("asn", "as_name")
VERSION, WEIGHT = attrgetter("version"), attrgetter("consensus_weight")
ROLE_COLOURS: Final[dict[Role, str]] = {"guard": "k1", "middle": "k4", "exit": "k3"}
"""What stands for each role in all pictures."""


def plain(name: str) -> Link:
    """Return a name that leads nowhere."""
    return Link(text=name)


def shares(
    relays: Iterable[Relay],
    of: Callable[[Relay], str | None],
    link: Callable[[str], Link] = plain,
    most: int = ROWS,
    remark: Callable[[str], str | None] = lambda _: None,
) -> tuple[Share, ...]:
    """Return the largest parts of the running relays' weight, by a fact of each relay.

    Order: weight, number of relays, name. What is left is one row at the end: `3 others`, which
    says whether some of it is not known. `link` makes the name of a part, `remark` what follows
    it, `most` are named.
    """
    weights_by_name: dict[str, list[int]] = defaultdict(list)
    running = [relay for relay in relays if relay.running]
    for name, weight in zip(map(of, running), map(WEIGHT, running), strict=True):
        weights_by_name[name or UNKNOWN].append(weight or 0)
    counts = {name: len(group_weights) for name, group_weights in weights_by_name.items()}
    weights = {name: sum(group_weights) for name, group_weights in weights_by_name.items()}
    total = sum(weights.values())
    first = nsmallest(most, weights_by_name, key=lambda name: (-weights[name], -counts[name], name))
    top = max(map(weights.__getitem__, first), default=0)
    rows = [
        weighed(
            _named(name, link), counts[name], (weights[name], total), top=top, remark=remark(name)
        )
        for name in first
    ]
    if rest := weights_by_name.keys() - first:
        count = len(running) - sum(counts[name] for name in first)
        weight = total - sum(weights[name] for name in first)
        rows.append(weighed(plain(_others(rest)), count, (weight, total)))
    return tuple(rows)


def _named(name: str, link: Callable[[str], Link]) -> Link:
    return replace(link(name), text=NOT_IN_DATA) if name == UNKNOWN else link(name)


def _others(names: Collection[str]) -> str:
    others = formatting.number_of(sum(name != UNKNOWN for name in names), "other")
    if UNKNOWN not in names:
        return others
    return NOT_IN_DATA if len(names) == 1 else f"{others}, and unknown"


def weighed(
    name: Link,
    count: int,
    weight: tuple[int, int],
    *,
    top: int | None = None,
    remark: str | None = None,
) -> Share:
    """Return a row of so many relays: their weight of all weight, and a bar relative to `top`."""
    return Share(
        name=name,
        count=formatting.count(count),
        share=formatting.share(*weight) or "No weight",
        level=None if top is None else level(weight[0], top),
        remark=remark,
    )


def counted_rows(counts: Iterable[tuple[Link, int]], total: int) -> tuple[Share, ...]:
    """Return a row of each count and its share of a whole, to which its bar is relative."""
    return tuple(
        Share(
            name=name,
            count=formatting.count(count),
            share=percent(count / total if total else None),
            level=level(count, total),
        )
        for name, count in counts
    )


def share_tile(label: str, part: int, whole: int, remark: str) -> Tile:
    """Return the share of a whole with a bar; that it is unknown where there is no whole."""
    return Tile(
        label=label,
        value=percent(part / whole) if whole else NOT_IN_DATA,
        remark=remark if whole else None,
        level=level(part, whole) if whole else None,
    )


def slices(parts: Sequence[tuple[Link, int, str, str]]) -> tuple[Slice, ...]:
    """Return the parts of a whole: of each its name, size, printed value and colour."""
    levels = split_levels([size for _, size, _, _ in parts])
    return tuple(
        Slice(name=name, value=value, colour=colour, level=length)
        for (name, _, value, colour), length in zip(parts, levels, strict=True)
    )


def role_slices(sizes: Mapping[Role, int], words: Callable[[int], str]) -> tuple[Slice, ...]:
    """Return the parts that the roles have of a whole; `words` prints the size of one."""
    return slices(
        [
            (plain(PLURALS[role]), size, words(size), ROLE_COLOURS[role])
            for role, size in sizes.items()
        ]
    )


def countries(relays: Iterable[Relay], most: int = ROWS) -> tuple[Share, ...]:
    """Return the countries of most weight by their short names."""
    return shares(relays, COUNTRY, lambda code: group_links.country(code, short_name(code)), most)


def networks(relays: Collection[Relay], most: int = ROWS) -> tuple[Share, ...]:
    """Return the autonomous systems of most weight by name, and number as remark."""
    names = first_names(map(AS_NAME, relays))
    return shares(
        relays,
        ASN,
        lambda asn: group_links.network(asn, names.get(asn)),
        most,
        lambda asn: asn if asn in names else None,
    )


def versions(relays: Iterable[Relay], most: int = ROWS) -> tuple[Share, ...]:
    """Return the versions of Tor of most weight."""
    return shares(relays, VERSION, group_links.version, most)


def first_names(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Return the name of each code; of several the first by letter."""
    named = ((code, name) for code, name in set(pairs) if code is not None and name is not None)
    return dict(sorted(named, reverse=True))
