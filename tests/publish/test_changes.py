from uuid import NAMESPACE_URL, uuid5

import pytest
from defusedxml import ElementTree

from allium.publish import changes, news_files
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
    assert len(changes.by_folder(kept)["contact/busy/"]) == changes.FEED_ENTRIES


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
