"""What can go wrong with a source."""

from allium.model.snapshot import Refusal
from allium.printable import PrintableError


class SourceError(PrintableError):
    """A document cannot be had or is not what it should be; the message names it and the cause."""


class PassingError(SourceError):
    """A failure that another attempt may not meet: a timeout, a full server, a cut body."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AbsentError(SourceError):
    """There is no such document where it should be, which another attempt now will not change."""


class UnusableError(SourceError):
    """A document that came and cannot be used, for the reason `refusal`."""

    def __init__(self, message: str, refusal: Refusal = "unreadable") -> None:
        super().__init__(message)
        self.refusal = refusal


class NoDetailsError(SourceError):
    """There is no usable details document, fresh or old: nothing can be built."""
