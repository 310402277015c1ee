from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from allium.analysis.network import network as joined
from allium.model.snapshot import Snapshot
from allium.sources import snapshot_loader
from allium.sources.onionoo import documents
from allium.sources.onionoo.history_cache import Item
from allium.sources.origins import Folder
from allium.sources.request import NoDetailsError
from allium.sources.source_cache import SourceCache
from tests.support.histories import BEST, graph
from tests.support.network import HOUR, Document, dumps, fingerprint, network, relay, validations

SMALL = Path(__file__).resolve().parents[4] / "shared" / "data" / "small" / "T16"


def history(name: str, *numbers: int) -> Document:
    records = [{"fingerprint": fingerprint(number), name: {}} for number in numbers]
    return {"version": "8.0", "relays_published": HOUR, "relays": records}


RESULT = {"fingerprint": fingerprint(1), "valid": True}
BODIES = {
    "details": network(3),
    "uptime": history("uptime", 1, 2, 99),
    "bandwidth": history("read_history", 2),
    "weights": history("consensus_weight", 0, 2),
    "latest": validations(RESULT),
}


class Loaded:
    """A folder of documents, the cache that follows it, and the snapshot of both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = SourceCache(folder / "cache")

    def given(self, **bodies: Document) -> None:
        for name, body in bodies.items():
            (self.folder / f"{name}.json").write_bytes(dumps(body))
        for name in documents.NAMES:
            self.cache.obtain(name, Folder(str(self.folder)), offline=False)

    def load(self, *names: str) -> Snapshot:
        found = snapshot_loader.load(self.cache, names or documents.NAMES, 7)
        known = snapshot_loader.with_uptime(found, self.cache, "code")
        known = snapshot_loader.with_bandwidth(known, self.cache, "code")
        return snapshot_loader.with_weights(known, self.cache, "code")


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    return Loaded(tmp_path)


def test_the_documents_are_joined_by_fingerprint(loaded: Loaded) -> None:
    loaded.given(**BODIES)
    found = loaded.load()
    assert (found.published, len(found.relays)) == (HOUR, 3)
    assert found.uptime is not None
    assert found.bandwidth is not None
    assert found.validations is not None
    assert sorted(found.uptime) == [fingerprint(1), fingerprint(2)]
    assert sorted(found.bandwidth) == [fingerprint(2)]
    assert found.weights is not None
    assert sorted(found.weights) == [fingerprint(0), fingerprint(2)]
    assert sorted(found.validations) == [fingerprint(1)]


def test_a_document_that_is_not_there_is_none_and_not_empty(loaded: Loaded) -> None:
    loaded.given(details=network(3))
    found = loaded.load()
    assert (found.uptime, found.bandwidth, found.validations) == (None, None, None)
    assert found.weights is None
    assert {source.name: source.outcome for source in found.sources} == {
        "details": "fresh",
        "uptime": "missing",
        "bandwidth": "missing",
        "weights": "missing",
        "aroi": "missing",
    }


def test_a_document_that_nobody_wants_is_not_read(loaded: Loaded) -> None:
    loaded.given(**BODIES)
    found = loaded.load("details", "aroi")
    assert (found.uptime, found.bandwidth) == (None, None)
    assert [source.name for source in found.sources] == ["details", "aroi"]


def test_the_order_in_which_documents_are_named_means_nothing(loaded: Loaded) -> None:
    loaded.given(**BODIES)
    for names in (documents.NAMES, documents.NAMES[::-1]):
        assert [source.name for source in loaded.load(*names).sources] == list(documents.NAMES)


def test_without_details_there_is_no_snapshot(loaded: Loaded) -> None:
    loaded.given(uptime=BODIES["uptime"])
    with pytest.raises(NoDetailsError, match=r"^details: "):
        loaded.load()


def ran_from(first: str, interval: int, values: list[int | None], factor: str = BEST) -> Document:
    """Return an uptime document in which relay 0 has a history of five years."""
    found = history("uptime", 0)
    found["relays"][0]["uptime"] = {"5_years": graph(values, factor, first, interval)}
    return found


TEN_DAYS = 864_000


@pytest.mark.parametrize(
    ("first_seen", "shown"),
    [
        pytest.param("2026-01-31 15:00:00", "2022-12-24 00:00:00", id="years before"),
        pytest.param("2023-01-03 00:00:00", "2022-12-24 00:00:00", id="in an interval before"),
        pytest.param("2023-01-02 23:00:00", "2023-01-02 23:00:00", id="in the first interval"),
        pytest.param("2020-05-18 10:00:00", "2020-05-18 10:00:00", id="before the history"),
    ],
)
def test_a_relay_that_ran_before_its_details_say_so_was_seen_when_its_history_begins(
    loaded: Loaded, first_seen: str, shown: str
) -> None:
    known = ran_from("2022-12-29 00:00:00", TEN_DAYS, [999] * 100)
    loaded.given(details=network(2, relay(0, first_seen=first_seen)), uptime=known)
    found = loaded.load()
    assert found.relays[0].first_seen == shown
    corrected = {} if shown == first_seen else {fingerprint(0): first_seen}
    assert found.first_seen_in_details == corrected
    assert found.relays[1].first_seen == "2024-05-18 10:00:00"


@pytest.mark.parametrize("factor", ["0.0", BEST])
def test_a_relay_was_not_seen_in_intervals_in_which_it_did_not_run(
    loaded: Loaded, factor: str
) -> None:
    values = [None, 0, 0, *[999] * 20] if factor == BEST else [0] * 23
    known = ran_from("2022-12-29 00:00:00", TEN_DAYS, values, factor)
    loaded.given(details=network(1, relay(0, first_seen="2026-01-31 15:00:00")), uptime=known)
    shown = "2023-01-23 00:00:00" if factor == BEST else "2026-01-31 15:00:00"
    assert loaded.load().relays[0].first_seen == shown


def test_the_oldest_member_of_a_family_is_the_one_that_ran_first(loaded: Loaded) -> None:
    both = [fingerprint(0), fingerprint(1)]
    members = (
        relay(0, effective_family=both, first_seen="2026-01-31 15:00:00"),
        relay(1, effective_family=both),
    )
    loaded.given(details=network(2, *members))
    assert list(joined(loaded.load()).families) == [fingerprint(1)]
    loaded.given(uptime=ran_from("2022-12-29 00:00:00", TEN_DAYS, [999] * 100))
    assert list(joined(loaded.load()).families) == [fingerprint(0)]


def test_what_was_left_out_is_counted(loaded: Loaded) -> None:
    loaded.given(details=network(4, relay(0, running=None), relay(1, nickname="no good name")))
    found = loaded.load()
    assert (found.skipped, found.field_errors) == ({"no_running": 1}, {"nickname": 1})


def test_a_snapshot_of_an_old_document_says_so(loaded: Loaded) -> None:
    loaded.given(**BODIES)
    (loaded.folder / "details.json").unlink()
    loaded.given()
    source = loaded.load().sources[0]
    assert (source.name, source.outcome, source.records) == ("details", "last_good", 3)


@pytest.mark.skipif(not SMALL.is_dir(), reason="the recorded network is not beside the checkout")
def test_the_recorded_results_are_about_the_recorded_relays(tmp_path: Path) -> None:
    cache = SourceCache(tmp_path)
    for name in ("details", "aroi"):
        assert cache.obtain(name, Folder(str(SMALL)), offline=False).status == "fresh"
    found = snapshot_loader.load(cache, ("details", "aroi"), 7)
    assert found.validations is not None
    relays = {relay.fingerprint for relay in found.relays}
    assert len(relays & found.validations.keys()) > 700
    assert found.sources[1].published == "2026-02-15 11:05:00"


def test_a_history_document_is_reduced_once_until_it_or_the_code_changes(loaded: Loaded) -> None:
    seen = []

    def each(function: Callable[[Item], bytes], items: Sequence[Item]) -> list[bytes]:
        seen.append(len(items))
        return [function(item) for item in items]

    def reduced(code: str = "code") -> list[int]:
        seen.clear()
        snapshot_loader.reduce(loaded.cache, "uptime", code, each)
        return [*seen]

    loaded.given(**BODIES)
    assert (reduced(), reduced(), reduced("other code")) == ([3], [], [3])
    loaded.given(uptime=history("uptime", 1))
    assert reduced("other code") == [1]
    (loaded.folder / "uptime.json").unlink()
    (loaded.folder / "cache" / "uptime.json").unlink()
    loaded.given()
    assert reduced() == []
