import pytest

from allium.analysis.relay.exit_policy import policies, rejects_addresses
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
    counts = found.exits, found.unrestricted, found.web, found.both, found.other, found.unknown
    assert (*counts, found.ipv6, found.addresses) == (6, 1, 4, 3, 1, 1, 0, 0)
    assert found.restricted == 4
    assert found.web + found.other + found.unknown == found.exits


@pytest.mark.parametrize(
    ("summary", "counts"),
    [(None, 0), (NOTHING, 0), (PortSummary(accept=()), 0), (WEB, 1), (MOST, 1)],
)
def test_an_exit_by_ipv6_lets_something_pass(summary: PortSummary | None, counts: int) -> None:
    assert policies([relay(0, exit_policy_v6_summary=summary)]).ipv6 == counts


def test_a_port_is_open_at_the_exits_whose_summary_lets_it_pass() -> None:
    summaries = (ALL, WEB, MOST, MAIL, None)
    found = policies(
        relay(number, flags=("Exit",), exit_policy_summary=summary, consensus_weight=10**number)
        for number, summary in enumerate(summaries)
    )
    open_to = {port: (sums.exits, sums.weight) for port, sums in found.ports.items()}
    # by number: all ports, 80 and 443, all but 25 and 119, 993
    assert (open_to[25], open_to[443], open_to[993]) == ((1, 1), (3, 111), (3, 1101))


PRIVATE = ("reject 0.0.0.0/8:*", "reject 10.0.0.0/8:*")
OWN = ("reject 192.0.2.1:*", "reject 192.0.2.9:*")


@pytest.mark.parametrize(
    ("policy", "rejects"),
    [
        ((*PRIVATE, "reject *:25", "accept *:*"), False),
        ((*PRIVATE, *OWN, "accept *:*"), False),
        ((*PRIVATE, *OWN, "reject 203.0.113.0/24:*", "accept *:*"), True),
        (("accept 203.0.113.0/24:*", "reject *:*"), False),
        ((), False),
    ],
)
def test_an_exit_rejects_addresses_when_they_are_public_and_not_its_own(
    policy: tuple[str, ...], rejects: bool
) -> None:
    exit_relay = relay(
        0, or_addresses=("192.0.2.1:9001",), exit_addresses=("192.0.2.9",), exit_policy=policy
    )
    assert rejects_addresses(exit_relay) is rejects
