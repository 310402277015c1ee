from allium.analysis.health.software import software
from allium.analysis.operator.composition import composition_of
from tests.support.relays import relay

RELAYS = (
    relay(0, version="0.4.8.21", version_status="recommended", recommended_version=True,
          platform="Tor 0.4.8.21 on Linux"),
    relay(1, version="0.4.10.1-alpha", version_status="experimental", recommended_version=True,
          platform="Tor 0.4.10.1-alpha on FreeBSD"),
    relay(2, version="0.4.8.9", version_status="obsolete", recommended_version=False,
          platform="Tor 0.4.8.9 on Linux"),
    relay(3, version="0.4.9.1", version_status="recommended", running=False),
    relay(4),
    relay(5, version="homebrew", version_status="odd"),
)  # fmt: skip


def test_running_relays_are_counted_by_status_series_and_platform() -> None:
    found = software(RELAYS, [composition_of(RELAYS[:2]), composition_of(RELAYS[2:])])
    assert (found.versions, found.recommended, found.judged) == (4, 2, 3)
    assert list(found.statuses.items()) == [
        ("recommended", 1),
        ("experimental", 1),
        ("obsolete", 1),
        ("odd", 1),
        ("unknown", 1),
    ]
    assert list(found.series.items()) == [("0.4.10", 1), ("0.4.8", 2), ("homebrew", 1)]
    assert list(found.platforms.items()) == [("Linux", 2), ("FreeBSD", 1)]
