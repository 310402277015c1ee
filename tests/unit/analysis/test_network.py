"""Relays, and who answers for them."""

from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.aroi.aroi_claim import NO_CONTACT
from allium.analysis.relay.role import ROLES
from tests.support.relays import joined, relay

contacts = st.none() | st.sampled_from(
    [
        "",
        " ",
        "somebody",
        "url:example.org proof:uri-rsa ciissversion:2",
        "url:https://EXAMPLE.org/ proof:uri-rsa ciissversion:2",
        "\x00<b>",
    ]
)


@given(st.lists(st.tuples(contacts, st.booleans(), st.integers(0, 100)), max_size=20))
def test_each_relay_belongs_to_exactly_one_contact(
    drawn: list[tuple[str | None, bool, int]],
) -> None:
    relays = [
        relay(number, contact=contact, running=running, consensus_weight=weight)
        for number, (contact, running, weight) in enumerate(drawn)
    ]
    network = joined(*relays)
    owned = [
        member.relay.fingerprint
        for operator in network.operators.values()
        for member in operator.members
    ]
    assert sorted(owned) == sorted(one.fingerprint for one in relays)
    parts = [
        operator.totals.parts[role] for operator in network.operators.values() for role in ROLES
    ]
    assert sum(part.relays for part in parts) == network.totals.running
    assert sum(part.weight for part in parts) == network.totals.weight


def test_one_domain_is_one_operator_however_it_is_written() -> None:
    one = relay(0, contact="url:example.org proof:uri-rsa ciissversion:2")
    other = relay(1, contact="mail:x url:https://EXAMPLE.org/ proof:uri-rsa ciissversion:2")
    [operator] = joined(one, other).operators.values()
    assert (operator.claim.domain, len(operator.members)) == ("example.org", 2)


def test_relays_without_contact_are_not_one_operator() -> None:
    network = joined(relay(0, contact=None), relay(1, contact=None))
    assert not network.operators[NO_CONTACT].is_one
