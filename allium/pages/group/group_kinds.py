"""What the page of each kind of group has of its own: title, facts, share tables."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.rarity import EU, Rarity
from allium.analysis.relay_groups import Group, GroupKind
from allium.model.relay import Relay
from allium.pages.group.group_context import (
    GroupContext,
    ShareTable,
    countries_table,
    networks_table,
    versions_table,
)
from allium.pages.parts.network_figures import given
from allium.pages.parts.page_base import Link, View
from allium.pages.relay.flag_table import FLAGS

TIERS: Final = {
    "common": "Common",
    "emerging": "Emerging",
    "rare": "Rare",
    "very_rare": "Very rare",
    "unique": "Unique",
}
REASONS: Final = {
    "no_weight": "its relays have no weight",
    "dominant": "one of the largest by weight",
    "major": "among the large ones by weight",
    "moderate": "of middle size by weight",
    "small": "small by weight",
    "one_operator": "a single operator",
    "few_operators": "ten operators or fewer",
    "few_relays": "fewer than seven running relays",
    "below_5": f"fewer than 5 in {formatting.count(10_000)} relays",
    "below_10": f"fewer than 10 in {formatting.count(10_000)} relays",
    "below_20": f"fewer than 20 in {formatting.count(10_000)} relays",
}
MEANINGS: Final = {
    "Authority": "Directory authorities vote on which relays there are and what they may do.",
    "BadExit": "Authorities think that what leaves the network here may be read or changed.",
    "Exit": "Clients may leave the network here to most of the web.",
    "Fast": "The relay is fast enough for ordinary circuits.",
    "Guard": "Clients may choose the relay as their first one, and keep it for months.",
    "HSDir": "The relay stores where onion services are found.",
    "MiddleOnly": "Authorities allow the relay neither as first nor as last one.",
    "Running": "Most authorities could reach the relay within the last hour.",
    "Stable": "The relay is fit for connections that last for hours.",
    "StaleDesc": "The relay has not told of itself for more than 18 hours.",
    "V2Dir": "The relay serves the directory of the network to clients.",
    "Valid": "The authorities have not rejected the relay.",
}


class Fact(View, frozen=True):
    """A fact by name; it leads to a page if there is one."""

    name: str
    value: Link


class GroupPart(Struct, frozen=True, kw_only=True):
    """What one group's page has of its own; `outside` is an address on another site."""

    title: str
    question: str
    section: str = ""
    words: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[ShareTable, ...] = ()
    charted: bool = False
    outside: str | None = None


UNKNOWN_WORDS: Final[dict[GroupKind, tuple[str, str, str]]] = {
    "as": ("Unknown network", "networks", "whose autonomous system the data does not name"),
    "country": ("Unknown country", "countries", "whose country the data does not name"),
    "platform": ("Unknown platform", "", "whose operating system is not told plainly"),
    "version": ("Unknown version", "", "whose version of Tor is not told, or is none"),
}
"""Title and section of the page of what is not known, and which relays are there."""


def group_part(group: Group, context: GroupContext) -> GroupPart:
    """Return what the page of one group has of its own."""
    relays = [member.relay for member in group.members]
    return (_unknown if group.is_unknown else _PARTS[group.kind])(group, relays, context)


def _unknown(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    title, section, which = UNKNOWN_WORDS[group.kind]
    places = {"as": (countries_table,), "country": (networks_table,)}.get(group.kind, ())
    return GroupPart(
        title=title,
        question=f"The Tor relays {which}: who runs them, how much of the network they are.",
        section=section,
        words=(f"These are the relays {which}.",),
        tables=(
            context.operators_table(relays, "Operators of the running relays"),
            *(table(relays) for table in places),
            *(() if group.kind == "version" else (versions_table(relays),)),
        ),
        charted=bool(places),
    )


def _network(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    countries = sorted({relay.country for relay in relays if relay.country is not None})
    title = " ".join(filter(None, (group.id, group.label)))
    return GroupPart(
        title=title,
        question=f"The Tor relays in the autonomous system {title}: who runs them, how much of the"
        " network they are.",
        section="networks",
        facts=(
            _fact("Countries", ", ".join(countries) or "unknown"),
            _rarity(context.stats.rare_networks.get(group.id)),
        ),
        tables=(
            context.operators_table(relays, "Operators of the running relays"),
            versions_table(relays),
            countries_table(relays),
        ),
        charted=True,
        outside=f"https://bgp.tools/as/{group.id[2:]}",
    )


def _country(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    title = f"{group.label} ({group.id})" if group.label is not None else group.id
    networks = len({relay.asn for relay in relays if relay.running and relay.asn is not None})
    return GroupPart(
        title=title,
        question=f"The Tor relays in {title}: who runs them, how much of the network they are.",
        section="countries",
        facts=(
            _fact(
                "Autonomous systems",
                given(context.stats.network.absent, formatting.count(networks), "as"),
            ),
            _fact("Member of the EU", "Yes" if group.id in EU else "No"),
            _rarity(context.stats.rare_countries.get(group.id)),
        ),
        tables=(
            context.operators_table(relays, "Operators of the running relays"),
            versions_table(relays),
            networks_table(relays),
        ),
        charted=True,
    )


def _platform(group: Group, relays: list[Relay], _context: GroupContext) -> GroupPart:
    name = group.label or group.id
    return GroupPart(
        title=name,
        question=f"The Tor relays on {name}: how many, and how much of the network they are.",
        tables=(versions_table(relays),),
    )


def _version(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    advised = Counter(relay.recommended_version for relay in relays)
    recommended = advised[True] >= advised[False] and advised[True] > 0
    late = (context.operators_table(relays, "Operators who still run it"),)
    return GroupPart(
        title=f"Tor {group.id}",
        question=f"The relays that run Tor {group.id}: how many, and is it recommended.",
        facts=(
            _fact("Version status", version_status(relays)),
            _fact("Recommended", "Yes" if recommended else "No" if advised[False] else "unknown"),
        ),
        tables=(context.platforms_table(relays), *(() if recommended else late)),
    )


def version_status(relays: Iterable[Relay]) -> str:
    """Return the status that most of the relays of one version have."""
    statuses = Counter(relay.version_status for relay in relays)
    return min(statuses, key=lambda status: (-statuses[status], status or "")) or "unknown"


def _flag(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    name = group.label or group.id
    evidence = FLAGS.get(name)
    meaning = MEANINGS.get(name)
    needs = None
    if evidence is not None and not evidence.only_when_held:
        needs = f"It needs: {_lower(evidence.needs(context.units))}."
    return GroupPart(
        title=name,
        question=f"The Tor relays with the flag {name}: what it means, who has it.",
        words=tuple(filter(None, (meaning, needs))),
        tables=(
            countries_table(relays),
            networks_table(relays),
            versions_table(relays),
            context.operators_table(relays, "Their operators"),
        ),
    )


def _first_seen(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    running = [relay for relay in relays if relay.running]
    table = context.operators_table(running, "").rows
    operators = [row.name for row in table if row.name != context.operators.get(NO_CONTACT)]
    return GroupPart(
        title=f"Relays first seen on {group.id}",
        question=f"The Tor relays that the network first saw on {group.id}.",
        facts=(_largest(operators),) if operators else (),
    )


def _largest(operators: list[Link]) -> Fact:
    return Fact(name="Largest operator", value=operators[0])


_PARTS: Final[dict[GroupKind, Callable[[Group, list[Relay], GroupContext], GroupPart]]] = {
    "as": _network,
    "country": _country,
    "platform": _platform,
    "version": _version,
    "flag": _flag,
    "first_seen": _first_seen,
}


def _fact(name: str, value: str) -> Fact:
    return Fact(name=name, value=Link(text=value))


def _lower(words: str) -> str:
    """Return a sentence to follow a colon; a name in capitals stays as it is."""
    first = words.split(maxsplit=1)[0].strip(",;")
    return words if first in FLAGS else words[0].lower() + words[1:]


def _rarity(rarity: Rarity | None) -> Fact:
    """Return in words how rare a network or country is, and why."""
    if rarity is None:
        return _fact("Rarity", "none of its relays is running")
    reasons = ", ".join(REASONS[reason] for reason in rarity.reasons)
    return _fact("Rarity", f"{TIERS[rarity.tier]}: {reasons or 'many relays'}")
