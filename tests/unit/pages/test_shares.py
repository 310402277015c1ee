from allium.pages.parts.page_base import Share
from allium.pages.parts.shares import countries, networks, shares
from tests.support.relays import relay


def said(rows: tuple[Share, ...]) -> list[tuple[str, str, str, int | None]]:
    return [(row.name.text, row.count, row.share, row.level) for row in rows]


def test_what_is_left_of_a_long_list_is_one_row() -> None:
    relays = [
        relay(number, country=f"A{chr(65 + number)}", consensus_weight=100 - number)
        for number in range(11)
    ]
    found = said(shares(relays, lambda one: one.country))
    assert found[0] == ("AA", "1", "9.57%", 2)
    assert found[-1] == ("3 others", "3", "26.12%", 6)
    assert len(found) == 9


def test_one_that_is_left_is_one_other() -> None:
    relays = [relay(number, country=f"A{chr(65 + number)}") for number in range(9)]
    assert said(shares(relays, lambda one: one.country))[-1] == ("1 other", "1", "no weight", 0)


def test_what_is_not_known_is_no_other() -> None:
    relays = [relay(number, country=f"A{chr(65 + number)}") for number in range(10)]
    relays.append(relay(10, country=None))
    assert said(shares(relays, lambda one: one.country))[-1][:2] == ("2 others and unknown", "3")
    known = [relay(number, country=f"A{chr(65 + number)}") for number in range(8)]
    alone = said(shares([*known, relay(8, country=None)], lambda one: one.country))
    assert alone[-1][:2] == ("unknown", "1")


def test_only_running_relays_count_and_what_is_not_known_is_named() -> None:
    relays = [
        relay(0, consensus_weight=3),
        relay(1, country="DE", consensus_weight=1),
        relay(2, country="FR", consensus_weight=9, running=False),
    ]
    found = said(shares(relays, lambda one: one.country))
    assert found == [("unknown", "1", "75.00%", 15), ("DE", "1", "25.00%", 5)]


def test_countries_and_networks_are_told_by_name() -> None:
    relays = [
        relay(0, country="DE", country_name="Germany", asn="AS7", as_name="Seven"),
        relay(1, country="DE", country_name="Deutschland", asn="AS7"),
        relay(2, country="XX", asn="AS9", as_name="N" * 40),
    ]
    assert [row[0] for row in said(countries(relays))] == ["Deutschland (DE)", "XX"]
    assert [row[0] for row in said(networks(relays))] == ["AS7 Seven", f"AS9 {'N' * 31}…"]
    assert countries(relays)[0].name.path == "country/DE/"
