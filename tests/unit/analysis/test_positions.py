import pytest

from allium.analysis.positions import ROLES, network_position, role
from tests.support.tables import rows

FLAGS = """
    Fast, Running | middle
    Guard, Stable | guard
    Exit, Guard | exit
    Exit | exit
    BadExit, Exit | middle
    BadExit, Exit, Guard | guard
    MiddleOnly, BadExit | middle
    Authority, V2Dir | middle
    (none) | middle
"""
POSITIONS = """
    10 | 0 | 0 | Guard-only
    0 | 10 | 0 | Middle-only
    0 | 0 | 10 | Exit-only
    7 | 3 | 0 | Guard-focused
    6 | 4 | 0 | Balanced
    3 | 2 | 5 | Exit-focused
    3 | 4 | 3 | Multi-role
    2 | 6 | 2 | Balanced
    1 | 8 | 1 | Middle-focused
    0 | 9 | 1 | Middle-focused
    6 | 0 | 4 | Multi-role
    5 | 0 | 5 | Exit-focused
    1 | 0 | 0 | Guard-only
    3 | 3 | 4 | Multi-role
    0 | 0 | 0 | No running relays
    21 | 58 | 21 | Multi-role
"""


@pytest.mark.parametrize(("flags", "expected"), rows(FLAGS))
def test_a_relay_has_one_role(flags: str, expected: str) -> None:
    assert role(flags.split(", ")) == expected


def test_the_roles_are_three() -> None:
    assert {role(flags) for flags in ([], ["Guard"], ["Exit"])} == set(ROLES)


@pytest.mark.parametrize(("guards", "middles", "exits", "label"), rows(POSITIONS))
def test_a_group_has_one_position(guards: str, middles: str, exits: str, label: str) -> None:
    assert network_position(int(guards), int(middles), int(exits)) == label
