"""Operating systems and Tor versions, from the text that relays publish about themselves."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from allium.model.relay import Relay

UNKNOWN: Final = "Unknown"
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}(?!\S)")
_VERSION = re.compile(r"Tor (\d\S*)(?: on |$)")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_FAMILY_KEYS = (0, 4, 9, 1)
"""The first version with family keys. Tor: ChangeLog of 0.4.9.1-alpha, proposal 321."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")


@lru_cache(maxsize=4096)
def platform_name(platform: str | None) -> str:
    """Return the operating system's name; `Unknown` when the text does not say it plainly."""
    system = (platform or "").partition(" on ")[2]
    if "GNU/Linux" in system or system.startswith("Linux"):
        return "Linux"
    token = _TOKEN.match(system.removeprefix("GNU/"))
    return token[0] if token and token[0].lower() != UNKNOWN.lower() else UNKNOWN


def other_version(relay: Relay) -> str | None:
    """Return the version of a relay's descriptor where the consensus has another one.

    `version` is that of the consensus, `platform` is from the descriptor (Onionoo:
    version_consistent, which some documents lack).
    """
    found = _VERSION.match(relay.platform or "")
    if found is None or relay.version in {None, found[1]}:
        return None
    return found[1]


def slugs(names: Iterable[str]) -> dict[str, str]:
    """Return the part of an address that stands for each known name.

    Of two names with one slug, or with slugs that differ by case alone, the later in byte order
    gets `-2`: some file systems ignore case. No name has the slug `unknown`.
    """
    found: dict[str, str] = {}
    taken = {UNKNOWN.lower()}
    # In the order of names and not of relays, so that a slug moves only when a name comes or goes.
    for name in sorted(set(names) - {UNKNOWN}):
        plain = _UNSAFE.sub("-", name).strip("-")
        slug, number = plain, 1
        while slug.lower() in taken:
            number += 1
            slug = f"{plain}-{number}"
        taken.add(slug.lower())
        found[name] = slug
    return found


def version_key(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Return a sort key: by numbers, then a release after its alphas."""
    numbers = _NUMBERS.match(version)
    parts = tuple(int(part) for part in numbers[0].split(".")) if numbers else ()
    suffix = version[numbers.end() :] if numbers else version
    return parts, not suffix, suffix


def series(version: str) -> str:
    """Return the series that a version of Tor belongs to: its first three numbers."""
    numbers = _NUMBERS.match(version)
    return ".".join(numbers[0].split(".")[:3]) if numbers else version


def newest_recommended(relays: Iterable[Relay]) -> str | None:
    """Return the newest stable version that relays run and the authorities recommend.

    An alpha or a release candidate has a suffix; `None` where no relay runs such a version.
    """
    versions = {
        relay.version for relay in relays if relay.recommended_version and relay.version is not None
    }
    stable = (version for version in versions if _NUMBERS.fullmatch(version))
    return max(stable, key=version_key, default=None)


@lru_cache(maxsize=4096)
def family_key_ready(version: str | None) -> bool:
    """Tell whether this version of Tor can be in a family by a family key."""
    return version is not None and version_key(version)[0] >= _FAMILY_KEYS
