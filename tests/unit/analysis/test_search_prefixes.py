"""By which names relays and operators are found, and in which part."""

from typing import Any

import pytest

from allium.analysis import search_prefixes
from allium.model.relay import Relay

SEEN = "2024-05-18 10:00:00"


def relay(number: int, **fields: Any) -> Relay:
    return Relay(
        fingerprint=f"{number:040X}", first_seen=SEEN, last_seen=SEEN, running=True, **fields
    )


def test_a_fingerprint_is_in_the_part_of_its_first_two_digits() -> None:
    found = search_prefixes.by_fingerprint([relay(0xA1 << 152), relay(1, nickname="one")])
    assert found == {
        "00": (("0" * 39 + "1", "one"),),
        "A1": (("A1" + "0" * 38, "Unnamed"),),
    }


def test_a_nickname_is_found_by_two_letters_in_lower_case_and_one_letter_by_an_underscore() -> None:
    names = [relay(1, nickname="Quux"), relay(2, nickname="quA"), relay(3, nickname="Q")]
    assert {
        prefix: [row[0] for row in rows]
        for prefix, rows in search_prefixes.by_nickname(names).items()
    } == {
        "q_": ["Q"],
        "qu": ["Quux", "quA"],
    }


def test_an_address_is_listed_once_for_each_relay_wherever_it_is_announced() -> None:
    one = relay(
        1,
        or_addresses=("192.0.2.7:9001", "[2001:db8::7]:9001", "192.0.2.7:443"),
        exit_addresses=("192.0.2.7", "198.51.100.9"),
    )
    assert {
        prefix: [row[0] for row in rows] for prefix, rows in search_prefixes.by_ipv4([one]).items()
    } == {
        "192": ["192.0.2.7"],
        "198": ["198.51.100.9"],
    }
    assert [row[0] for row in search_prefixes.by_ipv6([one])["2001"]] == ["2001:db8::7"]


@pytest.mark.parametrize(("address", "prefix"), [("[64:ff9b::1]:1", "0064"), ("[::1]:1", "0000")])
def test_a_short_group_never_looks_like_the_number_of_another_address(
    address: str, prefix: str
) -> None:
    assert list(search_prefixes.by_ipv6([relay(1, or_addresses=(address, "64.0.0.1:1"))])) == [
        prefix
    ]


@pytest.mark.parametrize(
    ("domain", "contact", "keys"),
    [
        ("tor.example.org", "url:tor.example.org proof:uri-rsa", ("tor.example.org", "tor")),
        (None, "email:Jürgen Groß, at example.org", ("jürgen", "groß", "example")),
        (None, "a b cd", ("a b cd",)),
        (
            None,
            "one one two three four five six seven eight nine ten",
            tuple("one two three four five six seven eight".split()),
        ),
        (None, "x" * 25, ("x" * 24,)),
    ],
)
def test_an_operator_is_found_by_the_domain_or_by_words_of_the_contact(
    domain: str | None, contact: str, keys: tuple[str, ...]
) -> None:
    assert search_prefixes.operator_keys(domain, contact) == keys


def test_addresses_are_without_ports_in_lower_case_and_those_of_or_ports_come_first() -> None:
    one = relay(
        1,
        or_addresses=("192.0.2.7:9001", "[2001:DB8::7]:9001", "192.0.2.7:443"),
        exit_addresses=("198.51.100.9", "192.0.2.7"),
    )
    assert search_prefixes.addresses(one) == ("192.0.2.7", "2001:db8::7", "198.51.100.9")
