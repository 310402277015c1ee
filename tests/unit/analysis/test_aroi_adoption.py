"""Who takes part in a network and what they prove, against figures worked out by hand."""

from allium.analysis.aroi.aroi_adoption import aroi_adoption
from allium.analysis.network import network
from allium.model.snapshot import Snapshot, Validation
from tests.support.network import HOUR, fingerprint
from tests.support.relays import relay

AROI = "url:{}.example.org proof:{} ciissversion:2"
AMBER, JADE = AROI.format("amber", "uri-rsa"), AROI.format("jade", "dns-rsa")

RELAYS = (
    relay(0, contact=AMBER),
    relay(1, contact=AMBER),
    relay(2, contact=AMBER, running=False),
    relay(3, contact=JADE),
    relay(4, contact="somebody"),
    relay(5, contact="url:example.org"),
    relay(6),
    relay(7),
)
RESULTS = {
    fingerprint(0): Validation(True, "amber.example.org", "uri-rsa"),
    fingerprint(1): Validation(False, "amber.example.org", "uri-rsa", "Fingerprint not found"),
    fingerprint(2): Validation(False, "amber.example.org", "uri-rsa", "Fingerprint not found"),
    fingerprint(3): Validation(False, "jade.example.org", "dns-rsa", "NXDOMAIN"),
}


def test_operators_and_relays_are_counted_by_what_they_claim_and_prove() -> None:
    found = aroi_adoption(network(Snapshot(published=HOUR, relays=RELAYS, validations=RESULTS)))
    assert (found.operators, found.claiming, found.complete, found.without_contact) == (4, 2, 4, 2)
    assert found.states == {
        "partially_validated": 1,
        "misconfigured": 1,
        "incomplete": 1,
        "not_configured": 1,
    }
    assert sum(found.states.values()) == found.operators
    assert found.statuses == {
        "validated": 1,
        "unauthorized": 2,
        "misconfigured": 1,
        "not_checked": 0,
        "incomplete": 1,
        "not_configured": 1,
        "no_contact": 2,
    }
    assert sum(found.statuses.values()) == len(RELAYS)
    assert found.proofs == {"dns-rsa": (0, 1), "uri-rsa": (1, 3)}
    assert list(found.problems.items()) == [("uri_not_listed", 2), ("dns_nxdomain", 1)]
    assert found.gaps == {"missing_two": 1}
