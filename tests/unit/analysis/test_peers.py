"""Operators of the same size, against figures worked out by hand."""

from allium.analysis.network_stats import compute_network_stats
from allium.analysis.operator.peers import Peers, SizeMedians, peers, size_medians
from allium.analysis.operator.performance import performances
from allium.model.history import Mean, Uptime
from allium.model.relay import Relay
from tests.support.network import fingerprint
from tests.support.relays import joined, relay


def found(*relays: Relay, uptime: dict[str, Uptime] | None = None) -> dict[str | None, Peers]:
    network = compute_network_stats(joined(*relays)).network
    known = peers(network, performances(network, uptime, None, {}).operators)
    return {network.operators[name].contact: one for name, one in known.items()}


def pair(number: int, bandwidth: int) -> list[Relay]:
    """Return the two running relays of one operator, and one that is down."""
    contact = f"c{number}"
    return [
        relay(3 * number, contact=contact, observed_bandwidth=bandwidth),
        relay(3 * number + 1, contact=contact, observed_bandwidth=bandwidth + 2),
        relay(3 * number + 2, contact=contact, observed_bandwidth=10**9, running=False),
    ]


def test_operators_of_one_size_are_compared_by_the_average_of_their_running_relays() -> None:
    relays = [one for number in range(10) for one in pair(number, 1_000 * (number + 1))]
    bands = [found(*relays)[f"c{number}"].bandwidth for number in (9, 8, 5, 4, 3, 2, 0)]
    # places 1, 2, 5, 6, 7, 8 and 10 of ten, each in the middle of its tenth
    assert bands == [
        "top 10%", "top 25%", "above the median", "below the median", "below the median",
        "bottom 25%", "bottom 25%",
    ]  # fmt: skip
    assert {(one.least, one.most, one.uptime) for one in found(*relays).values()} == {(2, 4, None)}


def test_a_size_begins_at_its_number_and_few_operators_are_not_compared() -> None:
    relays = [relay(number, contact="a", observed_bandwidth=5) for number in range(100)]
    relays += [relay(number, contact="b", observed_bandwidth=5) for number in range(100, 104)]
    relays += [relay(200, contact="c"), relay(201), relay(202)]
    assert found(*relays) == {
        "a": Peers(100, None, None, None),
        "b": Peers(2, 4, None, None),
    }


def test_uptime_is_compared_where_it_is_known() -> None:
    relays = [one for number in range(11) for one in pair(number, 1_000)]
    uptime = {
        fingerprint(3 * number): Uptime({"6_months": Mean((90 + number) * 10**7 * 40, 40)})
        for number in range(10)
    }
    known = found(*relays, uptime=uptime)
    assert [known[f"c{number}"].uptime for number in (9, 0, 10)] == ["top 10%", "bottom 25%", None]
    assert known["c0"].bandwidth == "top 10%"


def test_the_medians_of_a_size_are_those_of_the_averages_of_its_operators() -> None:
    relays = [one for number in range(4) for one in pair(number, 1_000 * (number + 1))]
    relays += [relay(100 + number, contact="many", observed_bandwidth=7) for number in range(100)]
    relays += [relay(300, contact="one", observed_bandwidth=10**9)]
    uptime = {
        fingerprint(3 * number): Uptime({"6_months": Mean((90 + number) * 10**7 * 40, 40)})
        for number in range(3)
    }
    network = compute_network_stats(joined(*relays)).network
    known = performances(network, uptime, None, {}).operators
    # Averages of 1001, 2001, 3001 and 4001, and uptimes of 90, 91 and 92 percent.
    assert size_medians(network, known) == (
        SizeMedians(least=2, most=4, operators=4, bandwidth=2_501, uptime=91 * 10**7),
        SizeMedians(least=100, most=None, operators=1, bandwidth=7, uptime=None),
    )
