"""The search page: ways to everything by the beginning of its name."""

from allium.pages.search import search_start


def test_what_begins_with_neither_letter_nor_digit_comes_last() -> None:
    view = search_start.build(
        {"fp": ["0A"], "nick": ["ab"], "op": "0_a", "v4": ["9", "10"], "v6": []}
    )
    assert [link.text for link in view.operators] == ["0", "a", "other"]
    assert [link.text for link in view.ipv4] == ["9", "10"]
    assert [link.path is None for link in view.fingerprints[9:12]] == [True, False, True]
