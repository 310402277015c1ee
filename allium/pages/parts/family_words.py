"""How relays say which family they belong to, in words."""

from collections.abc import Iterable
from typing import Final

from allium import formatting

_SUPPORT: Final = {
    "both": "MyFamily and family key on",
    "family key": "family key on",
    "MyFamily": "MyFamily on",
    "none": "missing on",
}


def support_words(counts: Iterable[tuple[str, int]]) -> str:
    """Return on how many relays a family is declared by a key, by a list, by both, or not.

    Where the data has no such field, the name of a count says so itself.
    """
    words = ", ".join(
        f"{_SUPPORT.get(name, f'{name} on')} {formatting.number_of(count, 'relay')}"
        for name, count in counts
        if count
    )
    return formatting.capitalized(words)
