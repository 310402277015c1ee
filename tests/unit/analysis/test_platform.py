import pytest

from allium.analysis.relay.platform import family_key_ready, platform_name, version_key
from tests.support.tables import facts

PLATFORMS = """
    X1 | Tor 0.4.8.21 on Linux | Linux
    X2 | Tor 0.4.8 on Windows 8 [or later] | Windows
    X3 | Tor 0.4.8 on Windows Server 2012 [or later] | Windows
    X4 | Tor 0.4.8.10 on GNU/kFreeBSD | kFreeBSD
    X5 | Tor 0.4.8 on Debian GNU/Linux | Linux
    X6 | Tor 0.4.8 on GNU/Linux-libre | Linux
    X7 | Tor 0.4.9.5 on Darwin | Darwin
    X8 | Tor 0.4.8 on FreeBSD | FreeBSD
    X9 | Tor 0.4.9.5 on SunOS | SunOS
    X10 | node-Tor 0.1 | Unknown
    X11 | Tor 0.4 on ../../etc | Unknown
    X12 | Tor 0.4 on <b>x | Unknown
    X13 | absent | Unknown
"""
VERSIONS = """
    Y1 | 0.4.9.1-alpha | ready
    Y2 | 0.4.9.1 | ready
    Y3 | 0.4.9.3 | ready
    Y4 | 0.4.10.1 | ready
    Y5 | 0.5.0.1 | ready
    Y6 | 1.0.0.0 | ready
    Y7 | 0.4.9.0 | not ready
    Y8 | 0.4.8.12 | not ready
    Y9 | abc | not ready
    Y10 | (absent) | not ready
"""


@pytest.mark.parametrize(("platform", "name"), facts(PLATFORMS))
def test_a_platform_is_named_plainly_or_unknown(platform: str, name: str) -> None:
    assert platform_name(None if platform == "absent" else platform) == name


@pytest.mark.parametrize(("version", "ready"), facts(VERSIONS))
def test_family_keys_came_with_one_version(version: str, ready: str) -> None:
    assert family_key_ready(None if version == "(absent)" else version) == (ready == "ready")


def test_a_release_comes_after_its_alphas_and_ten_after_nine() -> None:
    shuffled = ["0.4.10.1", "0.4.9.1", "0.4.8.21", "0.4.9.1-alpha"]
    ordered = ["0.4.8.21", "0.4.9.1-alpha", "0.4.9.1", "0.4.10.1"]
    assert sorted(shuffled, key=version_key) == ordered
