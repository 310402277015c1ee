"""What happened to relays and operators between two generations, read from their JSON twins.

Only transitions count: what was so before and is so now is no news. The twins of both generations
are there anyway, so nothing else has to be remembered but the entries themselves.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from allium.publish import moments

NETWORK_ENTRIES: Final = 200
FEED_ENTRIES: Final = 30
OWN_ENTRIES: Final = 10
OWN_DAYS: Final = 7
"""A relay's own feed has so many entries, of so many days. A choice of this site: ten thousand
relays have such feeds, and whoever reads one asks more often than once a week."""
SHARE_OF_USUAL: Final = 2
"""Observed bandwidth below the average traffic by this divisor is news; a choice of this site."""
_QUIET_FLAGS: Final = frozenset({"Running", "StaleDesc"})
"""`Running` is reported as up or down; `StaleDesc` comes and goes with the hour."""


class TwinDisplay(Struct, frozen=True, kw_only=True):
    """What of a relay's or operator's printed facts can be news."""

    nickname: str = ""
    title: str = ""
    flags: tuple[str, ...] = ()
    or_addresses: tuple[str, ...] = ()
    contact: str | None = None
    version: str | None = None
    version_status: str | None = None
    rankings: tuple["TwinRanking", ...] = ()


class TwinRanking(Struct, frozen=True):
    """An operator's place on a board."""

    board: str
    title: str
    rank: str


class TwinRaw(Struct, frozen=True):
    """What of the raw facts can be news; an operator's twin counts the running relays."""

    running: bool | int = False
    last_seen: str | None = None
    measured: bool | None = None
    observed_bandwidth: int | None = None
    usual_bandwidth: int | None = None
    issues: tuple[str, ...] = ()


class PageTwin(Struct, frozen=True):
    """A page's twin, as far as changes are concerned; `links` are relative to it."""

    kind: str
    id: str
    display: TwinDisplay
    raw: TwinRaw
    links: dict[str, str] = {}


class NewsEntry(Struct, frozen=True, kw_only=True):
    """One change: when (time of the consensus), what, of which page, in which feeds.

    With `own` it is told in the feed beside the page alone.
    """

    id: str
    time: str
    title: str
    page: str
    folders: tuple[str, ...] = ()
    own: bool = False


class _News(NamedTuple):
    """What happened: what its id is made of, which stays when the words change, and the words."""

    key: str
    words: str


_BACK: Final = _News("is back", "is running again")
_DOWN: Final = _News("is down", "went down")


def entries(
    pairs: Iterable[tuple[str, PageTwin | None, PageTwin | None]],
    time: str,
    folders: Callable[[str, PageTwin], tuple[str, ...]],
    missed: Container[str] = (),
) -> list[NewsEntry]:
    """Return the news of pages, given as folder, twin before and twin now (`None`: no such page).

    `folders` names the folders whose feeds tell what happens to a page: one that has moved from
    one operator to another is in the feeds of both. A relay's own feed says that it is back when
    it said that it was down, which it did of the relays in the folders `missed`.
    """
    return [
        NewsEntry(
            id=uuid5(NAMESPACE_URL, f"{time} {page} {name} {news.key}").urn,
            time=time,
            title=f"{name} {news.words}",
            page=page,
            folders=tuple(sorted({*feed_folders, *_own(page, known, news, missed)})),
        )
        for page, before, now in pairs
        if (known := now or before) is not None
        for feed_folders in [{one for twin in (before, now) if twin for one in folders(page, twin)}]
        for name in [name_of(known)]
        for news in _news(before, now)
    ]


def _own(page: str, twin: PageTwin, news: _News, missed: Container[str]) -> tuple[str, ...]:
    """Return the folder of a relay whose own feed has the news."""
    quiet = news == _DOWN or (news == _BACK and page not in missed)
    return (page,) if twin.kind == "relay" and not quiet else ()


def name_of(twin: PageTwin) -> str:
    """Return what people call a relay or an operator, as its page does."""
    if twin.kind == "relay":
        return f"{twin.display.nickname} ({twin.id[:8]})"
    return twin.display.title or f"Operator {twin.id[:8]}"


def _news(before: PageTwin | None, now: PageTwin | None) -> Iterator[_News]:
    if "relay" in {twin.kind for twin in (before, now) if twin is not None}:
        yield from _relay(before, now)
    elif before is not None and now is not None:
        yield from _operator(before.display, now.display)


def _relay(before: PageTwin | None, now: PageTwin | None) -> Iterator[_News]:
    if before is None:
        yield _News("is a new relay", "is a new relay")
    elif now is None:
        yield _News("has left the network", "left the network")
    else:
        if before.raw.running != now.raw.running:
            yield _BACK if now.raw.running else _DOWN
        yield from _flags(before, now)
        yield from _bandwidth(before.raw, now.raw)
        yield from _properties(before.display, now.display)


def _flags(before: PageTwin, now: PageTwin) -> Iterator[_News]:
    """Yield flags lost and gained while the relay ran; one that is down has lost them all."""
    if not (before.raw.running and now.raw.running):
        return
    had, has = (set(one.display.flags) - _QUIET_FLAGS for one in (before, now))
    lost = [f"lost the flag {flag}" for flag in sorted(had - has)]
    gained = [f"gained the flag {flag}" for flag in sorted(has - had)]
    yield from (_News(words, words) for words in (*lost, *gained))


def _bandwidth(before: TwinRaw, now: TwinRaw) -> Iterator[_News]:
    if before.measured is False and now.measured is True:
        yield _News("is measured", "was measured by the bandwidth authorities")
    if _is_low(now) and not _is_low(before):
        yield _News(
            "has little bandwidth",
            "observes less than half of the traffic that it carried on average over 6 months",
        )


def _is_low(raw: TwinRaw) -> bool:
    if not raw.running or raw.observed_bandwidth is None or raw.usual_bandwidth is None:
        return False
    return SHARE_OF_USUAL * raw.observed_bandwidth < raw.usual_bandwidth


def _properties(before: TwinDisplay, now: TwinDisplay) -> Iterator[_News]:
    if now.version_status == "obsolete" != before.version_status:
        version = f"({now.version})"
        yield _News(
            f"runs a version that has become obsolete {version}",
            f"runs a Tor version that became obsolete {version}",
        )
    if now.or_addresses != before.or_addresses:
        addresses = ", ".join(now.or_addresses)
        yield _News(f"moved to {addresses}", f"changed address to {addresses}")
    if now.contact != before.contact:
        yield _News("has another contact", "changed its contact")


def _operator(before: TwinDisplay, now: TwinDisplay) -> Iterator[_News]:
    had = {one.board for one in before.rankings}
    for one in now.rankings:
        if one.board not in had:
            place = one.rank.removeprefix("#")
            yield _News(
                f"entered the ranking “{one.title}” at #{place}",
                f"entered the leaderboard “{one.title}” at place {place}",
            )


def kept(
    news: Iterable[NewsEntry], before: Iterable[NewsEntry], time: str
) -> tuple[NewsEntry, ...]:
    """Return the entries that some feed still tells, the last published first, each once.

    `news` is what is published now, of data of the `time`. An entry of a later time came with a
    document that should not have been: it goes, lest it stand above all others until that time.
    """
    coming = sorted(news, key=lambda one: one.id)
    every = {one.id: one for one in (*coming, *before) if one.time <= time}
    places = FeedPlaces(time)
    # Both are asked of each entry, as each takes its places.
    told = [(one, places.in_network(one), places.taken(one)) for one in every.values()]
    return tuple(one for one, in_network, folders in told if in_network or folders)


class FeedPlaces:
    """Which entries, the latest first, each feed still has a place for at a time."""

    def __init__(self, time: str) -> None:
        self._counts: Counter[str] = Counter()
        self._network = 0
        self._oldest = moments.machine_time(moments.seconds(time) - OWN_DAYS * 86_400)

    def taken(self, one: NewsEntry) -> list[str]:
        """Return the folders whose feeds tell an entry, and take its place in each."""
        folders = [folder for folder in one.folders if self._has_place(folder, one)]
        self._counts.update(one.folders)
        return folders

    def _has_place(self, folder: str, one: NewsEntry) -> bool:
        if folder != one.page:
            return self._counts[folder] < FEED_ENTRIES
        return one.time >= self._oldest and self._counts[folder] < OWN_ENTRIES

    def in_network(self, one: NewsEntry) -> bool:
        """Tell whether the network's feed tells an entry, and take its place there."""
        self._network += not one.own
        return not one.own and self._network <= NETWORK_ENTRIES


def latest(known: Iterable[NewsEntry]) -> list[NewsEntry]:
    """Return the entries that the network's feed tells."""
    return [one for one in known if not one.own][:NETWORK_ENTRIES]


def by_folder(known: Iterable[NewsEntry], time: str) -> Mapping[str, list[NewsEntry]]:
    """Return the entries that the feed of each folder tells at a time."""
    found: dict[str, list[NewsEntry]] = {}
    places = FeedPlaces(time)
    for one in known:
        for folder in places.taken(one):
            found.setdefault(folder, []).append(one)
    return found
