"""The words of network notices: for readers as findings, for programs as one sentence."""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis import alerts
from allium.analysis.alerts import Notice
from allium.model.snapshot import Refusal
from allium.pages.parts import network_figures
from allium.pages.parts.page_base import FindingText
from allium.pages.relay.finding_texts import COLOURS

NAMES: Final = {
    "details": "details document",
    "uptime": "uptime document",
    "bandwidth": "bandwidth document",
    "aroi": "document of AROI results",
    "votes": "set of votes",
}
"""What each source document is called in a sentence."""

REFUSALS: Final[dict[Refusal, str]] = {
    "unreadable": "it is no complete document",
    "impossible_time": "its time cannot be right",
    "unusable": "too few of its records can be used",
    "shrunk": "it has less than half of the records of the one before",
}
"""Why a document that came is not used."""


class Wording(Struct, frozen=True):
    """What a notice says, what shows it, and the anchor of its explanation."""

    says: Callable[[Notice], str]
    shows: Callable[[Notice], tuple[str, ...]]
    about: str


def _document(ending: str) -> Callable[[Notice], str]:
    return lambda notice: f"The {NAMES[notice.found.name]} {ending}"


def _time(notice: Notice) -> tuple[str, ...]:
    published = None if notice.source is None else notice.source.published
    return () if published is None else (f"Data of {formatting.minute(published)} UTC",)


def _refused(notice: Notice) -> tuple[str, ...]:
    """Return why the newest document is not used, when it came."""
    refusal = None if notice.source is None else notice.source.refusal
    return () if refusal is None else (f"The newest one was refused: {REFUSALS[refusal]}",)


def _part(words: str, limit: str) -> Callable[[Notice], tuple[str, ...]]:
    """Return what prints a part of a whole, and the limit that it passed."""

    def shown(notice: Notice) -> tuple[str, ...]:
        part, total = formatting.count(notice.found.part), formatting.count(notice.found.whole)
        share = formatting.share(notice.found.part, notice.found.whole)
        return f"{part} of {total} {words} ({share or 'of nothing'})", limit

    return shown


def _left(notice: Notice) -> tuple[str, ...]:
    """Return how many left, against those that are there: they are no part of these."""
    part, whole = notice.found.part, notice.found.whole
    left, running = formatting.number_of(part, "relay"), formatting.count(whole)
    share = formatting.share(part, whole) or network_figures.NOT_COMPUTABLE
    return f"{left} left, {running} run ({share})", f"told above {alerts.LEFT_PERCENT}%"


def _share_of_weight(limit: int) -> Callable[[Notice], tuple[str, ...]]:
    def shown(notice: Notice) -> tuple[str, ...]:
        share = formatting.share(notice.found.part, notice.found.whole)
        return f"{share} of the weight", f"told above {limit}%"

    return shown


WORDINGS: Final = {
    "source_missing": Wording(
        _document("could not be had; what depends on it is left out."), _refused, "data"
    ),
    "source_last_good": Wording(
        _document("could not be renewed; the last good one is used."),
        lambda notice: (*_time(notice), *_refused(notice)),
        "data",
    ),
    "source_stale": Wording(
        _document("is older than the others."),
        lambda notice: (*_time(notice), f"told above {alerts.STALE_HOURS} hours"),
        "data",
    ),
    "records_skipped": Wording(
        lambda _: "Some relay records could not be used.",
        _part("records", f"told above {alerts.SKIPPED_PERCENT}%"),
        "data",
    ),
    "few_measured": Wording(
        lambda _: "Fewer relays are measured than usual.",
        _part("running relays", f"told below {alerts.MEASURED_PERCENT}%"),
        "measured",
    ),
    "many_left": Wording(
        lambda _: "Many relays left within a day before the data.",
        _left,
        "running",
    ),
    "large_network": Wording(
        lambda notice: f"{notice.found.name} has a large part of the weight.",
        _share_of_weight(alerts.NETWORK_PERCENT),
        "hhi",
    ),
    "large_version": Wording(
        lambda notice: f"Much of the weight of the network runs Tor {notice.found.name}.",
        _share_of_weight(alerts.VERSION_PERCENT),
        "version_status",
    ),
}
"""By the code of the rule."""


def findings(notices: Iterable[Notice]) -> tuple[FindingText, ...]:
    """Return notices as findings."""
    return tuple(
        FindingText(
            severity=notice.severity,
            colour=COLOURS[notice.severity],
            statement=WORDINGS[notice.code].says(notice),
            evidence=WORDINGS[notice.code].shows(notice),
            advice=None,
            about=WORDINGS[notice.code].about,
        )
        for notice in notices
    )


def sentence(notice: Notice) -> str:
    """Return a notice and what shows it in one text."""
    wording = WORDINGS[notice.code]
    shown = "; ".join(wording.shows(notice))
    return f"{wording.says(notice)} {shown}." if shown else wording.says(notice)
