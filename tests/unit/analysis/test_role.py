import pytest

from allium.analysis.relay.role import ROLES, network_position, role
from tests.support.tables import facts

FLAGS = """
    L1 | Fast, Running | middle
    L2 | Guard, Stable | guard
    L3 | Exit, Guard | exit
    L4 | Exit | exit
    L5 | BadExit, Exit | middle
    L6 | BadExit, Exit, Guard | guard
    L7 | MiddleOnly, BadExit | middle
    L8 | Authority, V2Dir | middle
    L9 | (none) | middle
"""
POSITIONS = """
    P1 | 10 | 0 | 0 | Guards only
    P2 | 0 | 10 | 0 | Middles only
    P3 | 0 | 0 | 10 | Exits only
    P4 | 7 | 3 | 0 | Mostly guards
    P5 | 6 | 4 | 0 | Mixed
    P6 | 3 | 2 | 5 | Guards and exits
    P7 | 3 | 4 | 3 | Guards and exits
    P8 | 2 | 6 | 2 | Mixed
    P9 | 1 | 8 | 1 | Mostly middles
    P10 | 0 | 9 | 1 | Mostly middles
    P11 | 6 | 0 | 4 | Guards and exits
    P12 | 5 | 0 | 5 | Guards and exits
    P13 | 1 | 0 | 0 | Guards only
    P14 | 3 | 3 | 4 | Guards and exits
    P15 | 0 | 0 | 0 | No running relays
    P16 | 21 | 58 | 21 | Guards and exits
    P18 | 1 | 4 | 5 | Many exits
    P17 | 3 | 1 | 5 | Mostly exits
"""


@pytest.mark.parametrize(("flags", "expected"), facts(FLAGS))
def test_a_relay_has_one_role(flags: str, expected: str) -> None:
    assert role(tuple(flags.split(", "))) == expected


def test_the_roles_are_three() -> None:
    assert {role(flags) for flags in ((), ("Guard",), ("Exit",))} == set(ROLES)


@pytest.mark.parametrize(("guards", "middles", "exits", "label"), facts(POSITIONS))
def test_a_group_has_one_position(guards: str, middles: str, exits: str, label: str) -> None:
    assert network_position(int(guards), int(middles), int(exits)) == label
