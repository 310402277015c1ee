import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.browsing import browser

__all__ = ["browser"]

# A shell has what it starts in the background ignore interrupts, `nohup` hangups; and so would every
# build of a test, among them those that are interrupted or hung up.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden pages anew instead of comparing with them; read the diff",
    )


def pytest_xdist_auto_num_workers() -> int:
    """Return for `-n auto` one process more than processors, as some tests wait."""
    return 1 + (os.cpu_count() or 1)


UNITS = ("unit", "architecture")
"""The folders of tests that build no site."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test as one of a unit, of whole builds, or of a site in a browser."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        kind = "unit" if folder in UNITS else "build"
        item.add_marker("browser" if "browser" in getattr(item, "fixturenames", ()) else kind)
