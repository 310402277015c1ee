"""The lists and their orders, against figures worked out by hand."""

from typing import Any

import pytest

from allium.analysis.history_stats import compute_history_stats
from allium.analysis.listing_entries import placed
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.build.shards.list_files import list_files
from allium.build.shards.site_context import HistoryContext, NetworkContext
from allium.model.history import Bandwidth, Rates, Uptime
from allium.model.relay import Relay
from allium.model.snapshot import Snapshot, Source
from allium.pages.lists.list_columns import COLUMNS
from allium.pages.lists.list_orders import ORDERS
from allium.pages.parts import relay_rows
from tests.support.histories import reduced
from tests.support.network import HOUR, fingerprint
from tests.support.relays import relay

SOURCES = ("details", "uptime", "bandwidth", "aroi")


def pages(*relays: Relay, sources: tuple[str, ...] = SOURCES, **histories: Any) -> dict[str, Any]:
    """Return the views of all lists of a network by the names of their pages."""
    snapshot = Snapshot(
        published=HOUR,
        relays=relays,
        sources=tuple(Source(name=name, outcome="fresh") for name in sources),
        **histories,
    )
    members = network(snapshot)
    groups = NetworkContext(compute_network_stats(members), "bits", ("twins",))
    made = list_files(HistoryContext(groups, (), compute_history_stats(snapshot, groups.stats)))
    return {one.pages[0].id: one.value for one in made}


def cells(view: Any) -> list[list[str]]:
    return [
        [one.name.text, *(cell if isinstance(cell, str) else cell.text for cell in one.cells)]
        for one in view.tables.entries.rows
    ]


def ranked(view: Any) -> list[tuple[str, str, Any]]:
    """Return rank, name and value of each row; a time as it is printed."""
    table = view.tables.relays or view.tables.entries
    names = [getattr(one, "relay", None) or one.name for one in table.rows]
    return [
        (place.rank, name.text, getattr(place.value, "text", place.value))
        for place, name in zip(table.places, names, strict=True)
    ]


KIN = tuple(map(fingerprint, (0, 1)))
SOME = (
    relay(0, contact="anna", asn="AS7", as_name="Seven", country="DE", country_name="Germany",
          flags=("Exit",), consensus_weight=30, observed_bandwidth=1_250_000, version="0.4.9.1",
          platform="Tor 0.4.9.1 on Linux", first_seen="2022-01-01 00:00:00", effective_family=KIN),
    relay(1, contact="anna", asn="AS9", country="FR", flags=("Guard",), consensus_weight=10,
          observed_bandwidth=125_000, version="0.4.8.10", platform="Tor 0.4.8.10 on Linux",
          first_seen="2020-01-01 00:00:00", effective_family=KIN),
    relay(2, contact="bert", asn="AS7", as_name="Seven", country="DE", consensus_weight=60,
          version="0.4.8.9", version_status="obsolete", platform="Tor 0.4.8.9 on FreeBSD"),
    relay(3, contact="carl", asn="AS7", country="DE", running=False),
    relay(4, consensus_weight=0),
)  # fmt: skip


def test_there_are_seven_lists_and_fifty_eight_orders() -> None:
    assert {*ORDERS} == {*COLUMNS, "relays"}
    assert [len(orders) for orders in ORDERS.values()] == [9, 12, 8, 8, 9, 6, 6]


def test_operators_are_listed_by_weight_and_nobody_is_none_of_them() -> None:
    view = pages(*SOME)["operators"]
    assert cells(view) == [
        ["bert", "60.00%", "No domain", "1", "0", "0", "0%", "0\u00a0bit/s", "1", "1", "2024-05-18"],
        ["anna", "40.00%", "No domain", "2", "1", "1", "100.00%", "11.0\u00a0Mbit/s", "2", "2", "2020-01-01"],
        ["carl", "0%", "No domain", "0", "0", "0", "0%", "0\u00a0bit/s", "0", "0", "2024-05-18"],
    ]  # fmt: skip
    assert view.tables.entries.caption == (
        "Rows 1\u20133 of 3, by consensus weight. Only running relays are counted; guards are those"
        " that are not exits."
    )
    assert view.words.endswith("The list has 3 operators, 2 with running relays.")


def test_every_other_list_has_its_columns() -> None:
    found = pages(*SOME)
    assert cells(found["families"]) == [
        ["relay1", "40.00%", "anna", "2", "1", "1", "11.0\u00a0Mbit/s", "2", "2", "Yes", "2020-01-01"]
    ]  # fmt: skip
    assert cells(found["networks"]) == [
        ["AS7", "90.00%", "Seven", "DE", "2", "0", "1", "100.00%", "10.0\u00a0Mbit/s", "2", "1"],
        ["AS9", "10.00%", "Unknown", "FR", "1", "1", "0", "0%", "1.00\u00a0Mbit/s", "1", "1"],
    ]  # fmt: skip
    assert cells(found["countries"])[0] == [
        "Germany", "90.00%", "2", "0", "1", "100.00%", "10.0\u00a0Mbit/s", "1", "2"
    ]  # fmt: skip
    assert cells(found["platforms"]) == [
        ["FreeBSD", "60.00%", "1", "0", "0", "0\u00a0bit/s", "1"],
        ["Linux", "40.00%", "2", "1", "1", "11.0\u00a0Mbit/s", "1"],
    ]
    assert [[one[0], *one[2:4]] for one in cells(found["versions"])] == [
        ["0.4.8.9", "Obsolete", "1"],
        ["0.4.9.1", "Unknown", "1"],
        ["0.4.8.10", "Unknown", "1"],
    ]


def test_an_order_has_its_value_beside_the_name_and_not_twice() -> None:
    view = pages(*SOME)["operators-by-relays"]
    table = view.tables.entries
    assert "Relays" not in [one.label for one in table.columns]
    assert (table.ranked, cells(view)[0][:3]) == ("Relays", ["anna", "40.00%", "No domain"])
    assert ranked(view) == [("1", "anna", "2"), ("2", "bert", "1")]


def test_the_weight_of_a_role_is_printed_where_the_list_has_no_column_of_it() -> None:
    found = pages(*SOME)
    # the only exit and the only guard are of the family, and run Linux
    assert ranked(found["families-by-exit-weight"]) == [("1", "relay1", "100.00%")]
    assert ranked(found["platforms-by-guard-weight"]) == [
        ("1", "Linux", "100.00%"), ("2", "FreeBSD", "0%")
    ]  # fmt: skip


def test_the_list_of_versions_says_which_one_to_run() -> None:
    versions = ("0.4.9.4-rc", "0.4.8.9", "0.4.8.21")
    relays = [relay(n, version=one, recommended_version=True) for n, one in enumerate(versions)]
    found = pages(*relays, relay(9, version="0.4.9.9", recommended_version=False))
    run = found["versions"].run
    assert (run.text, run.path) == ("0.4.8.21", "version/0.4.8.21/")
    assert [name for name, one in found.items() if getattr(one, "run", None)] == ["versions"]
    assert pages(*SOME)["versions"].run is None


def test_a_caption_says_whether_all_are_shown() -> None:
    caption = pages(*SOME)["operators-by-relays"].tables.entries.caption
    assert caption.startswith("All 2 operators with running relays.")
    many = pages(*(relay(number, asn=f"AS{number + 1}") for number in range(101)))
    caption = many["networks-by-bandwidth"].tables.entries.caption
    assert caption.startswith("The first 100 networks with running relays.")
    assert many["networks"].words.endswith(": 101 networks.")


def test_a_bar_shows_each_value_that_decides_a_place_unless_it_is_no_quantity() -> None:
    found = pages(*SOME)
    places = found["operators-by-relays"].tables.entries.places
    assert [(one.level, one.leads) for one in places] == [(50, True), (25, True)]
    assert {one.level for one in found["operators-by-oldest"].tables.entries.places} == {None}
    many = pages(*(relay(number, observed_bandwidth=5 - number) for number in range(5)))
    places = many["relays-by-bandwidth"].tables.relays.places
    assert [one.level for one in places] == [50, 40, 30, 20, 10]
    assert [one.leads for one in places] == [True, True, True, False, False]


def test_only_the_full_list_says_what_is_in_it_and_every_other_order_leads_there() -> None:
    found = pages(*SOME)
    lists = {name: one for name, one in found.items() if name != "lists"}
    silent = {name for name, one in lists.items() if one.words is None}
    assert silent == {name for name in lists if "-by-" in name}
    for name, one in lists.items():
        present = [order.text for order in one.orders if order.path is None]
        assert len(present) == 1
        whole = one.orders[0]
        assert whole.path == (f"misc/{name.split('-by-')[0]}/" if name in silent else None)


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("relays-by-bandwidth", "Relays by observed bandwidth"),
        ("relays-by-longest-running", "Longest-running relays"),
        ("platforms-by-relays", "Operating systems by running relays"),
        ("versions-by-newest-version", "Newest Tor versions"),
    ],
)
def test_the_title_of_an_order_says_what_is_ordered_and_by_what(page: str, title: str) -> None:
    assert pages(*SOME)[page].head.title == title


def test_the_oldest_is_the_one_first_seen_first_and_versions_are_ordered_by_number() -> None:
    found = pages(*SOME)
    assert [one[:2] for one in ranked(found["relays-by-oldest"])][:2] == [
        ("1", "relay1"),
        ("2", "relay0"),
    ]
    assert [name for _, name, _ in ranked(found["versions-by-newest-version"])] == [
        "0.4.9.1",
        "0.4.8.10",
        "0.4.8.9",
    ]


def test_equal_values_share_a_place_in_the_order_of_ids_and_what_is_not_known_comes_last() -> None:
    relays = [
        relay(number, observed_bandwidth=value) for number, value in enumerate((None, 5, 5, 9, 1))
    ]
    assert ranked(pages(*relays)["relays-by-bandwidth"]) == [
        ("1", "relay3", "72\u00a0bit/s"),
        ("2", "relay1", "40\u00a0bit/s"),
        ("2", "relay2", "40\u00a0bit/s"),
        ("4", "relay4", "8\u00a0bit/s"),
        ("5", "relay0", "Not reported"),
    ]


def test_a_hundred_are_shown_and_a_long_list_goes_on() -> None:
    assert [one.rank for one in placed([(-(one // 2), one) for one in range(300)])][-2:] == [99, 99]
    found = pages(*(relay(number) for number in range(relay_rows.PAGE_ROWS + 1)))
    assert (len(found["relays"].tables.relays.rows), len(found["relays-2"].tables.relays.rows)) == (
        relay_rows.PAGE_ROWS,
        1,
    )
    assert len(found["relays-by-oldest"].tables.relays.rows) == 100
    assert found["relays-by-oldest"].tables.relays.caption == (
        "The first 100 running relays. Equal values share a place."
    )
    assert [link.path for link in found["relays-2"].pages.links] == [
        "misc/relays/",
        "misc/relays/",
        None,
    ]


def test_histories_give_orders_of_their_own() -> None:
    rates = Rates(
        total=300, length=30, unknown=(), first=20_000, interval=86_400, numerator=1, decimals=0
    )
    found = pages(
        *SOME,
        uptime={fingerprint(1): Uptime(running={"6_months": reduced([999] * 30 + [0] * 10)})},
        bandwidth={fingerprint(0): Bandwidth(read={"6_months": rates})},
    )
    assert ranked(found["operators-by-uptime-6-months"])[0] == ("1", "anna", "75.0%")
    assert ranked(found["relays-by-uptime-6-months"])[:2] == [
        ("1", "relay1", "75.0%"),
        ("2", "relay0", "Too little history"),
    ]
    assert ranked(found["networks-by-total-data"]) == [
        ("1", "AS7", "25.9\u00a0MB"),
        ("2", "AS9", "No history"),
    ]


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("uptime", "relays-by-uptime-6-months"),
        ("bandwidth", "families-by-total-data"),
        ("aroi", "operators-by-validated-relays"),
    ],
)
def test_an_order_whose_document_is_missing_is_absent_and_nobody_links_to_it(
    source: str, page: str
) -> None:
    found = pages(*SOME, sources=tuple(name for name in SOURCES if name != source))
    name, slug = page.split("-by-")
    assert (page in pages(*SOME), page in found) == (True, False)
    assert f"misc/{name}/by-{slug}/" not in {link.path for link in found[name].orders}
