"""The parts of the search index that no page prints: lists of small kinds, and what there is."""

from collections.abc import Iterable

from msgspec import Struct

from allium.analysis.groups import has_page, held_flags
from allium.analysis.lookup import Row
from allium.analysis.platforms import platform_name, slugs, version_key
from allium.model.relay import Relay


class Small(Struct, frozen=True, kw_only=True):
    """What there is few of: key and label of each country, version, platform and flag."""

    schema: int = 1
    country: tuple[Row, ...]
    version: tuple[Row, ...]
    platform: tuple[Row, ...]
    flag: tuple[Row, ...]


class Contents(Struct, frozen=True, kw_only=True):
    """How many characters the prefixes have, and which parts exist."""

    schema: int = 1
    prefix: dict[str, int]
    parts: tuple[str, ...]


def networks(relays: Iterable[Relay]) -> tuple[Row, ...]:
    """Return number and name of every AS, by number; of several names the first by letter."""
    names: dict[str, str] = {}
    for asn, name in {(relay.asn, relay.as_name) for relay in relays}:
        if asn is not None:
            names[asn] = min(filter(None, (name, names.get(asn))), default="")
    return tuple(sorted(names.items(), key=lambda row: int(row[0][2:])))


def small(relays: Iterable[Relay]) -> Small:
    """Return all countries, versions, platforms and flags of the relays."""
    known = list(relays)
    countries = {
        (relay.country, relay.country_name or relay.country)
        for relay in known
        if relay.country is not None
    }
    versions = {relay.version for relay in known if relay.version and has_page(relay.version)}
    platforms = slugs(platform_name(relay.platform) for relay in known)
    flags = {flag.lower(): flag for relay in known for flag in held_flags(relay)}
    return Small(
        country=tuple(sorted(dict(sorted(countries, reverse=True)).items())),
        version=tuple((one,) for one in _newest_first(versions)),
        platform=tuple(sorted((slug, name) for name, slug in platforms.items())),
        flag=tuple(sorted(flags.items())),
    )


def _newest_first(versions: Iterable[str]) -> list[str]:
    return sorted(versions, key=version_key, reverse=True)


def contents(parts: Iterable[str]) -> Contents:
    """Return the list of parts."""
    return Contents(prefix={"fp": 2, "nick": 2}, parts=tuple(sorted(parts)))
