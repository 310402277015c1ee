"""Which ports the summary of an exit policy lets pass."""

from functools import lru_cache
from typing import Final

from allium.model.relay import PortSummary

EXIT_PORTS: Final = (80, 443)
"""Tor: exit_policy_is_general_exit() (`policies.c`); dir-spec, "Assigning flags in a vote"."""
ALL_PORTS: Final = ("1-65535",)


def port_allowed(summary: PortSummary | None, port: int) -> bool | None:
    """Tell whether an exit policy lets a port pass; `None` when there is no policy."""
    if summary is None:
        return None
    listed = summary.accept if summary.accept is not None else summary.reject or ()
    return any(_covers(ports, port) for ports in listed) == (summary.accept is not None)


@lru_cache(maxsize=4096)
def _covers(ports: str, port: int) -> bool:
    first, _, last = ports.partition("-")
    bounds = first, last or first
    return all(bound.isdecimal() for bound in bounds) and int(bounds[0]) <= port <= int(bounds[1])


def accepts_some(summary: PortSummary | None) -> bool:
    """Tell whether an exit policy lets any port pass."""
    return summary is not None and summary.reject != ALL_PORTS and summary.accept != ()
