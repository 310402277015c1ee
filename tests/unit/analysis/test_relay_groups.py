"""Which relays have something in common."""

from allium.analysis.relay.platform import slugs
from allium.analysis.relay_groups import groups
from tests.support.network import fingerprint
from tests.support.relays import joined, relay


def ids(*relays: object, kind: str) -> dict[str, tuple[str | None, list[str]]]:
    found = groups(joined(*relays).members, {"Linux": "Linux"})
    return {
        one.id: (one.label, [member.relay.fingerprint for member in one.members])
        for one in found
        if one.kind == kind
    }


def test_members_stand_by_weight_and_those_that_are_down_last() -> None:
    relays = (
        relay(0, country="DE", country_name="Germany", consensus_weight=5),
        relay(1, country="DE", country_name="Germany", consensus_weight=9, running=False),
        relay(2, country="DE", country_name="Germany", consensus_weight=7),
        relay(3, country="FR"),
    )
    assert ids(*relays, kind="country") == {
        "DE": ("Germany", [fingerprint(2), fingerprint(0), fingerprint(1)]),
        "FR": (None, [fingerprint(3)]),
    }


def test_a_relay_without_network_country_platform_or_version_is_in_the_group_of_the_unknown() -> (
    None
):
    nowhere = relay(0, version="../../x", platform="?", as_name="Nobody", country_name="Nowhere")
    for kind in ("as", "country", "platform", "version"):
        assert ids(nowhere, kind=kind) == {"unknown": (None, [fingerprint(0)])}
    assert ids(nowhere, kind="flag") == {}
    assert ids(relay(0), kind="first_seen") == {"2024-05-18": (None, [fingerprint(0)])}


def test_a_network_has_the_first_of_its_names_by_letter() -> None:
    relays = relay(0, asn="AS7", as_name="Later"), relay(1, asn="AS7", as_name="Earlier")
    assert ids(*relays, kind="as")["AS7"][0] == "Earlier"


def test_a_relay_that_is_down_does_not_hold_the_flag_running() -> None:
    down = relay(0, flags=("Fast", "Running"), running=False)
    assert list(ids(down, kind="flag")) == ["fast"]


def test_a_platform_has_an_address_of_safe_letters_and_no_two_share_one() -> None:
    found = slugs(["Linux", "a.b", "a-b", "DragonFly", "Unknown", "-.x"])
    assert found == {
        "-.x": "x",
        "DragonFly": "DragonFly",
        "Linux": "Linux",
        "a-b": "a-b",
        "a.b": "a-b-2",
    }
