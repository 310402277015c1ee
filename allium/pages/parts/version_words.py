"""What the directory authorities say of versions of Tor: words, colours, and counts of relays."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from allium import formatting
from allium.model.relay import Relay
from allium.pages.parts.network_figures import NOT_IN_DATA
from allium.pages.parts.page_base import Badge, Slice, Verdict
from allium.pages.parts.shares import plain, slices


def version_status(relays: Iterable[Relay]) -> str:
    """Return the status that most of the relays of one version have."""
    statuses = Counter(relay.version_status for relay in relays)
    return min(statuses, key=lambda status: (-statuses[status], status or "")) or "unknown"


STATUS_BADGES: Final[dict[str, Badge]] = {
    "recommended": Badge(text="Recommended", colour="good"),
    "experimental": Badge(text="Experimental", colour="note"),
    "new in series": Badge(text="New in series", colour="note"),
    "unrecommended": Badge(text="Not recommended", colour="warn"),
    "obsolete": Badge(text="Obsolete", colour="crit"),
}
"""What the directory authorities say of a version, by `version_status` of Onionoo."""
VERSION_VERDICTS: Final[dict[str, Verdict]] = {
    "recommended": Verdict(
        text="The directory authorities recommend this version of Tor.", colour="good"
    ),
    "experimental": Verdict(
        text="This version is newer than every version that the directory authorities recommend.",
        colour="note",
    ),
    "new in series": Verdict(
        text="This version is newer than the recommended versions of its series.", colour="note"
    ),
    "unrecommended": Verdict(
        text="The directory authorities do not recommend this version of Tor. Choose another one.",
        colour="warn",
    ),
    "obsolete": Verdict(
        text="This version is older than every recommended version. Update Tor.", colour="crit"
    ),
}
STATUS_COLOURS: Final = {
    "recommended": "k2",
    "obsolete": "k7",
    "experimental": "k4",
    "unrecommended": "k3",
    "new in series": "k1",
}
"""The colours of relays by the status of their version; all others are one."""


def status_slices(counts: Mapping[str, int]) -> tuple[Slice, ...]:
    """Return relays by what the authorities say of their version."""
    others = sum(count for name, count in counts.items() if name not in STATUS_COLOURS)
    parts = [
        (STATUS_BADGES[name].text, counts.get(name, 0), colour)
        for name, colour in STATUS_COLOURS.items()
    ]
    return slices(
        [
            (plain(words), count, formatting.count(count), colour)
            for words, count, colour in (*parts, (NOT_IN_DATA, others, "k0"))
            if count
        ]
    )
