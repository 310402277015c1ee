from allium.analysis.totals import TotalsPart, totals
from tests.support.relays import relay


def test_a_group_is_the_sum_of_its_running_relays_each_in_one_role() -> None:
    relays = [
        relay(1, flags=("Exit", "Guard"), observed_bandwidth=1_000, consensus_weight=7),
        relay(2, flags=("Guard",), observed_bandwidth=200, consensus_weight=5, measured=True),
        relay(3, flags=(), observed_bandwidth=None, consensus_weight=None, measured=False),
        relay(4, flags=("Guard",), observed_bandwidth=30, consensus_weight=3, running=False),
    ]
    group = totals(relays)
    assert (group.relays, group.running, group.bandwidth, group.weight) == (4, 3, 1_200, 12)
    assert group.parts == {
        "exit": TotalsPart(relays=1, bandwidth=1_000, weight=7),
        "guard": TotalsPart(relays=1, bandwidth=200, weight=5),
        "middle": TotalsPart(relays=1, bandwidth=0, weight=0),
    }
    assert (group.measured, group.measured_known) == (1, 2)


def test_an_empty_group_has_zeros() -> None:
    group = totals([])
    assert (group.relays, group.running, group.bandwidth, group.weight) == (0, 0, 0, 0)
