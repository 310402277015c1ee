"""The page on risks, against figures worked out by hand from one small network."""

from allium.analysis.history_stats import compute_history_stats
from allium.model.relay import Relay
from allium.model.snapshot import Snapshot
from allium.pages.risks import risks_page
from allium.pages.risks.risks_page import RisksPage
from tests.support.network import HOUR
from tests.support.relays import relay
from tests.unit.pages.test_groups import group_context


def printed(*relays: Relay) -> RisksPage:
    context, _ = group_context(*relays)
    snapshot = Snapshot(published=HOUR, relays=relays)
    return risks_page.build(compute_history_stats(snapshot, context.stats))


def test_all_shares_of_an_operator_are_of_the_whole_network() -> None:
    view = printed(
        relay(0, contact="a", consensus_weight=30, flags=("Exit",)),
        relay(1, contact="b", consensus_weight=20, flags=("Guard",)),
        relay(2, consensus_weight=50, flags=("Exit",)),
    )
    tiles = {tile.label: (tile.value, tile.remark) for tile in view.tiles}
    # 30 of 100, and of the 80 of all exits; nobody is known to run the other exit
    assert tiles["Largest operator"] == ("30.00%", "of consensus weight")
    assert view.tops[0].values == ("30.00%", "100.00%", "37.50%")
    assert view.tops[1].values == ("50.00%", "100.00%", "37.50%")
    assert view.operators[0].values == ("30.00%", "0%", "37.50%")
