"""What the page of each kind of group has of its own: title, facts, share tables."""

from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec import Struct

from allium import formatting
from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.rarity import EU, NO_COUNTRIES, Rarity, Tier
from allium.analysis.relay_groups import Group, GroupKind
from allium.model.relay import Relay
from allium.pages.group.group_context import (
    GroupContext,
    ShareTable,
    countries_table,
    networks_table,
    versions_table,
)
from allium.pages.parts import group_links
from allium.pages.parts.country_names import short_name
from allium.pages.parts.network_figures import given
from allium.pages.parts.page_base import Badge, Link, Verdict, View
from allium.pages.parts.relay_rows import HARMS
from allium.pages.parts.shares import first_names
from allium.pages.parts.version_words import STATUS_BADGES, VERSION_VERDICTS, version_status
from allium.pages.relay.flag_table import FLAGS

NAMED: Final = 3
"""More countries of a network than these are counted."""
TIERS: Final[dict[Tier, Badge]] = {
    "common": Badge(text="Common", colour="off"),
    "emerging": Badge(text="Uncommon", colour="off"),
    "rare": Badge(text="Rare", colour="note"),
    "very_rare": Badge(text="Very rare", colour="note"),
    "unique": Badge(text="Unique", colour="note"),
}
REASONS: Final = {
    "no_weight": "its relays have no weight",
    "dominant": "one of the largest by weight",
    "major": "among the large ones by weight",
    "moderate": "medium-sized by weight",
    "small": "small by weight",
    "one_operator": "a single operator",
    "few_operators": "at most ten operators",
    "few_relays": "fewer than seven running relays",
    "below_5": f"fewer than 5 in {formatting.count(10_000)} relays",
    "below_10": f"fewer than 10 in {formatting.count(10_000)} relays",
    "below_20": f"fewer than 20 in {formatting.count(10_000)} relays",
}
MEANINGS: Final = {
    "Authority": "Directory authorities vote on which relays are in the network, and on their"
    " flags.",
    "BadExit": "The authorities believe that exit traffic here may be read or changed.",
    "Exit": "Clients can reach most of the web through this relay.",
    "Fast": "The relay is fast enough for ordinary circuits.",
    "Guard": "Clients may use this relay as their first hop, and keep it for months.",
    "HSDir": "The relay stores descriptors of onion services.",
    "MiddleOnly": "The authorities allow this relay only in the middle position.",
    "Running": "Most authorities could reach the relay within the last hour.",
    "Stable": "The relay is suitable for long-lived connections.",
    "StaleDesc": "The relay has not published a descriptor for more than 18 hours.",
    "V2Dir": "The relay serves directory information to clients.",
    "Valid": "The authorities have not rejected the relay.",
}


UNPLACED: Final = (
    "The GeoIP database that places relays has this code for addresses of which it does not know"
    " the country."
)


class Fact(View, frozen=True):
    """A fact by name, and a remark on it; it leads to a page if there is one."""

    name: str
    value: Link
    remark: str | None = None


class Key(View, frozen=True):
    """What identifies a group: a few words, links, or both."""

    words: str = ""
    links: tuple[Link, ...] = ()


class GroupPart(Struct, frozen=True, kw_only=True):
    """What one group's page has of its own; `outside` is an address on another site.

    `words` say what its relays are, `what` names its kind below the title.
    """

    title: str
    question: str
    what: str | None = None
    badge: Badge | None = None
    verdict: Verdict | None = None
    section: str = ""
    words: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[ShareTable, ...] = ()
    outside: str | None = None


class UnknownGroup(NamedTuple):
    """The page of relays whose AS or country is unknown: its title, section and relays."""

    title: str
    section: str
    which: str


UNKNOWN_WORDS: Final[dict[GroupKind, UnknownGroup]] = {
    "as": UnknownGroup("Unknown network", "networks", "whose autonomous system is unknown"),
    "country": UnknownGroup("Unknown country", "countries", "whose country is unknown"),
    "platform": UnknownGroup("Unknown operating system", "", "whose operating system is unknown"),
    "version": UnknownGroup("Unknown Tor version", "", "whose Tor version is unknown"),
}


def group_part(group: Group, context: GroupContext) -> GroupPart:
    """Return what the page of one group has of its own."""
    relays = [member.relay for member in group.members]
    return (_unknown if group.is_unknown else _PARTS[group.kind])(group, relays, context)


def _unknown(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    unknown = UNKNOWN_WORDS[group.kind]
    others = {"as": countries_table, "country": networks_table, "version": countries_table}
    return GroupPart(
        title=unknown.title,
        question=f"The Tor relays {unknown.which}: who runs them, and their share of the network.",
        section=unknown.section,
        words=(f"The data source does not say more about the relays {unknown.which}.",),
        tables=(
            context.operators_table(relays, "Operators"),
            context.platforms_table(relays) if group.kind == "version" else versions_table(relays),
            others.get(group.kind, countries_table)(relays),
        ),
    )


def _network(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    title = " ".join(filter(None, (group.id, group.label)))
    rarity = context.stats.rare_networks.get(group.id)
    return GroupPart(
        title=title,
        question=f"The Tor relays in the autonomous system {title}: who runs them, and their share"
        " of the network.",
        what="Network (autonomous system)",
        badge=_tier(rarity),
        section="networks",
        keys=(_countries(relays),),
        facts=_rarity(rarity),
        tables=(
            context.operators_table(relays),
            versions_table(relays),
            countries_table(relays),
        ),
        outside=f"https://bgp.tools/as/{group.id[2:]}",
    )


def _countries(relays: list[Relay]) -> Key:
    """Return the countries of the relays, or of many how many they are."""
    names = first_names((relay.country, relay.country_name) for relay in relays)
    codes = sorted({relay.country for relay in relays if relay.country is not None})
    if len(codes) > NAMED:
        return Key(words=formatting.number_of(len(codes), "country", "countries"))
    if not codes:
        return Key(links=(group_links.country(None, "Unknown country"),))
    links = (group_links.country(code, short_name(code, names.get(code))) for code in codes)
    return Key(links=tuple(links))


def _country(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    is_country = group.id not in NO_COUNTRIES
    label = group.label if is_country else short_name(group.id)
    title = f"{label} ({group.id})" if label is not None else group.id
    networks = len({relay.asn for relay in relays if relay.running and relay.asn is not None})
    rarity = context.stats.rare_countries.get(group.id)
    return GroupPart(
        title=title,
        question=f"The Tor relays in {title}: who runs them, and their share of the network.",
        what="Country" if is_country else "Not a country",
        badge=_tier(rarity) if is_country else None,
        section="countries",
        words=() if is_country else (UNPLACED,),
        facts=(
            _fact(
                "Networks",
                given(context.stats.network.absent, formatting.count(networks), "as"),
            ),
            *((_fact("EU member", "Yes" if group.id in EU else "No"),) if is_country else ()),
            *_rarity(rarity),
        ),
        tables=(
            context.operators_table(relays),
            versions_table(relays),
            networks_table(relays),
        ),
    )


def _platform(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    name = group.label or group.id
    return GroupPart(
        title=name,
        question=f"The Tor relays on {name}: how many, and their share of the network.",
        what="Operating system",
        tables=(
            context.operators_table(relays, "Operators"),
            versions_table(relays),
            countries_table(relays),
        ),
    )


def _version(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    advised = Counter(relay.recommended_version for relay in relays)
    recommended = advised[True] >= advised[False] and advised[True] > 0
    status = version_status(relays)
    verdict = VERSION_VERDICTS.get(status)
    if verdict is None and advised[True] + advised[False]:
        verdict = VERSION_VERDICTS["recommended" if recommended else "unrecommended"]
    return GroupPart(
        title=f"Tor {group.id}",
        question=f"The relays that run Tor {group.id}: how many, and is it recommended.",
        what="Tor version",
        badge=STATUS_BADGES.get(status),
        verdict=verdict,
        keys=() if recommended else _newer(context.newest_recommended),
        tables=(
            networks_table(relays)
            if recommended
            else context.operators_table(relays, "Operators still running it"),
            countries_table(relays),
            context.platforms_table(relays),
        ),
    )


def _newer(version: str | None) -> tuple[Key, ...]:
    if version is None:
        return ()
    return (Key(words="Newest recommended version:", links=(group_links.version(version),)),)


def _flag(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    name = group.label or group.id
    evidence = FLAGS.get(name)
    meaning = MEANINGS.get(name)
    needs = None
    if evidence is not None and not evidence.only_when_held:
        needs = f"Requirement: {_lower(evidence.needs(context.units))}."
    return GroupPart(
        title=name,
        question=f"The Tor relays with the flag {name}: what it means, who has it.",
        what="Relay flag",
        badge=Badge(text="Harmful", colour="crit") if name in HARMS else None,
        words=tuple(filter(None, (meaning, needs))),
        tables=(
            context.operators_table(relays, "Operators"),
            countries_table(relays),
            versions_table(relays),
            networks_table(relays),
        ),
    )


def _first_seen(group: Group, relays: list[Relay], context: GroupContext) -> GroupPart:
    running = [relay for relay in relays if relay.running]
    table = context.operators_table(running).rows
    operators = [row.name for row in table if row.name != context.operators.get(NO_CONTACT)]
    return GroupPart(
        title=f"Relays first seen on {group.id}",
        question=f"The Tor relays that the network first saw on {group.id}.",
        keys=(Key(words="Largest operator:", links=(operators[0],)),) if operators else (),
    )


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


def _tier(rarity: Rarity | None) -> Badge:
    """Return how rare a network or country is."""
    if rarity is None:
        return Badge(text="None running", colour="off")
    tier = TIERS[rarity.tier]
    return Badge(text=f"{tier.text} in Tor", colour=tier.colour)


def _rarity(rarity: Rarity | None) -> tuple[Fact, ...]:
    """Return in words how rare a network or country is, and why."""
    if rarity is None:
        return ()
    reasons = ", ".join(REASONS[reason] for reason in rarity.reasons) or "many relays"
    value = Link(text=TIERS[rarity.tier].text)
    return (Fact(name="Rarity", value=value, remark=f"({reasons})"),)
