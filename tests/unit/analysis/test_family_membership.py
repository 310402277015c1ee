"""What the members of a family say of each other."""

from typing import Any

from allium.analysis.family.family_membership import (
    Declaration,
    Unreturned,
    declaration,
    unreturned,
)
from allium.model.relay import Relay
from tests.support.network import fingerprint
from tests.support.relays import relay

A, B, C, STRANGER = (fingerprint(number) for number in (0, 1, 2, 9))
KEY = "k" * 43

LISTED = {"both": 0, "family key": 0, "MyFamily": 3, "none": 0}
KEYED = {"both": 0, "family key": 3, "MyFamily": 0, "none": 0}


def one(number: int, *names: str, **fields: Any) -> Relay:
    return relay(number, effective_family=(fingerprint(number), *names), **fields)


def declared(*relays: Relay) -> Declaration:
    return declaration(relays, {relay.fingerprint for relay in relays})


def test_a_family_is_complete_when_each_lists_each_other() -> None:
    assert declared(one(0, B, C), one(1, A, C), one(2, A, B)) == Declaration((), 0, 0, LISTED)
    assert declared(one(0, B), one(1, A)).complete


def test_two_that_are_joined_by_a_third_only_make_a_family_incomplete() -> None:
    found = declared(one(0, B), one(1, A, C), one(2, B))
    assert (found.complete, found.partly) == (False, 2)


def test_a_shared_key_stands_for_listing() -> None:
    found = declared(one(0, B, family_ids=(KEY,)), one(1, A), one(2, family_ids=(KEY,)))
    assert (found.partly, found.supports) == (
        2, {"both": 1, "family key": 1, "MyFamily": 1, "none": 0}
    )  # fmt: skip
    keyed = [one(number, family_ids=(KEY,)) for number in range(3)]
    assert declared(*keyed) == Declaration((), 0, 0, KEYED)


def test_a_listing_without_answer_is_named_and_one_of_a_stranger_is_counted() -> None:
    found = declared(
        one(0, B, alleged_family=(C, STRANGER)), one(1, A, alleged_family=(C,)), one(2)
    )
    assert found.alleged == ((A, C), (B, C))
    assert found.strangers == 1


def test_a_listed_relay_that_left_the_network_is_not_one_that_does_not_list_back() -> None:
    own = relay(0, alleged_family=(B, STRANGER))
    assert unreturned(own, {A: (), B: ()}) == Unreturned(one_sided=(B,), gone=(STRANGER,))


def test_a_shared_family_key_makes_listing_back_needless() -> None:
    own = relay(0, alleged_family=(B, C), family_ids=(KEY,))
    assert unreturned(own, {A: (KEY,), B: (KEY,), C: ("j" * 43,)}) == Unreturned(one_sided=(C,))
