from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.family.family_sets import families, family_of
from allium.model.relay import Relay


def relay(name: str, *listed: str, keys: tuple[str, ...] = (), first_seen: str = "2024") -> Relay:
    return Relay(
        fingerprint=name,
        first_seen=first_seen,
        last_seen="2026",
        running=True,
        effective_family=listed,
        family_ids=keys,
    )


def test_relays_that_list_each_other_are_a_family() -> None:
    assert families([relay("A", "A", "B"), relay("B", "B", "A")]) == {"A": ("A", "B")}


def test_a_one_sided_listing_is_no_family() -> None:
    assert families([relay("A", "A", "B"), relay("B", "B")]) == {}


def test_a_shared_key_makes_a_family_without_any_listing() -> None:
    assert families([relay("A", keys=("k",)), relay("B", keys=("k",))]) == {"A": ("A", "B")}


def test_listing_and_keys_join_into_one_family() -> None:
    relays = [relay("A", "A", "B"), relay("B", "A", "B", keys=("k",)), relay("C", keys=("k",))]
    assert families(relays) == {"A": ("A", "B", "C")}


def test_a_family_is_named_after_its_oldest_member() -> None:
    relays = [relay("A", "A", "B"), relay("B", "A", "B", first_seen="2019")]
    assert family_of(families(relays)) == {"A": "B", "B": "B"}


def test_a_listed_relay_that_is_not_there_joins_nobody() -> None:
    assert families([relay("A", "A", "X"), relay("B", "B", "X")]) == {}


def test_two_followers_of_equal_lists_join_their_leaders() -> None:
    relays = [
        relay("A", "A", "B", "D"),
        relay("B", "A", "B", "D"),
        relay("C", "B", "C", "D"),
        relay("D", "B", "C", "D"),
    ]
    assert families(relays) == {"A": ("A", "B", "C", "D")}


@given(st.lists(st.sets(st.integers(0, 9)), min_size=10, max_size=10))
def test_families_are_what_a_plain_search_finds(lists: list[set[int]]) -> None:
    relays = [relay(str(n), *(str(m) for m in listed)) for n, listed in enumerate(lists)]
    mutual = {(one, other) for one in range(10) for other in lists[one] if one in lists[other]}
    reached = {start: _reached(start, mutual) for start in range(10)}
    expected = {tuple(sorted(map(str, group))) for group in reached.values() if len(group) > 1}
    assert set(families(relays).values()) == expected


def _reached(start: int, edges: set[tuple[int, int]]) -> set[int]:
    found = {start}
    while more := {other for one, other in edges if one in found} - found:
        found |= more
    return found
