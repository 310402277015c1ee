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
    labels = (
        (guards == total, "Guards only"),
        (middles == total, "Middles only"),
        (exits == total, "Exits only"),
        (guards * 10 > total * 6, "Mostly guards"),
        (exits * 2 > total, "Mostly exits"),
        (middles * 10 > total * 6, "Mostly middles"),
        (min(guards, exits) * 10 > total * 2, "Guards and exits"),
        (exits * 10 > total * 4, "Many exits"),
    )
    return next((label for holds, label in labels if holds), "Mixed")
