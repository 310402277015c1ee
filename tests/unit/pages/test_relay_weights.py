"""The averages of a relay's weight in each period."""

from allium.model.history import WHOLE, Mean, Weights
from allium.pages.relay.relay_weights import PastChances, past_weights


def test_averages_are_shares_of_the_whole_with_two_decimals() -> None:
    history = Weights(
        share=(Mean(2 * WHOLE // 1000, 2), Mean()),
        guard=(Mean(0, 3), Mean()),
        middle=(Mean(WHOLE // 3, 4), Mean(WHOLE // 100_000, 1)),
    )
    assert past_weights(history).averages == (
        PastChances(period="6 months", share="0.10%", guard="0%", middle="8.33%", exit=None),
        PastChances(period="5 years", share=None, guard=None, middle="<0.01%", exit=None),
    )


def test_a_relay_without_any_history_of_weight_has_no_average() -> None:
    found = past_weights(Weights())
    assert (found.figures, found.averages) == ((None, None), ())
