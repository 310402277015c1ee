"""The words of network notices: for readers as findings, for programs as one sentence."""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis import alerts
from allium.analysis.alerts import Notice
from allium.model.snapshot import Refusal
from allium.pages.parts.network_figures import NOT_COMPUTABLE
from allium.pages.parts.page_base import FindingText
from allium.pages.relay.finding_texts import COLOURS

NAMES: Final = {
    "details": "source of relay details",
    "uptime": "source of uptime histories",
    "bandwidth": "source of bandwidth histories",
    "weights": "source of weight histories",
    "aroi": "source of AROI results",
    "votes": "source of votes",
}
"""What each source document is called in a sentence."""

REFUSALS: Final[dict[Refusal, str]] = {
    "unreadable": "it is not a complete document",
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
    return () if refusal is None else (f"The newest copy was refused: {REFUSALS[refusal]}",)


def _threshold(limit: object) -> str:
    """Return from where on a notice is shown."""
    return f"threshold {limit}"


def _share(notice: Notice) -> str:
    return formatting.share(notice.found.part, notice.found.whole) or NOT_COMPUTABLE


def _records(notice: Notice) -> tuple[str, ...]:
    part, total = formatting.count(notice.found.part), formatting.count(notice.found.whole)
    limit = _threshold(f"{alerts.SKIPPED_PERCENT}%")
    return f"{part} of {total} records ({_share(notice)})", limit


def _measured(notice: Notice) -> tuple[str, ...]:
    part, total = formatting.count(notice.found.part), formatting.count(notice.found.whole)
    return f"{part} of {total}", _threshold(f"{alerts.MEASURED_PERCENT}%")


def _left(notice: Notice) -> tuple[str, ...]:
    """Return how many left, against those that are there: they are no part of these."""
    left = formatting.number_of(notice.found.part, "relay")
    running = formatting.count(notice.found.whole)
    limit = _threshold(f"{alerts.LEFT_PERCENT}%")
    return f"{left} left, {running} are running ({_share(notice)})", limit


def _holds(limit: int) -> Callable[[Notice], tuple[str, ...]]:
    return lambda _: (_threshold(f"{limit}%"),)


WORDINGS: Final = {
    "source_missing": Wording(
        _document("is missing; everything that depends on it is left out."), _refused, "data"
    ),
    "source_last_good": Wording(
        _document("could not be updated; the last good copy is used."),
        lambda notice: (*_time(notice), *_refused(notice)),
        "data",
    ),
    "source_stale": Wording(
        _document("is older than the others."),
        lambda notice: (*_time(notice), _threshold(f"{alerts.STALE_HOURS} hours")),
        "data",
    ),
    "records_skipped": Wording(
        lambda _: "Some relay records could not be used.",
        _records,
        "data",
    ),
    "few_measured": Wording(
        lambda notice: (
            f"Only {_share(notice)} of running relays are measured"
            f" (usually more than {alerts.MEASURED_PERCENT}%)."
        ),
        _measured,
        "measured",
    ),
    "many_left": Wording(
        lambda _: "Many relays left within 24 hours.",
        _left,
        "running",
    ),
    "large_network": Wording(
        lambda notice: f"{notice.found.name} holds {_share(notice)} of consensus weight.",
        _holds(alerts.NETWORK_PERCENT),
        "hhi",
    ),
    "large_version": Wording(
        lambda notice: f"Tor {notice.found.name} holds {_share(notice)} of consensus weight.",
        _holds(alerts.VERSION_PERCENT),
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
