import pytest

from allium.analysis.platforms import family_key_ready, platform_name, version_key
from tests.support.tables import rows

PLATFORMS = """
    Tor 0.4.8.21 on Linux | Linux
    Tor 0.4.8 on Windows 8 [or later] | Windows
    Tor 0.4.8 on Windows Server 2012 [or later] | Windows
    Tor 0.4.8.10 on GNU/kFreeBSD | kFreeBSD
    Tor 0.4.8 on Debian GNU/Linux | Linux
    Tor 0.4.8 on GNU/Linux-libre | Linux
    Tor 0.4.9.5 on Darwin | Darwin
    Tor 0.4.8 on FreeBSD | FreeBSD
    Tor 0.4.9.5 on SunOS | SunOS
    node-Tor 0.1 | Unknown
    Tor 0.4 on ../../etc | Unknown
    Tor 0.4 on <b>x | Unknown
    absent | Unknown
"""
VERSIONS = """
    0.4.9.1-alpha | ready
    0.4.9.1 | ready
    0.4.9.3 | ready
    0.4.10.1 | ready
    0.5.0.1 | ready
    1.0.0.0 | ready
    0.4.9.0 | not ready
    0.4.8.12 | not ready
    abc | not ready
    (absent) | not ready
"""


@pytest.mark.parametrize(("platform", "name"), rows(PLATFORMS))
def test_a_platform_is_named_plainly_or_unknown(platform: str, name: str) -> None:
    assert platform_name(None if platform == "absent" else platform) == name


@pytest.mark.parametrize(("version", "ready"), rows(VERSIONS))
def test_family_keys_came_with_one_version(version: str, ready: str) -> None:
    assert family_key_ready(None if version == "(absent)" else version) == (ready == "ready")


def test_a_release_comes_after_its_alphas_and_ten_after_nine() -> None:
    shuffled = ["0.4.10.1", "0.4.9.1", "0.4.8.21", "0.4.9.1-alpha"]
    ordered = ["0.4.8.21", "0.4.9.1-alpha", "0.4.9.1", "0.4.10.1"]
    assert sorted(shuffled, key=version_key) == ordered
