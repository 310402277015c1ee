import pytest

from allium.analysis.history_stats import compute_history_stats
from allium.analysis.leaderboards import BOARDS, ROWS, BoardPlace, diversity, veteran
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.model.relay import Relay
from allium.model.snapshot import Snapshot, Source
from tests.support.network import HOUR
from tests.support.relays import relay
from tests.support.tables import facts

DIVERSITIES = """
    G1 | 4 | 6 | 2 | 16.4
    G2 | 1 | 0 | 0 | 3.0
    G3 | 1 | 5 | 1 | 6.0
"""
VETERANS = """
    G5 | 1000 | 1 | 1000
    G6 | 1000 | 9 | 1000
    G7 | 1000 | 10 | 1050
    G8 | 1000 | 20 | 1100
    G9 | 1000 | 50 | 1150
    G10 | 1000 | 100 | 1200
    G11 | 1000 | 200 | 1250
    G12 | 1000 | 299 | 1250
    G13 | 1000 | 300 | 1300
    G14 | 333 | 12 | 349.65
"""


@pytest.mark.parametrize(("countries", "rare", "platforms", "score"), facts(DIVERSITIES))
def test_diversity_counts_countries_rare_networks_and_platforms(
    countries: str, rare: str, platforms: str, score: str
) -> None:
    assert diversity(int(countries), int(rare), int(platforms)) == float(score)


@pytest.mark.parametrize(("days", "relays", "score"), facts(VETERANS))
def test_the_days_of_many_relays_count_more(days: str, relays: str, score: str) -> None:
    assert veteran(int(days), int(relays)) == float(score)


def ranking(*relays: Relay, sources: tuple[str, ...] = ()) -> dict[str, list[BoardPlace]]:
    """Return all boards of a network of these relays."""
    known = tuple(Source(name=name, outcome="fresh") for name in ("details", *sources))
    snapshot = Snapshot(published=HOUR, relays=relays, sources=known)
    return compute_history_stats(snapshot, compute_network_stats(network(snapshot))).boards


def placed(places: list[BoardPlace]) -> list[tuple[int, str | None]]:
    return [(place.rank, place.candidate.operator.contact) for place in places]


def test_equal_metrics_share_a_rank_and_the_next_one_is_left_out() -> None:
    bandwidths = {"a": 9, "b": 5, "c": 5, "d": 1, "e": 0}
    relays = [
        relay(number, contact=name, observed_bandwidth=bandwidth)
        for number, (name, bandwidth) in enumerate(bandwidths.items())
    ]
    places = placed(ranking(*relays)["bandwidth"])
    assert [rank for rank, _ in places] == [1, 2, 2, 4]
    assert places[0] == (1, "a")
    assert {name for _, name in places[1:3]} == {"b", "c"}


def test_equal_operators_are_ordered_by_contact_id() -> None:
    relays = [relay(number, contact=f"c{number}", observed_bandwidth=1) for number in range(9)]
    places = ranking(*relays)["bandwidth"]
    ids = [place.candidate.operator.contact_id for place in places]
    assert ids == sorted(ids)


def test_relays_without_contact_and_those_that_are_down_are_on_no_board() -> None:
    relays = [
        relay(0, observed_bandwidth=9),
        relay(1, contact="down", observed_bandwidth=9, running=False),
        relay(2, contact="up", observed_bandwidth=1),
    ]
    assert placed(ranking(*relays)["bandwidth"]) == [(1, "up")]


def test_a_board_has_twenty_five_rows() -> None:
    relays = [relay(number, contact=f"c{number}", observed_bandwidth=9) for number in range(30)]
    assert len(ranking(*relays)["bandwidth"]) == ROWS == 25


def test_a_board_whose_document_is_missing_is_absent() -> None:
    one = relay(contact="one", observed_bandwidth=1)
    assert set(ranking(one)) == {
        name for name, board in BOARDS.items() if board.source == "details"
    }
    assert {"reliability", "total-data", "validated-relays"} <= set(
        ranking(one, sources=("uptime", "bandwidth", "aroi"))
    )


@pytest.mark.parametrize(("relays", "listed"), [(25, 0), (26, 1)])
def test_the_board_of_recommended_versions_asks_for_more_than_25_relays(
    relays: int, listed: int
) -> None:
    found = ranking(*(relay(n, contact="c", recommended_version=True) for n in range(relays)))
    assert len(found["recommended-versions"]) == listed


def test_of_equal_shares_of_recommended_versions_more_relays_lead() -> None:
    few = [relay(n, contact="few", recommended_version=True) for n in range(30)]
    many = [relay(n, contact="many", recommended_version=True) for n in range(30, 70)]
    assert placed(ranking(*few, *many)["recommended-versions"]) == [(1, "many"), (1, "few")]


BOARD_VALUES: dict[str, tuple[dict[str, object], int]] = {
    "exit-relays": ({"flags": ("Exit", "Running")}, 1),
    "guard-relays": ({"flags": ("Guard",)}, 1),
    "exit-weight": ({"flags": ("Exit",), "consensus_weight": 7}, 7),
    "guard-weight": ({"flags": ("Guard",), "consensus_weight": 7}, 7),
    "consensus-weight": ({"consensus_weight": 7}, 7),
    "non-linux": ({"platform": "Tor 0.4.8.21 on FreeBSD"}, 1),
    "outside-eu": ({"country": "US"}, 1),
    "rare-countries": ({"country": "DE"}, 1),
    "ipv4-addresses": ({"or_addresses": ("192.0.2.1:9001", "192.0.2.1:9002")}, 1),
    "ipv6-addresses": ({"or_addresses": ("[2001:db8::1]:9001", "[2001:DB8:0::1]:1")}, 1),
}


@pytest.mark.parametrize("name", BOARD_VALUES)
def test_a_board_counts_what_its_rule_says(name: str) -> None:
    fields, metric = BOARD_VALUES[name]
    [place] = ranking(relay(contact="c", **fields))[name]
    assert BOARDS[name].metric(place.candidate) == metric


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("exit-relays", {"flags": ("Exit", "BadExit")}),
        ("non-linux", {"platform": "Tor 0.4.8.21 on Linux"}),
        ("non-linux", {}),
        ("outside-eu", {"country": "DE"}),
        ("outside-eu", {}),
        ("diversity", {"country": "DE"}),
        pytest.param("diversity", {"country": "DE", "running": False}, id="G4"),
    ],
)
def test_a_board_leaves_out_what_its_rule_excludes(name: str, fields: dict[str, object]) -> None:
    assert ranking(relay(contact="c", **fields))[name] == []


def test_points_of_all_boards_add_up_and_only_their_first_rows_count() -> None:
    relays = (
        relay(0, contact="a", observed_bandwidth=9, consensus_weight=1, flags=("Exit",)),
        relay(1, contact="b", observed_bandwidth=5, consensus_weight=3),
        *(relay(n, contact=f"c{n}", observed_bandwidth=1) for n in range(2, 40)),
    )
    found = ranking(*relays)
    ranks = {
        place.candidate.operator.contact: place.candidate.ranks for place in found["all-round"]
    }
    # a is first by bandwidth, exit weight and exit relays, second by weight; all are veterans alike
    assert [sorted(ranks[name]) for name in "ab"] == [[1, 1, 1, 1, 2], [1, 1, 2]]
    first, second = found["all-round"][:2]
    points = [BOARDS["all-round"].metric(place.candidate) for place in (first, second)]
    assert points == [4 * 25 + 24, 2 * 25 + 24]
    assert (first.candidate.operator.contact, second.candidate.operator.contact) == ("a", "b")
