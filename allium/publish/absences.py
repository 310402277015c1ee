"""Relays that are down, and since when: what a relay's own feed tells after a grace time.

A relay that misses one consensus is no news to its operator. One that hibernates is down because
it shall be, and is not told of.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct
from msgspec.structs import replace

from allium.publish import moments
from allium.publish.changes import NewsEntry, PageTwin, name_of

GRACE_HOURS: Final = (2, 24)
"""Down for more than so many hours is news, for each of them once. A choice of this site."""
OFFLINE: Final = "offline"
"""The code of the finding that a relay is down and does not hibernate."""


class Absence(Struct, frozen=True):
    """A relay that is down: its name, when it was last seen, and for how many hours it was told."""

    name: str
    since: str
    told: int = 0


def after(
    known: Mapping[str, Absence], pairs: Iterable[tuple[str, PageTwin | None, PageTwin | None]]
) -> dict[str, Absence]:
    """Return who is down after some pages changed; by folder, as `changes.entries` has them."""
    absent = dict(known)
    for page, _, now in pairs:
        if now is None or OFFLINE not in now.raw.issues or now.raw.last_seen is None:
            absent.pop(page, None)
        elif now.kind == "relay":
            absence = absent.get(page)
            if absence is None or absence.since != now.raw.last_seen:
                absent[page] = Absence(name_of(now), now.raw.last_seen)
    return absent


def told(absent: Mapping[str, Absence], time: str) -> tuple[dict[str, Absence], list[NewsEntry]]:
    """Return who is down, and the news of the relays that have been so for a grace time."""
    now = moments.seconds(time)
    kept: dict[str, Absence] = {}
    entries: list[NewsEntry] = []
    for page, absence in absent.items():
        hours = (now - moments.seconds(absence.since)) / 3_600
        due = max((grace for grace in GRACE_HOURS if hours > grace), default=0)
        kept[page] = replace(absence, told=max(due, absence.told))
        if due > absence.told:
            entries.append(_entry(page, absence, due, time))
    return kept, entries


def _entry(page: str, absence: Absence, hours: int, time: str) -> NewsEntry:
    """Return the news; its id is that of this absence, however late it is published."""
    key = f"{absence.since} {page} has been down for {hours} hours"
    return NewsEntry(
        id=uuid5(NAMESPACE_URL, key).urn,
        time=time,
        title=f"{absence.name} has been down for more than {hours} hours",
        page=page,
        folders=(page,),
        own=True,
    )
