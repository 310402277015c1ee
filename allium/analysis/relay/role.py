"""The one position that a relay is counted in, and what a group of relays is mostly for."""

from functools import lru_cache
from typing import Final, Literal, TypeAlias

Role: TypeAlias = Literal["guard", "middle", "exit"]

ROLES: Final[tuple[Role, ...]] = ("guard", "middle", "exit")
"""In print order; the three are exclusive and sum to the total."""


@lru_cache(maxsize=4096)
def role(flags: tuple[str, ...]) -> Role:
    """Return the exclusive role that a relay's flags give it; a bad exit is no exit."""
    if "Exit" in flags and "BadExit" not in flags:
        return "exit"
    return "guard" if "Guard" in flags else "middle"


def network_position(guards: int, middles: int, exits: int) -> str:
    """Return a word or two for what a group of running relays does in the network."""
    total = guards + middles + exits
    if total == 0:
        return "No running relays"
    for count, label in ((guards, "Guards only"), (middles, "Middles only"), (exits, "Exits only")):
        if count == total:
            return label
    if guards * 10 > total * 6:
        return "Mostly guards"
    if exits * 2 > total:
        return "Mostly exits"
    if middles * 10 > total * 6:
        return "Mostly middles"
    if min(guards, exits) * 10 > total * 2:
        return "Guards and exits"
    return "Many exits" if exits * 10 > total * 4 else "Mixed"
