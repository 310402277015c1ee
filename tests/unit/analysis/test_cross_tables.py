"""Cross tables: counts worked out by hand, and the queries that find the same relays."""

from allium.analysis.cross_tables import cross_table
from allium.pages import cross_page
from tests.support.relays import joined, relay

RELAYS = (
    relay(1, version="0.4.8.1", platform="Tor 0.4.8.1 on Linux", flags=("Exit",)),
    relay(2, version="0.4.8.1", platform="Tor 0.4.8.1 on FreeBSD", flags=("Exit", "Guard")),
    relay(3, version="0.4.9.1", platform="Tor 0.4.9.1 on Linux"),
    relay(4, version="0.4.9.1", running=False, flags=("Exit",)),
)


def test_running_relays_are_counted_by_pairs() -> None:
    table = cross_table(RELAYS, lambda one: (one.version or "",), lambda one: one.flags, (2, 2))
    assert table.rows == ("0.4.8.1", "0.4.9.1")
    assert table.columns == ("Exit", "Guard")
    assert table.totals == {"0.4.8.1": 2, "0.4.9.1": 1}
    assert table.counts == {
        ("0.4.8.1", "Exit"): 2,
        ("0.4.8.1", "Guard"): 1,
        ("0.4.9.1", "Exit"): 0,
        ("0.4.9.1", "Guard"): 0,
    }


def test_only_the_most_frequent_values_are_shown() -> None:
    table = cross_table(RELAYS, lambda one: (one.nickname,), lambda one: one.flags, (1, 1))
    assert (table.rows, table.columns) == (("relay1",), ("Exit",))


def test_what_has_no_column_is_counted_so_that_rows_add_up() -> None:
    many = [relay(n, asn="AS7", country=f"A{chr(65 + n)}") for n in range(cross_page.COLUMNS + 2)]
    networks = cross_page.build(joined(*many, relay(99, asn="AS7"))).tables[3]
    assert networks.columns[-1] == "Other"
    (row,) = networks.rows
    assert [cell.count for cell in row.cells] == ["11", *["1"] * cross_page.COLUMNS, "3"]
    assert (row.name.text, row.name.path, row.cells[-1].query) == ("AS7", "as/AS7/", None)
    assert networks.caption.endswith("; the most frequent first")
    more = [relay(n, version=f"0.4.8.{n}") for n in range(cross_page.ROWS + 1)]
    versions = cross_page.build(joined(*more)).tables[0]
    assert "; the 20 most frequent of 21. A relay may have both" in versions.caption
    assert "Other" not in versions.columns


def test_a_number_leads_to_the_search_for_its_relays_and_none_to_nothing() -> None:
    versions = cross_page.build(joined(*RELAYS)).tables[0]
    assert versions.columns == ("All", "Exit", "Guard")
    all_, exits, _ = versions.rows[0].cells
    assert (all_.count, exits.count) == ("2", "2")
    assert exits.query == "version:0.4.8.1 flag:exit running:true"
    assert versions.rows[1].cells[1].query is None
