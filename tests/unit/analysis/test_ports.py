import pytest

from allium.analysis.relay.exit_policy import port_allowed
from allium.model.relay import PortSummary


@pytest.mark.parametrize(
    ("summary", "allowed"),
    [
        (None, None),
        (PortSummary(accept=("80", "443")), True),
        (PortSummary(accept=("1-65535",)), True),
        (PortSummary(accept=("81-90",)), False),
        (PortSummary(accept=()), False),
        (PortSummary(reject=("25",)), True),
        (PortSummary(reject=("1-100",)), False),
        (PortSummary(reject=("x-y", "-")), True),
    ],
)
def test_a_port_is_allowed_by_the_summary_of_the_policy(
    summary: PortSummary | None, allowed: bool | None
) -> None:
    assert port_allowed(summary, 80) is allowed
