"""The first screen of a relay's page: its states, one sentence, and the figures that matter most.

What is said depends on whether the relay runs.
"""

from typing import Final

from allium import formatting
from allium.model.history import Period
from allium.model.relay import Flag, Relay, Time
from allium.pages.parts import group_links
from allium.pages.parts.aroi_texts import STATE_BADGES
from allium.pages.parts.page_base import (
    PERIOD_WORDS,
    Badge,
    Colour,
    FindingText,
    Link,
    Tile,
    Verdict,
    View,
    When,
)
from allium.pages.parts.version_words import STATUS_BADGES
from allium.pages.relay.relay_display import RelayDisplay
from allium.pages.relay.relay_life import PHASES
from allium.pages.relay.relay_shard import RelayShard

MARKS: Final[tuple[Flag, ...]] = ("BadExit", "MiddleOnly")
"""Flags that say what clients must not use a relay for."""
UPTIMES: Final[tuple[Period, Period]] = ("1_month", "6_months")
STATUS: Final = {
    "Running": Badge(text="Running", colour="good"),
    "Hibernating": Badge(text="Hibernating", colour="note"),
    "Down": Badge(text="Down", colour="crit"),
}


class RelayHead(View, frozen=True):
    """What stands before everything else; states of which nothing is known are `None`."""

    status: Badge
    aroi: Badge | None
    version: Badge | None
    country: Link
    verdict: Verdict
    tiles: tuple[Tile, ...]


def relay_head(
    shard: RelayShard, shown: RelayDisplay, findings: tuple[FindingText, ...]
) -> RelayHead:
    """Return the head of a relay's page."""
    relay = shard.relay
    return RelayHead(
        status=STATUS[shown.status],
        aroi=None if relay.contact is None else STATE_BADGES[shard.position.aroi_status],
        version=_version(relay),
        country=group_links.country(relay.country, relay.country_name),
        verdict=verdict(relay, findings),
        tiles=tiles(shard, shown),
    )


def _version(relay: Relay) -> Badge | None:
    """Return the state of a relay's version of Tor, where the data says anything of it."""
    status = relay.version_status
    if status is None and relay.recommended_version is not None:
        status = "recommended" if relay.recommended_version else "unrecommended"
    return STATUS_BADGES.get(status or "")


def verdict(relay: Relay, findings: tuple[FindingText, ...]) -> Verdict:
    """Return one sentence of what matters most."""
    counts = dict.fromkeys(("crit", "warn", "note", "off"), 0)
    for finding in findings:
        counts[finding.colour] += 1
    if not relay.running:
        return _away(relay, counts["crit"] + counts["warn"])
    if counts["crit"]:
        words = formatting.number_of(counts["crit"], "critical problem")
        if counts["warn"]:
            words += f" and {formatting.number_of(counts['warn'], 'warning')}"
        return _running(relay, words, "crit")
    if counts["warn"]:
        return _running(relay, formatting.number_of(counts["warn"], "warning"), "warn")
    if counts["note"]:
        return _running(relay, formatting.number_of(counts["note"], "notice"), "note")
    return Verdict(text="Running. Nothing needs attention.", colour="good")


def _running(relay: Relay, problems: str, colour: Colour) -> Verdict:
    """Return how many problems a relay has; flags that keep clients from it are named."""
    marks = " and ".join(flag for flag in MARKS if flag in relay.flags)
    marked = f", marked {marks}" if marks else ""
    return Verdict(text=f"Running{marked}, with {problems}.", colour=colour)


def _away(relay: Relay, problems: int) -> Verdict:
    """Return that a relay does not run; that it is down is one of its problems."""
    moment = formatting.minute(relay.last_seen)
    if relay.hibernating:
        return Verdict(text=f"Hibernating since {moment} UTC.", colour="note")
    text = f"Down since {moment} UTC."
    if problems > 1:
        more = formatting.number_of(problems - 1, "more problem", "more problems")
        text += f" {more} to fix before you bring it back."
    return Verdict(text=text, colour="crit")


def tiles(shard: RelayShard, shown: RelayDisplay) -> tuple[Tile, ...]:
    """Return the six figures that matter most of a relay that runs, or of one that does not."""
    if shard.relay.running:
        return (
            Tile(
                label="Consensus weight",
                value=shown.weight_share or "Unknown",
                remark=_among_relays(shard.position.weight_band),
            ),
            Tile(
                label="Advertised bandwidth",
                value=shown.advertised_bandwidth or "Not reported",
                remark=shown.limit,
            ),
            _probability(shard),
            _uptime(shard),
            _moment("Running since", shard.relay.last_restarted),
            _first_seen(shard),
        )
    return (
        _moment("Last seen", shard.relay.last_seen),
        Tile(label="Consensus weight", value="None", remark="not in the consensus"),
        Tile(
            label="Advertised bandwidth",
            value=shown.advertised_bandwidth or "Not reported",
            remark="when last seen" if shown.advertised_bandwidth is not None else None,
        ),
        _uptime(shard),
        _moment("Last restarted", shard.relay.last_restarted),
        _first_seen(shard),
    )


def _among_relays(band: str | None) -> str | None:
    """Return where a relay stands by weight, as short as below a figure."""
    if band is None:
        return None
    words = band[0].upper() + band[1:]
    return f"{words} of relays" if band.endswith("%") else words


def _probability(shard: RelayShard) -> Tile:
    """Return how likely clients choose the relay for its role, and for the two others."""
    position = shard.position
    values = {
        "guard": position.guard_probability,
        "middle": position.middle_probability,
        "exit": position.exit_probability,
    }
    own = values.pop(position.role)
    others = ", ".join(f"{role} {value}" for role, value in values.items() if value is not None)
    label = f"{position.role.capitalize()} probability"
    return Tile(label=label, value=own or "Unknown", remark=others or None)


def _uptime(shard: RelayShard) -> Tile:
    """Return the uptime of a month, and of six where it is known so long."""
    known = {row.period: row.running for row in shard.history.uptime}
    month, months = (known.get(PERIOD_WORDS[period]) for period in UPTIMES)
    remark = "too little history" if months is None else f"6 months {months}"
    return Tile(label="Uptime, 1 month", value=month or "Unknown", remark=remark)


def _moment(label: str, time: Time | None) -> Tile:
    """Return a day, and the minute below it."""
    if time is None:
        return Tile(label=label, value="Unknown")
    value = When(text=formatting.date(time), machine=formatting.date(time))
    return Tile(label=label, value=value, remark=f"{formatting.minute(time)[-5:]} UTC")


def _first_seen(shard: RelayShard) -> Tile:
    history, first_seen = shard.history, formatting.date(shard.relay.first_seen)
    life = history.lifecycle
    remark = None if life is None else f"lifecycle: {PHASES[life.phase].lower()}"
    return Tile(label="First seen", value=When(text=first_seen, machine=first_seen), remark=remark)
