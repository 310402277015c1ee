import signal

import pytest
from hypothesis import HealthCheck, settings

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
