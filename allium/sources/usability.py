"""Whether a document may replace the last good one: what its time and the one before it tell.

This is the only place where the clock judges a document, before it is kept; what came of it is
recorded with the document, so that a build from these records knows no clock.
"""

from typing import Final

from allium import text
from allium.sources.documents import FUTURE_SECONDS, DocumentSummary
from allium.sources.errors import UnusableError

WRONG_CLOCK: Final = text.seconds("2026-01-01 00:00:00")
"""A clock before this is wrong and judges nothing: this code is younger."""
FEW: Final = 100
"""Records below which a document may shrink: only small networks have so few."""
SHRUNK_SECONDS: Final = 48 * 3600
"""For so long the last good document is better than one that lost more than half of its records."""


def check_present(brought: DocumentSummary, now: int) -> None:
    """Raise `UnusableError` for a document of the future; `now` is in seconds since 1970."""
    if WRONG_CLOCK <= now < text.seconds(brought.published) - FUTURE_SECONDS:
        clock = f"by the clock of this machine it is {text.time_of(now)}"
        raise UnusableError(f"a document of {brought.published} UTC; {clock}", "impossible_time")


def check_succeeds(known: DocumentSummary, brought: DocumentSummary, now: int) -> None:
    """Raise `UnusableError` when a server sent less than it did before: older, or half of it.

    A known document of the future counts for nothing: somebody's clock was wrong.
    """
    apart = text.seconds(brought.published) - text.seconds(known.published)
    if apart < 0 and text.seconds(known.published) <= now:
        words = f"a document of {brought.published} UTC, older than the one before"
        raise UnusableError(words, "impossible_time")
    if known.usable >= FEW and brought.usable * 2 < known.usable and 0 <= apart < SHRUNK_SECONDS:
        words = f"{brought.usable} usable records, where the one before had {known.usable}"
        later = f"a document {SHRUNK_SECONDS // 3600} hours younger than that one will be taken"
        raise UnusableError(f"{words}; {later}", "shrunk")
