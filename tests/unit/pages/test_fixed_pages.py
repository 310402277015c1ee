"""The page of explanations prints what the code goes by."""

import pytest

from allium.formatting import Units
from allium.pages import fixed_pages

TOR = {
    "fast_bytes": "102 400",
    "fast_weight": "102",
    "guard_bytes": "2 097 152",
    "guard_weight": "2 097",
    "guard_days": "8",
    "guard_uptime": "98%",
    "stable_days": "5",
    "hsdir_hours": "96",
    "stale_hours": "18",
}
"""As Tor's options have them."""


@pytest.mark.parametrize(("units", "fast"), [("bits", "819 kbit/s"), ("bytes", "102 kB/s")])
def test_the_page_of_explanations_has_the_limits_of_tor(units: Units, fast: str) -> None:
    limits = fixed_pages.about(units).limits
    assert limits is not None
    printed = {name: getattr(limits, name).replace("\u202f", " ") for name in TOR}
    assert printed == TOR
    assert limits.fast.replace("\u00a0", " ") == fast
