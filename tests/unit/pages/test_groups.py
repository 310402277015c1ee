"""The pages of groups and families, against figures worked out by hand."""

from typing import Any

import pytest

from allium.analysis.network_stats import compute_network_stats
from allium.analysis.relay_groups import groups
from allium.model.relay import Relay
from allium.pages.family.family_page import Family
from allium.pages.group import group_page
from allium.pages.group.group_context import GroupContext
from allium.pages.parts import count_charts, operator_links, relay_rows
from tests.support.network import fingerprint
from tests.support.relays import joined, relay


def group_context(*relays: Relay) -> tuple[GroupContext, dict[str, Any]]:
    whole = joined(*relays)
    names = {name: operator_links.link(one) for name, one in whole.operators.items()}
    table = {
        one.relay.fingerprint: relay_rows.relay_row(
            one, names[one.contact_id], whole.totals.weight, "bits"
        )
        for one in whole.members
    }
    return GroupContext(stats=compute_network_stats(whole), operators=names, units="bits"), table


def printed(kind: str, name: str, *relays: Relay) -> list[Any]:
    context, table = group_context(*relays)
    found = groups(context.stats.network.members, context.stats.slugs)
    wanted = next(one for one in found if (one.kind, one.id) == (kind, name))
    return list(group_page.views(wanted, context, table, "bits"))


SOME = (
    relay(0, asn="AS7", as_name="Seven", consensus_weight=30, contact="a", flags=("Exit",),
          or_addresses=("192.0.2.1:1", "[2001:db8::1]:1"), observed_bandwidth=1_250_000,
          measured=True, version="0.4.8.1", country="DE", first_seen="2022-01-01 00:00:00"),
    relay(1, asn="AS7", as_name="Seven", consensus_weight=10, contact="b", flags=("Guard",),
          measured=False, country="DE", first_seen="2024-01-01 00:00:00"),
    relay(2, asn="AS7", as_name="Seven", contact="b", running=False),
    relay(3, asn="AS9", consensus_weight=60, flags=("Exit",), country="FR"),
)  # fmt: skip


def test_a_network_in_figures() -> None:
    (view,) = printed("as", "AS7", *SOME)
    assert view.head.title == "AS7 Seven"
    assert keys(view) == [
        "Network (autonomous system)",
        "2 running relays (of 3)",
        "Germany",
        "2 operators",
    ]
    assert [(tile.label, tile.value, tile.remark) for tile in view.tiles] == [
        ("Relays running", "2", "of 3"),
        ("Consensus weight", "40.00%", "of the network"),
        ("Guard weight", "100.00%", "1 non-exit guard, 0\u00a0bit/s"),
        ("Middle weight", "None", "no middles"),
        ("Exit weight", "33.33%", "1 exit, 10.0\u00a0Mbit/s"),
        ("Observed bandwidth", "10.0\u00a0Mbit/s", "sum over running relays"),
    ]
    assert [tile.level for tile in view.tiles] == [33, *[None] * 5]
    assert view.badge.text == "Unique in Tor"
    assert facts(view) == {
        "Position": ("Guards and exits", None),
        "Measured": ("1 of 2", None),
        "With IPv6": ("1 of 2", None),
        "Rarity": ("Unique", "(small by weight, at most ten operators)"),
    }
    drawn = [(part.name.text, part.value, part.level) for part in view.made_of.roles]
    assert drawn == [("Guards", "1", 25), ("Exits", "1", 25)]
    assert view.outside == "https://bgp.tools/as/7"
    assert [table.id for table in view.tables] == ["operators", "versions"]
    assert [row.share for row in view.tables[0].rows] == ["75.00%", "25.00%"]


def keys(view: Any) -> list[str]:
    return [
        " ".join(filter(None, (key.words, *(one.text for one in key.links)))) for key in view.keys
    ]


def facts(view: Any) -> dict[str, tuple[str, str | None]]:
    return {fact.name: (fact.value.text, fact.remark) for fact in view.made_of.facts}


def test_a_country_tells_whether_it_is_in_the_eu_and_draws_its_years() -> None:
    (view,) = printed("country", "DE", *SOME)
    assert facts(view)["EU member"] == ("Yes", None)
    assert facts(view)["Network"] == ("Seven", None)
    assert facts(view)["Networks"] == ("1", None)
    assert view.years is None
    first = ("2022-01-01 00:00:00", "2024-01-01 00:00:00")
    many = [relay(n, country="DE", first_seen=first[n % 2]) for n in range(group_page.DRAWN)]
    (view,) = printed("country", "DE", *many)
    assert [(bar.label, bar.value) for bar in view.years.bars] == [
        ("2022", "5"),
        ("2023", "0"),
        ("2024", "5"),
    ]


@pytest.mark.parametrize(("code", "place"), [("EU", "Europe"), ("A1", "Anonymous proxy")])
def test_a_code_that_stands_for_no_country_is_not_said_to_be_one(code: str, place: str) -> None:
    one = relay(0, country=code, country_name="European Union", contact="a")
    (view,) = printed("country", code, one, relay(1, country="DE"))
    assert (view.head.title, view.badge) == (f"{place} ({code})", None)
    assert keys(view)[0] == "Not a country"
    assert not {"EU member", "Rarity"} & {*facts(view)}
    assert "does not know the country" in view.words[0]
    context, _ = group_context(one)
    assert context.stats.rare_countries == {}


def test_relays_are_drawn_by_the_status_of_their_version() -> None:
    statuses = ("obsolete", "unrecommended", "new in series", "recommended", None)
    (view,) = printed(
        "country",
        "DE",
        *(relay(n, country="DE", version_status=one) for n, one in enumerate(statuses)),
    )
    assert {part.name.text: (part.value, part.colour) for part in view.made_of.versions} == {
        "Recommended": ("1", "k2"),
        "Obsolete": ("1", "k7"),
        "Not recommended": ("1", "k3"),
        "New in series": ("1", "k1"),
        "Unknown": ("1", "k0"),
    }


def test_a_version_that_is_not_recommended_leads_to_the_newest_that_is() -> None:
    versions = ("0.4.9.4-rc", "0.4.8.9", "0.4.8.21")
    relays = [relay(n, version=one, recommended_version=True) for n, one in enumerate(versions)]
    old = relay(9, version="0.4.7.1", version_status="obsolete", recommended_version=False)
    (view,) = printed("version", "0.4.7.1", *relays, old)
    assert "Newest recommended version: 0.4.8.21" in keys(view)
    (view,) = printed("version", "0.4.8.9", *relays, old)
    assert not [key for key in keys(view) if "Newest" in key]
    (view,) = printed("version", "0.4.7.1", old)
    assert not [key for key in keys(view) if "Newest" in key]


def test_a_version_names_its_operators_only_while_it_is_not_recommended() -> None:
    def known(status: str, *, recommended: bool) -> tuple[str, str, bool]:
        one = relay(0, version="0.4.8.1", recommended_version=recommended, version_status=status,
                    contact="a")  # fmt: skip
        (view,) = printed("version", "0.4.8.1", one)
        return view.badge.text, view.verdict.colour, "Operator" in facts(view)

    assert known("recommended", recommended=True) == ("Recommended", "good", False)
    assert known("obsolete", recommended=False) == ("Obsolete", "crit", True)


def test_a_status_that_is_not_known_is_no_badge_and_the_verdict_is_what_is_advised() -> None:
    def verdict(*advice: bool | None) -> str | None:
        relays = (
            relay(n, version="0.4.8.1", recommended_version=one) for n, one in enumerate(advice)
        )
        (view,) = printed("version", "0.4.8.1", *relays)
        assert view.badge is None
        return None if view.verdict is None else str(view.verdict.colour)

    assert [verdict(True, True, False), verdict(False), verdict(None)] == ["good", "warn", None]


def test_a_first_day_has_no_tiles_and_names_its_largest_operator() -> None:
    (view,) = printed("first_seen", "2024-01-01", *SOME)
    assert (view.tiles, view.made_of, view.years) == ((), None, None)
    assert keys(view) == ["1 running relay", "Largest operator: b", "1 operator"]


def test_a_table_says_how_many_relays_it_has_and_of_several_pages_which_rows() -> None:
    end = "The flags Fast, Valid and V2Dir are not listed unless missing."
    order = "by consensus weight; relays that are down are marked and come last"
    assert relay_rows.caption(1, 1) == f"1 relay. {end}"
    assert relay_rows.caption(1, 12) == f"12 relays, {order}. {end}"
    assert relay_rows.caption(2, 380) == f"Rows 201\u2013380 of 380, {order}. {end}"


def test_a_long_group_goes_on_and_a_flag_of_everybody_does_not() -> None:
    many = [relay(number, flags=("Fast", "Running")) for number in range(relay_rows.PAGE_ROWS + 1)]
    first, second = printed("flag", "fast", *many)
    assert (first.cut, len(first.table.rows), len(second.table.rows)) == (
        False,
        relay_rows.PAGE_ROWS,
        1,
    )
    assert [link.path for link in second.pages.links] == ["flag/fast/", "flag/fast/", None]
    (only,) = printed("flag", "running", *many)
    assert (only.cut, only.pages, len(only.table.rows)) == (True, None, relay_rows.PAGE_ROWS)


def test_of_many_pages_the_first_the_last_and_those_around_are_linked() -> None:
    found = relay_rows.contents(7, 12 * relay_rows.PAGE_ROWS, str)
    assert found is not None
    numbers = ["1", "…", "5", "6", "7", "8", "9", "…", "12"]
    assert [link.text for link in found.links] == ["Previous", *numbers, "Next"]
    assert [link.path for link in found.links[4:7]] == ["6", None, "8"]
    assert (found.links[0].path, found.links[-1].path) == ("6", "8")
    assert relay_rows.contents(1, relay_rows.PAGE_ROWS, str) is None


def test_years_end_with_the_last_one_and_are_twenty_at_most() -> None:
    found = count_charts.years({2000: 1, 2020: 2, 2024: 4, 2025: 1}, "Years")
    assert found is not None
    assert (found.bars[0].label, found.bars[-1].label, len(found.bars)) == ("2006", "2025", 20)
    assert count_charts.years({2024: 1, 2025: 1}, "Years") is None
    assert count_charts.years({}, "Years") is None


def family(*relays: Relay) -> Any:
    context, table = group_context(*relays)
    known = {one.relay.fingerprint: one for one in context.stats.network.members}
    ((name, members),) = context.stats.network.families.items()
    found = Family(name, [known[one] for one in members], context)
    return next(found.views(known, table, "bits"))


def kin(number: int, *names: int, **fields: Any) -> Relay:
    return relay(number, effective_family=tuple(map(fingerprint, names)), **fields)


def test_a_family_is_called_by_its_operator_its_common_letters_or_its_oldest_member() -> None:
    def title(*fields: dict[str, Any]) -> str:
        found: str = family(*(kin(n, 0, 1, **one) for n, one in enumerate(fields))).title
        return found

    assert title({"contact": "Anna"}, {"contact": "Anna"}) == "Family of Anna"
    assert title({"nickname": "amber1"}, {"nickname": "amber2"}) == "Family of amber"
    older = {"nickname": "old", "first_seen": "2020-01-01 00:00:00"}
    assert title({"nickname": "new"}, older) == "Family of old"


def test_a_family_says_what_is_declared_and_whether_it_could_be_at_both_ends() -> None:
    view = family(
        kin(0, 0, 1, flags=("Guard",)),
        kin(1, 0, 1, 2, flags=("Exit",)),
        kin(2, 1, 2, alleged_family=(fingerprint(0),)),
    )
    assert (view.crosses, view.declared.complete, view.verdict.colour) == (True, False, "warn")
    assert view.verdict.text == (
        "The family is incomplete: 2 of 3 members are connected to some of the others only through"
        " a third relay."
    )
    assert [(one.text, other.text) for one, other in view.declared.lines] == [
        ("relay2 00000000", "relay0 00000000")
    ]


def test_the_twin_of_a_family_counts_one_sided_listings_and_does_not_repeat_them() -> None:
    view = family(
        kin(0, 0, 1, 2, alleged_family=(fingerprint(1), fingerprint(2))),
        kin(1, 0, 1, 2, alleged_family=(fingerprint(2),)),
        kin(2, 0, 1, 2),
    )
    assert view.raw.alleged == {fingerprint(0): 2, fingerprint(1): 1}
