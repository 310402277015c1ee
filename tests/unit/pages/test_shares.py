from allium.pages.parts.page_base import Share
from allium.pages.parts.shares import countries, networks, shares
from tests.support.relays import relay


def said(rows: tuple[Share, ...]) -> list[tuple[str, str | None, str, int | None]]:
    return [(row.name.text, row.count, row.share, row.level) for row in rows]


def test_what_is_left_of_a_long_list_is_one_row() -> None:
    relays = [
        relay(number, country=f"A{chr(65 + number)}", consensus_weight=100 - number)
        for number in range(11)
    ]
    found = said(shares(relays, lambda one: one.country))
    assert found[0] == ("AA", "1", "9.57%", 50)
    assert found[-1] == ("3 others", "3", "26.12%", None)
    assert len(found) == 9


def test_one_that_is_left_is_one_other() -> None:
    relays = [relay(number, country=f"A{chr(65 + number)}") for number in range(9)]
    assert said(shares(relays, lambda one: one.country))[-1] == ("1 other", "1", "No weight", None)


def test_what_is_not_known_is_no_other() -> None:
    relays = [relay(number, country=f"A{chr(65 + number)}") for number in range(10)]
    relays.append(relay(10, country=None))
    assert said(shares(relays, lambda one: one.country))[-1][:2] == ("2 others, and unknown", "3")
    known = [relay(number, country=f"A{chr(65 + number)}") for number in range(8)]
    alone = said(shares([*known, relay(8, country=None)], lambda one: one.country))
    assert alone[-1][:2] == ("Unknown", "1")


def test_only_running_relays_count_and_what_is_not_known_is_named() -> None:
    relays = [
        relay(0, consensus_weight=3),
        relay(1, country="DE", consensus_weight=1),
        relay(2, country="FR", consensus_weight=9, running=False),
    ]
    found = said(shares(relays, lambda one: one.country))
    assert found == [("Unknown", "1", "75.00%", 50), ("DE", "1", "25.00%", 17)]


def test_countries_have_short_names_and_networks_their_number_as_remark() -> None:
    relays = [
        relay(0, country="US", country_name="United States of America", asn="AS7", as_name="Seven"),
        relay(1, country="US", country_name="Deutschland", asn="AS7"),
        relay(2, country="ZQ", asn="AS9", as_name="N" * 40),
        relay(3, country="ZQ", asn="AS8"),
    ]
    assert [row[0] for row in said(countries(relays))] == ["United States", "ZQ"]
    assert [(row.name.text, row.remark) for row in networks(relays)] == [
        ("Seven", "AS7"),
        ("AS8", None),
        ("N" * 40, "AS9"),
    ]
    assert countries(relays)[0].name.path == "country/US/"
