"""Links to the pages of groups of relays, from what the relays say of themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from allium import text, urls
from allium.analysis.groups import has_page
from allium.model.relay import Fingerprint, Relay
from allium.views.base import Link


def listing(name: str) -> Link:
    """Return the link to a list."""
    return Link(text=name.capitalize(), path=urls.listing(name))


def listings() -> Link:
    """Return the link to all lists."""
    return Link(text="Lists", path=urls.LISTS)


def below(name: str) -> tuple[Link, Link]:
    """Return the way to a page whose place is below a list."""
    return Link(text="Overview", path=urls.INDEX), listing(name)


@lru_cache(maxsize=4096)
def network(asn: str, words: str | None = None) -> Link:
    """Return the link to an autonomous system."""
    return Link(text=words or asn, path=urls.group("as", asn))


@lru_cache(maxsize=4096)
def country(code: str, words: str | None = None) -> Link:
    """Return the link to a country."""
    return Link(text=words or code, path=urls.group("country", code))


def platform(name: str, slugs: Mapping[str, str], words: str | None = None) -> Link:
    """Return the link to a platform; `slugs` are the ids of the platforms that have a page."""
    path = urls.group("platform", slugs[name]) if name in slugs else None
    return Link(text=words or name, path=path)


@lru_cache(maxsize=4096)
def version(name: str) -> Link:
    """Return the link to a version of Tor; a text that is none has no page."""
    return Link(text=name, path=urls.group("version", name) if has_page(name) else None)


def flag(name: str) -> Link:
    """Return the link to a flag."""
    return Link(text=name, path=urls.group("flag", name.lower()))


def first_seen(time: str) -> Link:
    """Return the link to the relays that were first seen on one day."""
    return _day(text.date(time))


@lru_cache(maxsize=16384)
def _day(day: str) -> Link:
    return Link(text=day, path=urls.group("first_seen", day))


def told_apart(relays: Iterable[Relay]) -> dict[Fingerprint, str]:
    """Return the nickname of each relay; with digits of the fingerprint where several share it."""
    nicknames = {relay.fingerprint: relay.nickname for relay in relays}
    bearers = Counter(nicknames.values())
    return {
        fingerprint: nickname if bearers[nickname] == 1 else f"{nickname} {fingerprint[:8]}"
        for fingerprint, nickname in nicknames.items()
    }
