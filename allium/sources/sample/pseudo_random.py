"""Chance that always falls the same way: every draw is a function of what it is drawn for."""

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")


def number(*what: object) -> int:
    """Return 64 bits that depend on `what` alone."""
    text = "\x1f".join(map(str, what)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def digits(length: int, *what: object) -> str:
    """Return `length` (at most 128) upper-case hexadecimal digits."""
    text = "\x1f".join(map(str, what)).encode()
    return blake2b(text, digest_size=length // 2).hexdigest().upper()


class Draws:
    """A row of draws; `random()` is the one method of `Random` whose row never changes."""

    def __init__(self, *what: object) -> None:
        self._row = Random(number(*what))  # noqa: S311  a synthetic network has no secrets

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to and without `limit`."""
        return int(self._row.random() * limit)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` up to and with `high`."""
        return low + self.below(high - low + 1)

    def hits(self, share: float) -> bool:
        """Return true in this share of draws."""
        return self._row.random() < share

    def one_of(self, items: Sequence[T]) -> T:
        """Return one of the items, the first ones much more often: a heavy tail."""
        return items[int(self._row.random() ** 3 * len(items))]

    def heavy(self, low: int, high: int) -> int:
        """Return a number between, mostly a small one, spread evenly over the magnitudes."""
        return int(low * (high / low) ** self._row.random())
