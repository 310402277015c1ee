"""Where a relay is in its life, in words."""

from typing import Final

from allium.analysis.relay.lifecycle import Lifecycle, Phase
from allium.model.relay import Relay
from allium.pages.parts.page_base import View

PHASES: Final[dict[Phase, str]] = {
    "unmeasured": "New",
    "being measured": "Being measured",
    "ramping up": "Ramping up",
    "steady": "Steady",
}
"""The phases in their order."""
DETAILS: Final[dict[Phase, str]] = {
    "unmeasured": "New, not measured yet",
    "steady": "Steady: past its ramp-up",
}
"""What is said of some phases at more length."""


class Step(View, frozen=True):
    """A phase of a relay's life, and whether the relay is in it."""

    name: str
    is_current: bool


class RelayLife(View, frozen=True):
    """The phase that a relay is in, since when, and until when at the earliest.

    A relay that is in the last phase, or that does not run, has no `steps`.
    """

    phase: str
    since: str | None
    until: str | None
    steps: tuple[Step, ...]


def life(relay: Relay, lifecycle: Lifecycle | None) -> RelayLife:
    """Return where a relay is in its life."""
    if lifecycle is None:
        return RelayLife(phase=away(relay), since=None, until=None, steps=())
    return RelayLife(
        phase=_phase(lifecycle),
        since=lifecycle.since,
        until=lifecycle.until,
        steps=()
        if lifecycle.phase == "steady"
        else tuple(
            Step(name=name, is_current=phase == lifecycle.phase) for phase, name in PHASES.items()
        ),
    )


def away(relay: Relay) -> str:
    """Return why a relay does not run: one that hibernates is away on purpose."""
    return "Hibernating" if relay.hibernating else "Down"


def sentence(lifecycle: Lifecycle) -> str:
    """Return where a relay is in its life, since when and how long at least."""
    since = "" if lifecycle.since is None else f" since {lifecycle.since}"
    until = "" if lifecycle.until is None else f", until {lifecycle.until} at the earliest"
    return f"{_phase(lifecycle)}{since}{until}"


def _phase(lifecycle: Lifecycle) -> str:
    return DETAILS.get(lifecycle.phase, PHASES[lifecycle.phase])
