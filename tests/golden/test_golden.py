"""A tiny network and every page that it gives, byte for byte.

After a change of pages that is meant: `pytest tests/golden --update-golden`, then read the diff.
"""

import shutil
from pathlib import Path

import pytest

from tests.support.network import details, fingerprint, relay, validations
from tests.support.nine_votes import CLAIMS, NAMES, SCANNERS
from tests.support.project import Project, tree
from tests.support.votes import THRESHOLDS, consensus, entry, lay_out, vote

EXPECTED = Path(__file__).parent / "site"
CONTACT = "Amber <amber AT example dot org> url:https://www.amber.example.org proof:uri-rsa ciissversion:2"
SKIPPED = {"manifest.json"}

NETWORK = details(
    relay(
        1,
        nickname="amberguard",
        contact=CONTACT,
        flags=["Fast", "Guard", "HSDir", "Running", "Stable", "V2Dir", "Valid"],
        consensus_weight=36049,
        guard_probability=0.4,
        middle_probability=0.1,
        exit_probability=0.0,
        or_addresses=["192.0.2.1:9001", "[2001:db8::1]:9001"],
        verified_host_names=["guard.amber.example.org"],
        effective_family=[fingerprint(1), fingerprint(2)],
    ),
    relay(
        2,
        nickname="amberexit",
        contact=CONTACT,
        flags=["Exit", "Fast", "Running", "Valid"],
        exit_policy=["accept *:80", "accept *:443", "reject *:*"],
        exit_policy_summary={"accept": ["80", "443"]},
        effective_family=[fingerprint(1), fingerprint(2)],
        country="nl",
        country_name="Netherlands",
        version="0.4.7.16",
        version_status="obsolete",
        recommended_version=False,
    ),
    relay(
        3,
        nickname="gone",
        contact="Jürgen <b>Groß</b> & Söhne",
        running=False,
        last_seen="2026-02-14 03:00:00",
        alleged_family=[fingerprint(1)],
        bandwidth_rate=75000,
        country=None,
        country_name=None,
    ),
    relay(4, nickname="nobody", contact=None, hibernating=True, advertised_bandwidth=0),
)
RESULTS = validations(
    {
        "fingerprint": fingerprint(1),
        "valid": True,
        "proof_type": "uri-rsa",
        "domain": "amber.example.org",
        "error": None,
    },
    {
        "fingerprint": fingerprint(2),
        "valid": False,
        "proof_type": "uri-rsa",
        "domain": "amber.example.org",
        "error": "Fingerprint not found in proof file",
    },
)


GUARD = "Fast Guard HSDir Running Stable V2Dir Valid"
EXIT = "Exit Fast Running Valid"


def _vote(name: str) -> bytes:
    """Return the vote of an authority; four of nine list the relay that is gone."""
    measured = (" Measured=36000", " Measured=4000") if name in SCANNERS else ("", "")
    held = GUARD if name != "moria1" else GUARD.replace("Guard ", "")
    said = [
        entry(1, held, f"Bandwidth=10000{measured[0]}", ipv6=name != "dizum"),
        entry(2, EXIT, f"Bandwidth=9000{measured[1]}", "wfu=0.960000 tk=500000 mtbf=200000"),
        entry(3, "Valid", "Bandwidth=70", "wfu=0.812345 tk=250000 mtbf=90000"),
    ]
    rules = THRESHOLDS if name in SCANNERS else CLAIMS
    return vote(name, said if name in NAMES[:4] else said[:2], thresholds=rules)


VOTES = {name: _vote(name) for name in NAMES}
AGREED = ((1, GUARD, "Bandwidth=36000"), (2, EXIT, "Bandwidth=4000"))


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, bytes]:
    project = Project(tmp_path_factory.mktemp("golden"))
    project.given(NETWORK, latest=RESULTS)
    lay_out(project.source, VOTES, agreed=consensus(VOTES, AGREED, "params use-family-ids=1"))
    built = project.build("base_url=https://tor.example.net", "votes=true")
    assert built.status == 0, built.stderr
    found = {
        name: body
        for name, body in project.tree().items()
        if name not in SKIPPED and not name.startswith("static/")
    }
    if request.config.getoption("--update-golden"):
        shutil.rmtree(EXPECTED, ignore_errors=True)
        for name, body in found.items():
            (EXPECTED / name).parent.mkdir(parents=True, exist_ok=True)
            (EXPECTED / name).write_bytes(body)
    return found


def test_the_tiny_network_gives_these_pages(site: dict[str, bytes]) -> None:
    assert sorted(site) == sorted(tree(EXPECTED))


@pytest.mark.parametrize("name", sorted(tree(EXPECTED)) if EXPECTED.is_dir() else [])
def test_a_page_is_as_it_was(site: dict[str, bytes], name: str) -> None:
    assert site[name].decode() == (EXPECTED / name).read_text(encoding="utf-8")
