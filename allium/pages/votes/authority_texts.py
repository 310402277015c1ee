"""The words of what is to be noticed about a directory authority."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.relay.findings import Severity
from allium.analysis.voting.authority_facts import CERTIFICATE_DAYS, Alert, AuthorityFacts
from allium.pages.parts.page_base import FindingText
from allium.pages.relay.finding_texts import COLOURS


class AlertText(Struct, frozen=True):
    """What is so, and what it means; `{name}` is the authority, `shows` returns the evidence."""

    severity: Severity
    says: str
    means: str
    shows: Callable[[AuthorityFacts], tuple[str, ...]] = lambda _: ()


def _ends(one: AuthorityFacts) -> tuple[str, ...]:
    end = None if one.head is None else one.head.certificate_ends
    return () if end is None else (f"It ends on {formatting.date(end)}",)


def _methods(one: AuthorityFacts) -> tuple[str, ...]:
    known = () if one.head is None else one.head.methods
    return (f"It knows methods {known[0]} to {known[-1]}",) if known else ()


def _length(one: AuthorityFacts) -> tuple[str, ...]:
    listed = 0 if one.counted is None else one.counted.listed
    return (f"Its vote has {formatting.number_of(listed, 'relay')}",)


TEXTS: Final[dict[Alert, AlertText]] = {
    "not_counted": AlertText(
        "Warning",
        "The consensus counts no vote of {name}.",
        "It did not vote, or its vote came too late. Relays need the same majority without it.",
    ),
    "not_signed": AlertText(
        "Warning",
        "The consensus has no signature of {name}.",
        "It voted, but did not sign what came of the votes.",
    ),
    "method_unknown": AlertText(
        "Notice",
        "{name} does not know the consensus method that was used.",
        "It runs an older version of Tor than others and could not compute this consensus.",
        _methods,
    ),
    "file_unusable": AlertText(
        "Notice",
        "{name} names a bandwidth file but reads nothing from it.",
        "The file is missing, more than 3 days old, or unreadable. It votes without measurements.",
    ),
    "running_not_voted_on": AlertText(
        "Notice",
        "{name} does not vote on the Running flag.",
        "It started within the last 30 minutes and does not know yet which relays it can reach.",
    ),
    "certificate_ends": AlertText(
        "Warning",
        f"The signing key of {{name}} ends within {CERTIFICATE_DAYS} days.",
        "Its operator has to make a new certificate with the identity key.",
        _ends,
    ),
    "list_length": AlertText(
        "Good to know",
        "{name} lists far more or fewer relays than most authorities.",
        "Authorities reject relays by rules and lists of their own.",
        _length,
    ),
}


def alerts(one: AuthorityFacts) -> tuple[FindingText, ...]:
    """Return what is to be noticed about an authority."""
    return tuple(
        FindingText(
            severity=TEXTS[alert].severity,
            colour=COLOURS[TEXTS[alert].severity],
            statement=TEXTS[alert].says.format(name=one.nickname),
            evidence=TEXTS[alert].shows(one),
            advice=TEXTS[alert].means,
            about="authorities",
        )
        for alert in one.alerts
    )
