from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from defusedxml import ElementTree

from allium.publish import absences, changes, news_files
from allium.publish.changes import NewsEntry, PageTwin, TwinDisplay, TwinRanking, TwinRaw

HOUR = "2026-02-15T17:00:00Z"
FINGERPRINT = "ABCD1234" * 5


def relay(*, running: bool = True, **display: object) -> PageTwin:
    known = {"nickname": "amber", "flags": ("Running", "Stable"), "contact": "me"}
    return PageTwin("relay", FINGERPRINT, TwinDisplay(**(known | display)), TwinRaw(running))  # type: ignore[arg-type]


def titles(before: PageTwin | None, now: PageTwin | None) -> list[str]:
    found = changes.entries([("relay/A/", before, now)], HOUR, lambda *_: ("contact/1/",))
    return [one.title.removeprefix("amber (ABCD1234) ") for one in found]


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (relay(), relay(), []),
        (None, relay(), ["is a new relay"]),
        (relay(), None, ["left the network"]),
        (relay(), relay(running=False, flags=()), ["went down"]),
        (relay(running=False, flags=()), relay(), ["is running again"]),
        (
            relay(),
            relay(flags=("Running", "Exit")),
            ["lost the flag Stable", "gained the flag Exit"],
        ),
        (relay(), relay(flags=("Running", "Stable", "StaleDesc")), []),
        (
            relay(version_status="unrecommended"),
            relay(version_status="obsolete", version="0.4.5.1"),
            ["runs a Tor version that became obsolete (0.4.5.1)"],
        ),
        (relay(version_status="obsolete"), relay(version_status="obsolete"), []),
        (relay(), relay(or_addresses=("192.0.2.1:9001",)), ["changed address to 192.0.2.1:9001"]),
        (relay(), relay(contact="you"), ["changed its contact"]),
    ],
)
def test_only_transitions_are_news(
    before: PageTwin | None, now: PageTwin | None, told: list[str]
) -> None:
    assert titles(before, now) == told


@pytest.mark.parametrize(
    ("title", "name"),
    [("amber.example", "amber.example"), ("", "Operator 01234567")],
)
def test_an_operator_that_enters_a_leaderboard_is_named(title: str, name: str) -> None:
    rank = TwinRanking("exits", "Exit relays", "#8")
    before, now = (
        PageTwin("contact", "0123456789", TwinDisplay(title=title, rankings=places), TwinRaw())
        for places in ((), (rank,))
    )
    told = changes.entries([("contact/1/", before, now)], HOUR, lambda *_: ("contact/1/",))
    assert [one.title for one in told] == [
        f"{name} entered the leaderboard “Exit relays” at place 8"
    ]


def entry(number: int, *folders: str) -> NewsEntry:
    time = f"2026-02-{number // 24 + 1:02}T{number % 24:02}:00:00Z"
    return NewsEntry(id=f"urn:{number:04}", time=time, title="x", page="relay/A/", folders=folders)


def test_the_same_news_has_the_same_id_and_is_told_once() -> None:
    one, again = (
        changes.entries([("relay/A/", None, relay())], HOUR, lambda *_: ()) for _ in range(2)
    )
    assert len(changes.kept(again, one, HOUR)) == 1


def test_old_news_is_dropped_when_no_feed_tells_it_any_more() -> None:
    quiet = entry(0, "contact/quiet/")
    many = [entry(number, "contact/busy/") for number in range(1, changes.NETWORK_ENTRIES + 50)]
    kept = changes.kept(many, [quiet], HOUR)
    assert len(kept) == changes.NETWORK_ENTRIES + 1
    assert kept[-1] == quiet
    assert len(changes.by_folder(kept, HOUR)["contact/busy/"]) == changes.FEED_ENTRIES


def test_news_stand_in_the_order_of_their_publication() -> None:
    early, late = entry(1), entry(2)
    before = changes.kept([late], [], HOUR)
    assert changes.kept([early], before, HOUR) == (early, late)


def test_news_of_a_later_time_than_the_data_go_and_no_true_one_is_kept_out_by_them() -> None:
    future = [
        NewsEntry(id=f"urn:{number}", time="2199-01-01T00:00:00Z", title="x", page="relay/A/")
        for number in range(changes.NETWORK_ENTRIES)
    ]
    poisoned = changes.kept(future, [entry(1)], "2199-01-01T00:00:00Z")
    assert changes.kept([entry(3)], poisoned, entry(3).time) == (entry(3),)


def test_a_feed_is_what_the_atom_format_asks_for() -> None:
    atom = f"{{{news_files.NAMESPACE}}}"
    news = NewsEntry(id="urn:uuid:1", time=HOUR, title="a <b> \x00 & “c”", page="relay/A/")
    root = ElementTree.fromstring(
        news_files.feed("contact/1/", "Site", [news], "2026-01-01T00:00:00Z", "Site")
    )
    for parent in (root, root.find(f"{atom}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{atom}{name}")) == 1
    assert root.find(f"{atom}author/{atom}name").text == "Site"
    assert root.find(f"{atom}updated").text == HOUR
    assert root.find(f"{atom}entry/{atom}link").attrib["href"] == "../../relay/A/"
    assert root.find(f"{atom}entry/{atom}title").text == "a <b> \ufffd & “c”"


def test_a_feed_without_news_has_the_time_of_the_first_publication() -> None:
    empty = news_files.feed("changes/", "Site", [], HOUR, "Site")
    assert ElementTree.fromstring(empty).find(f"{{{news_files.NAMESPACE}}}updated").text == HOUR


def test_an_entry_keeps_its_id_when_it_is_said_in_other_words() -> None:
    """The id is that of the words which an entry was first published with."""
    moves = {
        "is down": (relay(), relay(running=False, flags=())),
        "moved to 192.0.2.1:9001": (relay(), relay(or_addresses=("192.0.2.1:9001",))),
        "has another contact": (relay(), relay(contact="you")),
    }
    for words, (before, now) in moves.items():
        (told,) = changes.entries([("relay/A/", before, now)], HOUR, lambda *_: ())
        first = f"{HOUR} relay/A/ amber (ABCD1234) {words}"
        assert told.id == uuid5(NAMESPACE_URL, first).urn
        assert words not in told.title


def raw(**fields: Any) -> PageTwin:
    known = {"running": True, "observed_bandwidth": 100, "usual_bandwidth": 100, "measured": True}
    display = TwinDisplay(nickname="amber", flags=("Running",))
    return PageTwin("relay", FINGERPRINT, display, TwinRaw(**(known | fields)))


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (raw(), raw(observed_bandwidth=50), []),
        (raw(), raw(observed_bandwidth=49), ["observes less than half of the traffic"]),
        (raw(observed_bandwidth=49), raw(observed_bandwidth=40), []),
        (raw(), raw(observed_bandwidth=None), []),
        (raw(usual_bandwidth=None), raw(usual_bandwidth=None, observed_bandwidth=1), []),
        (raw(measured=False), raw(), ["was measured by the bandwidth authorities"]),
        (raw(measured=None), raw(), []),
    ],
)
def test_bandwidth_and_measurement_are_news_when_they_cross(
    before: PageTwin, now: PageTwin, told: list[str]
) -> None:
    assert [
        title[: len(words)] for title, words in zip(titles(before, now), told, strict=True)
    ] == told


DOWN = {"running": False, "issues": ("offline",), "last_seen": "2026-02-15 10:00:00"}


def hours(*moments: str, twin: PageTwin) -> list[str]:
    """Return what is told of a relay that goes down, at the times of these publications."""
    absent = absences.after({}, [("relay/A/", raw(), twin)])
    said: list[str] = []
    for moment in moments:
        absent, entries = absences.told(absent, f"2026-02-{moment}:00:00Z")
        said += [f"{moment}: {one.title.partition('more than ')[2]}" for one in entries]
    return said


def test_a_relay_that_stays_down_is_told_of_once_for_each_grace_time() -> None:
    moments = ["15T11", "15T12", "15T13", "15T14", "16T10", "16T11", "16T12"]
    assert hours(*moments, twin=raw(**DOWN)) == ["15T13: 2 hours", "16T11: 24 hours"]


def test_a_site_that_was_not_published_for_days_tells_the_longest_only() -> None:
    assert hours("19T00", "19T01", twin=raw(**DOWN)) == ["19T00: 24 hours"]


def test_a_relay_that_hibernates_is_not_told_of() -> None:
    assert hours("19T00", twin=raw(**(DOWN | {"issues": ("hibernating",)}))) == []


def test_a_relay_that_is_back_before_its_time_has_no_news_in_its_own_feed() -> None:
    for missed, folders in (((), ()), (("relay/A/",), ("relay/A/",))):
        (back,) = changes.entries([("relay/A/", raw(**DOWN), raw())], HOUR, lambda *_: (), missed)
        assert back.folders == folders
    assert (
        absences.after({"relay/A/": absences.Absence("amber", "x")}, [("relay/A/", None, raw())])
        == {}
    )


def test_the_id_of_an_absence_does_not_depend_on_when_it_is_told() -> None:
    absent = absences.after({}, [("relay/A/", raw(), raw(**DOWN))])
    ids = {
        one.id
        for moment in ("2026-02-15T13:00:00Z", "2026-02-15T20:00:00Z")
        for one in absences.told(absent, moment)[1]
    }
    assert len(ids) == 1


def test_a_relays_own_feed_forgets_after_a_week_and_has_ten_entries() -> None:
    def own(number: int, day: int) -> NewsEntry:
        return NewsEntry(
            id=f"urn:{day:02}{number:02}",
            time=f"2026-02-{day:02}T00:00:00Z",
            title="x",
            page="relay/A/",
            folders=("relay/A/",),
            own=True,
        )

    old, many = own(0, 1), [own(number, 14) for number in range(20)]
    kept = changes.kept(many, [old], HOUR)
    assert len(kept) == changes.OWN_ENTRIES
    assert changes.latest(kept) == []
    assert changes.kept([], [old], HOUR) == ()
