"""The largest parts of a whole, as rows of a share table."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from heapq import nsmallest
from operator import attrgetter
from typing import Final

from allium import formatting
from allium.analysis.relay.role import Role
from allium.analysis.relay_groups import UNKNOWN
from allium.model.relay import Relay
from allium.pages.parts import group_links
from allium.pages.parts.levels import level, split_levels
from allium.pages.parts.network_figures import PLURALS
from allium.pages.parts.page_base import Link, Share, Slice, View

ROWS: Final = 8
COUNTRY, COUNTRY_NAME = attrgetter("country"), attrgetter("country", "country_name")
ASN, AS_NAME = attrgetter("asn"), attrgetter("asn", "as_name")
VERSION, WEIGHT = attrgetter("version"), attrgetter("consensus_weight")
_NAME_LENGTH: Final = 32
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
) -> tuple[Share, ...]:
    """Return the largest parts of the running relays' weight, by a fact of each relay.

    Order: weight, number of relays, name. What is left is one row at the end: `3 others`, which
    says whether some of it is not known. `link` makes the name of a part, `most` are named.
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
        _row(link(name), counts[name], weights[name], total, level(weights[name], top))
        for name in first
    ]
    if rest := weights_by_name.keys() - first:
        count = len(running) - sum(counts[name] for name in first)
        weight = total - sum(weights[name] for name in first)
        rows.append(_row(plain(_others(rest)), count, weight, total, None))
    return tuple(rows)


def _others(names: Collection[str]) -> str:
    others = formatting.number_of(sum(name != UNKNOWN for name in names), "other")
    if UNKNOWN not in names:
        return others
    return UNKNOWN if len(names) == 1 else f"{others} and {UNKNOWN}"


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


def countries(relays: Collection[Relay]) -> tuple[Share, ...]:
    """Return the countries of most weight by name and code."""
    names = first_names(map(COUNTRY_NAME, relays))
    return shares(
        relays,
        COUNTRY,
        lambda code: group_links.country(code, _country(code, names.get(code))),
    )


def networks(relays: Collection[Relay]) -> tuple[Share, ...]:
    """Return the autonomous systems of most weight by number and name."""
    names = first_names(map(AS_NAME, relays))
    return shares(
        relays,
        ASN,
        lambda asn: group_links.network(asn, network_name(asn, names.get(asn), _NAME_LENGTH)),
    )


def versions(relays: Iterable[Relay], most: int = ROWS) -> tuple[Share, ...]:
    """Return the versions of Tor of most weight."""
    return shares(relays, VERSION, group_links.version, most)


def first_names(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Return the name of each code; of several the first by letter."""
    named = ((code, name) for code, name in set(pairs) if code is not None and name is not None)
    return dict(sorted(named, reverse=True))


def network_name(asn: str, name: str | None, length: int) -> str:
    """Return number and name of an AS, the name cut to a length."""
    return asn if name is None else f"{asn} {formatting.cut(name, length)}"


def _country(code: str, name: str | None) -> str:
    return code if name is None else f"{formatting.cut(name, _NAME_LENGTH)} ({code})"


def _row(name: Link, count: int, weight: int, total: int, bar: int | None) -> Share:
    return Share(
        name=name,
        count=formatting.count(count),
        share=formatting.share(weight, total) or "no weight",
        level=bar,
    )


NAME_LENGTH: Final = 24


class Largest(View, frozen=True):
    """Share tables that the front page and the page of the network's health have."""

    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]


def largest(relays: Sequence[Relay]) -> Largest:
    """Return where most of the weight is."""
    names = first_names(map(COUNTRY_NAME, relays))
    networks = first_names(map(AS_NAME, relays))
    return Largest(
        countries=shares(relays, COUNTRY, lambda code: group_links.country(code, names.get(code))),
        networks=shares(
            relays,
            ASN,
            lambda asn: group_links.network(asn, network_name(asn, networks.get(asn), NAME_LENGTH)),
        ),
        versions=versions(relays),
    )
