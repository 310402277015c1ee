"""Links to the pages of groups of relays, from what the relays say of themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from allium import formatting, urls
from allium.analysis.relay_groups import UNKNOWN, Group, GroupKind, has_page
from allium.model.relay import Fingerprint, Relay
from allium.pages.parts.page_base import Link

NOT_KNOWN: Final = "Unknown"
"""What a link to the page of what is not known says."""


def listing(name: str) -> Link:
    """Return the link to a list."""
    return Link(text=LISTS.get(name, name.capitalize()), path=urls.listing(name))


LISTS: Final = {"platforms": "Operating systems", "versions": "Tor versions"}
"""Lists that are not called as their address is."""


def listings() -> Link:
    """Return the link to all lists."""
    return Link(text="Lists", path=urls.LISTS)


def below(name: str) -> tuple[Link, Link]:
    """Return the way to a page whose place is below a list."""
    return Link(text="Overview", path=urls.INDEX), listing(name)


@lru_cache(maxsize=4096)
def network(asn: str | None, words: str | None = None) -> Link:
    """Return the link to an autonomous system; `None` is the unknown one."""
    return Link(text=words or asn or NOT_KNOWN, path=urls.group("as", asn or UNKNOWN))


@lru_cache(maxsize=4096)
def country(code: str | None, words: str | None = None) -> Link:
    """Return the link to a country; `None` is the unknown one."""
    return Link(text=words or code or NOT_KNOWN, path=urls.group("country", code or UNKNOWN))


def platform(name: str, slugs: Mapping[str, str], words: str | None = None) -> Link:
    """Return the link to a platform; `slugs` are the ids of those that are known."""
    return Link(text=words or name, path=urls.group("platform", slugs.get(name, UNKNOWN)))


@lru_cache(maxsize=4096)
def version(name: str | None) -> Link:
    """Return the link to a version of Tor, `None` the unknown one; other texts have no page."""
    has_link = name is None or name == UNKNOWN or has_page(name)
    path = urls.group("version", name or UNKNOWN) if has_link else None
    return Link(text=NOT_KNOWN if name in {None, UNKNOWN} else name, path=path)


UNLISTED: Final[dict[GroupKind, str]] = {
    "as": "in no known network",
    "country": "in no known country",
    "platform": "on no known operating system",
    "version": "of no known version",
}


def unlisted(group: Group) -> Link:
    """Return the link to relays of which a list knows nothing, with their number."""
    words = f"{formatting.number_of(len(group.members), 'relay')} {UNLISTED[group.kind]}"
    return Link(text=words, path=urls.group(group.kind, group.id))


def flag(name: str) -> Link:
    """Return the link to a flag."""
    return Link(text=name, path=urls.group("flag", name.lower()))


def first_seen(time: str) -> Link:
    """Return the link to the relays that were first seen on one day."""
    return _day(formatting.date(time))


@lru_cache(maxsize=16384)
def _day(day: str) -> Link:
    return Link(text=day, path=urls.group("first_seen", day))


def distinct_names(relays: Iterable[Relay]) -> dict[Fingerprint, str]:
    """Return the nickname of each relay; with digits of the fingerprint where several share it."""
    nicknames = {relay.fingerprint: relay.nickname for relay in relays}
    bearers = Counter(nicknames.values())
    return {
        fingerprint: nickname if bearers[nickname] == 1 else f"{nickname} {fingerprint[:8]}"
        for fingerprint, nickname in nicknames.items()
    }
