from allium.analysis.history_stats import compute_history_stats
from allium.analysis.leaderboards import BOARDS
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.model.history import Bandwidth, Rates, Uptime
from allium.model.snapshot import Snapshot, Source
from allium.pages.boards import board_page
from allium.pages.boards.board_rules import RULES
from allium.pages.boards.board_titles import BOARD_TITLES, PrintContext, rankings
from allium.pages.boards.boards_overview import THEMES, lengths
from tests.support.histories import reduced
from tests.support.network import HOUR, fingerprint
from tests.support.relays import relay


def test_every_board_has_its_words() -> None:
    assert list(RULES) == list(BOARD_TITLES) == list(BOARDS)
    assert all(len(rule.short.split()) <= 8 for rule in RULES.values())


def test_every_board_is_in_one_theme() -> None:
    assert sorted(board for theme in THEMES for board in theme.boards) == sorted(BOARDS)


def test_bars_are_relative_to_the_first_and_there_are_none_where_all_are_near_the_top() -> None:
    relays = tuple(
        relay(number, contact=f"c{number}", observed_bandwidth=bandwidth)
        for number, bandwidth in enumerate((8_000_000, 4_000_000, 1))
    )
    snapshot = Snapshot(
        published=HOUR, relays=relays, sources=(Source(name="details", outcome="fresh"),)
    )
    known = compute_history_stats(snapshot, compute_network_stats(network(snapshot)))
    assert lengths("bandwidth", known.boards["bandwidth"]) == [50, 25, 1]
    assert lengths("veterans", known.boards["veterans"]) == [None, None, None]


def test_the_board_of_veterans_shows_what_it_ranks_by() -> None:
    first = ("2016-02-15 00:00:00", "2015-03-16 00:00:00")
    many = tuple(relay(n, contact="many", first_seen=first[0]) for n in range(20))
    relays = (*many, relay(20, contact="one", first_seen=first[1]))
    snapshot = Snapshot(
        published=HOUR, relays=relays, sources=(Source(name="details", outcome="fresh"),)
    )
    known = compute_history_stats(snapshot, compute_network_stats(network(snapshot)))
    context = PrintContext(known.network.totals, "bits")
    board = board_page.build("veterans", known.boards["veterans"], context)
    # 3653 days times 1.1 are 11.00 years of 365.25 days, 3989 days are 10.92
    assert [(row.operator.text, row.own) for row in board.rows] == [
        ("many", "11.00 (factor 1.10)"),
        ("one", "10.92 (factor 1.00)"),
    ]


def test_a_board_prints_the_ranks_and_values_of_the_operators_pages() -> None:
    relays = tuple(
        relay(number, contact=f"c{number}", observed_bandwidth=bandwidth)
        for number, bandwidth in enumerate((9_000_000, 5_000_000, 5_000_000, 1_000_000))
    )
    snapshot = Snapshot(
        published=HOUR, relays=relays, sources=(Source(name="details", outcome="fresh"),)
    )
    known = compute_history_stats(snapshot, compute_network_stats(network(snapshot)))
    context = PrintContext(known.network.totals, "bits")
    own = rankings(known.boards, context)
    for board, places in known.boards.items():
        rows = board_page.build(board, places, context).rows
        for place, row in zip(places, rows, strict=True):
            said = own[place.candidate.operator.contact_id]
            assert [(row.rank, row.value)] == [
                (one.rank, one.value) for one in said if one.board == board
            ]
    ranks = [
        row.rank for row in board_page.build("bandwidth", known.boards["bandwidth"], context).rows
    ]
    assert ranks == ["1", "2", "2", "4"]


def test_a_board_has_a_column_of_its_own() -> None:
    ran = {fingerprint(n): Uptime(running={"6_months": reduced([999] * 30)}) for n in range(27)}
    carried = {name: _carried() for name in ran}
    countries = ("US", "CH", "DE")
    relays = tuple(
        relay(n, contact="c", country=countries[n % 3], observed_bandwidth=1) for n in range(30)
    )
    snapshot = Snapshot(
        published=HOUR,
        relays=relays,
        uptime=ran,
        bandwidth=carried,
        sources=tuple(Source(name=n, outcome="fresh") for n in ("details", "uptime", "bandwidth")),
    )
    known = compute_history_stats(snapshot, compute_network_stats(network(snapshot)))
    context = PrintContext(known.network.totals, "bits")
    own = {
        board: row.own
        for board, places in known.boards.items()
        for row in board_page.build(board, places, context).rows
    }
    assert own["outside-eu"] == "CH US"
    assert own["reliability"] == own["throughput"] == "27"
    assert own["total-data"] == "Up to 6 months"
    assert "reliability-5-years" not in own


def test_a_board_says_what_its_operators_have_together() -> None:
    relays = (
        relay(0, contact="a", observed_bandwidth=1_250_000, consensus_weight=30, flags=("Exit",)),
        relay(1, contact="a", observed_bandwidth=2_500_000, consensus_weight=20),
        relay(2, observed_bandwidth=9_000_000, consensus_weight=150),
    )
    snapshot = Snapshot(
        published=HOUR, relays=relays, sources=(Source(name="details", outcome="fresh"),)
    )
    known = compute_history_stats(snapshot, compute_network_stats(network(snapshot)))
    context = PrintContext(known.network.totals, "bits")
    page = board_page.build("exit-weight", known.boards["exit-weight"], context)
    # 1.25 + 2.5 MB/s; 50 of 200
    assert page.together == (
        "Together they have 2 running relays, 25.00% of consensus weight and 30.0\u00a0Mbit/s of"
        " observed bandwidth."
    )
    assert [(row.relays, row.own) for row in page.rows] == [("2", "10.0\u00a0Mbit/s")]
    silent = PrintContext(known.network.totals, "bits", frozenset({"observed_bandwidth"}))
    page = board_page.build("exit-weight", known.boards["exit-weight"], silent)
    assert page.together == "Together they have 2 running relays and 25.00% of consensus weight."
    assert page.rows[0].own == "Unknown"


def _carried() -> Bandwidth:
    rates = Rates(
        total=300, length=30, unknown=(), first=20_000, interval=86_400, numerator=1, decimals=0
    )
    return Bandwidth(read={"6_months": rates})
