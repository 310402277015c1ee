"""The lists of the search index that no directory has."""

from typing import Any

from allium.model.relay import Relay
from allium.views import search_data

SEEN = "2024-05-18 10:00:00"


def relay(number: int, **fields: Any) -> Relay:
    return Relay(
        fingerprint=f"{number:040X}", first_seen=SEEN, last_seen=SEEN, running=True, **fields
    )


def test_a_network_has_the_first_of_its_names_by_letter_and_is_ordered_by_number() -> None:
    relays = [
        relay(1, asn="AS100", as_name="Later"),
        relay(2, asn="AS100", as_name="Earlier"),
        relay(3, asn="AS100"),
        relay(4, asn="AS9"),
        relay(5),
    ]
    assert search_data.networks(relays) == (("AS9", ""), ("AS100", "Earlier"))


def test_small_kinds_have_key_and_label_the_newest_version_first() -> None:
    small = search_data.small(
        [
            relay(1, country="DE", country_name="Germany", version="0.4.8.21", flags=("Guard",)),
            relay(2, country="XX", version="0.4.10.1", platform="Tor 0.4.10.1 on FreeBSD"),
            relay(3, platform="nonsense"),
        ]
    )
    assert small.country == (("DE", "Germany"), ("XX", "XX"))
    assert small.version == (("0.4.10.1",), ("0.4.8.21",))
    assert small.platform == (("FreeBSD", "FreeBSD"),)
    assert small.flag == (("guard", "Guard"),)


def test_a_version_that_cannot_be_an_address_is_not_offered() -> None:
    assert search_data.small([relay(1, version="../../x"), relay(2, version="?q=1")]).version == ()
