"""The lists of a relay's family, each distinct one understood once."""

import re

from allium.model.relay import Fingerprint

_FINGERPRINT = re.compile(r"[0-9A-F]{40}")


class _Names(dict[str, Fingerprint | None]):
    """The fingerprint behind each entry of a family list; `None` behind what is none.

    One copy of each serves all lists: they name a few thousand relays a million times.
    """

    def __missing__(self, listed: str) -> Fingerprint | None:
        name = listed.removeprefix("$").upper()
        found = self.setdefault(name, name) if _FINGERPRINT.fullmatch(name) else None
        self[listed] = found
        return found


class FamilyLists(dict[tuple[str, ...], tuple[tuple[Fingerprint, ...], bool]]):
    """The members behind each family list, in order, and whether all its entries name one.

    Relays of one operator have lists of many hundred entries that are the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self._names = _Names()
        self._lists: dict[tuple[Fingerprint, ...], tuple[Fingerprint, ...]] = {}

    def __missing__(self, listed: tuple[str, ...]) -> tuple[tuple[Fingerprint, ...], bool]:
        """Understand a list that no relay before this one had."""
        found = set(map(self._names.__getitem__, listed))
        members = tuple(sorted(filter(None, found)))
        self[listed] = known = self._lists.setdefault(members, members), None not in found
        return known
