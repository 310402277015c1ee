from allium.analysis.leaderboards import BOARDS
from allium.analysis.network import network
from allium.analysis.survey import survey
from allium.model.snapshot import Snapshot, Source
from allium.views import leaderboard
from allium.views.board_rules import RULES
from allium.views.boards import FACES, Scale, rankings
from tests.support.network import HOUR
from tests.support.relays import relay


def test_every_board_has_its_words() -> None:
    assert list(RULES) == list(FACES) == list(BOARDS)


def test_a_board_prints_the_ranks_and_values_of_the_operators_pages() -> None:
    relays = tuple(
        relay(number, contact=f"c{number}", observed_bandwidth=bandwidth)
        for number, bandwidth in enumerate((9_000_000, 5_000_000, 5_000_000, 1_000_000))
    )
    snapshot = Snapshot(
        published=HOUR, relays=relays, sources=(Source(name="details", outcome="fresh"),)
    )
    known = survey(snapshot, network(snapshot))
    scale = Scale(known.network.totals, "bits")
    own = rankings(known.boards, scale)
    for board, places in known.boards.items():
        rows = leaderboard.build(board, places, scale).rows
        for place, row in zip(places, rows, strict=True):
            said = own[place.candidate.operator.contact_id]
            assert [(row.rank, row.value)] == [
                (one.rank, one.value) for one in said if one.board == board
            ]
    ranks = [
        row.rank for row in leaderboard.build("bandwidth", known.boards["bandwidth"], scale).rows
    ]
    assert ranks == ["#1", "#2", "#2", "#4"]
