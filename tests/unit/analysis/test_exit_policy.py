import pytest

from allium.analysis.relay.exit_policy import Policies, policies
from allium.model.relay import PortSummary
from tests.support.relays import relay

ALL = PortSummary(accept=("1-65535",))
WEB = PortSummary(accept=("80", "443"))
ONE = PortSummary(accept=("20-100",))
MOST = PortSummary(reject=("25", "119"))
NOTHING = PortSummary(reject=("1-65535",))
MAIL = PortSummary(accept=("993",))


def test_exits_are_counted_by_what_they_let_pass() -> None:
    summaries = (ALL, WEB, ONE, MOST, MAIL, None)
    found = policies(
        relay(number, exit_policy_summary=summary) for number, summary in enumerate(summaries)
    )
    assert found == Policies(exits=6, unrestricted=1, web=4, both=3, other=1, unknown=1, ipv6=0)
    assert found.restricted == 4
    assert found.web + found.other + found.unknown == found.exits


@pytest.mark.parametrize(
    ("summary", "counts"),
    [(None, 0), (NOTHING, 0), (PortSummary(accept=()), 0), (WEB, 1), (MOST, 1)],
)
def test_an_exit_by_ipv6_lets_something_pass(summary: PortSummary | None, counts: int) -> None:
    assert policies([relay(0, exit_policy_v6_summary=summary)]).ipv6 == counts
