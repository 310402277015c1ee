"""The index of the search: its columns say of each relay what lists print of it."""

from base64 import b64decode, b64encode
from typing import Any

from allium.analysis.network_stats import compute_network_stats
from allium.build.shards.site_context import NetworkContext
from allium.model.relay import Relay
from allium.pages.search import search_index
from allium.pages.search.search_index import IndexColumn, SearchIndex
from tests.support.relays import joined, relay


def index(*relays: Relay) -> SearchIndex:
    whole = joined(*relays)
    context = NetworkContext(compute_network_stats(whole), "bits", ())
    return search_index.build(whole, context.rows, context.stats.slugs)


def of(column: IndexColumn) -> list[Any]:
    """Return the values of a column, row by row."""
    return [
        value if len(value) > 1 else value[0]
        for value in map(column.values.__getitem__, column.rows)
    ]


def test_a_fingerprint_is_written_as_tor_writes_it() -> None:
    found = index(relay(fingerprint="5F8E5695539E9EC46ECF90EFFCD9AEB8EA925282"), relay(1))
    whole = found.fingerprints
    assert len(whole) == 2 * 27
    decoded = {b64decode(f"{whole[at : at + 27]}=").hex().upper() for at in (0, 27)}
    assert decoded == {"5F8E5695539E9EC46ECF90EFFCD9AEB8EA925282", f"{1:040X}"}
    assert "X45WlVOensRuz5Dv/NmuuOqSUoI" in whole


def test_rows_stand_by_contact_and_every_contact_says_how_many_are_its_own() -> None:
    found = index(
        relay(1, nickname="b1", contact="b", or_addresses=("192.0.2.2:1",)),
        relay(2, nickname="a", contact="a"),
        relay(3, nickname="b0", contact="b", or_addresses=("192.0.2.1:1",)),
        relay(4, nickname="nobody"),
    )
    assert found.nicknames == ("nobody", "a", "b0", "b1")
    assert found.contacts.texts == ("", "a", "b")
    assert found.contacts.relays == (1, 1, 2)


def test_a_contact_has_the_domain_of_its_claim_and_the_id_of_the_operators_page() -> None:
    claim = "url:https://tor.example.org proof:uri-rsa ciissversion:2"
    found = index(relay(1, contact=claim), relay(2, contact=f"{claim} other"))
    # printf 'aroi_domain:tor.example.org' | md5sum
    identity = bytes.fromhex("7fede09f03aef89d928c4cf9fd2b7afd")
    assert found.contacts.domains == ("tor.example.org",) * 2
    assert found.contacts.ids == b64encode(identity).decode().rstrip("=") * 2


def test_a_long_contact_is_cut_and_its_white_space_is_single() -> None:
    found = index(relay(1, contact="a \n b " + "x" * 1_000))
    (words,) = found.contacts.texts
    assert words.startswith("a b xxx")
    assert len(words) == search_index.CONTACT_LENGTH


def test_addresses_and_host_names_are_separated_by_spaces() -> None:
    found = index(
        relay(
            or_addresses=("192.0.2.7:9001", "[2001:db8::7]:9001"),
            exit_addresses=("192.0.2.7", "198.51.100.9"),
            verified_host_names=("a.example",),
            unverified_host_names=("b.example", "a.example"),
        )
    )
    assert found.addresses == ("192.0.2.7 2001:db8::7 198.51.100.9",)
    assert found.hosts == ("a.example b.example",)


def test_the_groups_of_a_relay_are_named_as_their_pages_are() -> None:
    found = index(
        relay(
            country="DE",
            country_name="Germany",
            asn="AS64500",
            as_name="Example",
            version="0.4.8.21",
            version_status="obsolete",
            recommended_version=False,
            platform="Tor 0.4.8.21 on FreeBSD",
            flags=("BadExit", "Exit", "Fast", "V2Dir", "Valid", "Running"),
            family_ids=("k" * 43,),
        ),
        relay(1, version="../../x"),
    )
    assert sorted(of(found.countries)) == [("", ""), ("DE", "Germany")]
    assert sorted(of(found.networks)) == [("", ""), ("AS64500", "Example")]
    assert sorted(of(found.versions)) == [
        ("", "", "", ""),
        ("0.4.8.21", "obsolete", "false", "crit"),
    ]
    assert sorted(of(found.platforms)) == [("", "Unknown"), ("FreeBSD", "FreeBSD")]
    assert ("BadExit Exit Fast V2Dir Valid Running", "BadExit", "Exit") in of(found.flags)
    assert sorted(of(found.keys)) == ["", "k" * 43]
    assert set(of(found.first_seen)) == {"2024-05-18"}
    assert found.day == "2026-02-15"


def test_a_relay_that_is_down_has_the_day_when_it_was_last_seen_and_no_weight() -> None:
    found = index(
        relay(1, consensus_weight=1),
        relay(2, consensus_weight=99_999),
        relay(
            3,
            consensus_weight=5_000,
            running=False,
            last_seen="2026-02-14 03:00:00",
            flags=("Running",),
        ),
    )
    assert found.weights.values == (("100.00%",), ("<0.01%",), ("",))
    assert of(found.weights) == ["<0.01%", "100.00%", ""]
    assert of(found.down) == ["", "", "2026-02-14"]
    assert of(found.flags)[2][:2] == ("", "")


def test_the_family_of_a_relay_is_the_row_of_its_oldest_member() -> None:
    key = ("k" * 43,)
    found = index(
        relay(1, contact="z", family_ids=key, first_seen="2020-01-01 00:00:00"),
        relay(2, contact="a", family_ids=key),
        relay(3, contact="b"),
    )
    assert found.families == (2, search_index.NO_FAMILY, 2)
