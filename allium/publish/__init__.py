"""From a built site to one that readers, mirrors and feed readers can trust, hour after hour."""

from allium.printable import PrintableError


class PublishError(PrintableError):
    """The site could not be published; what is published stays as it was."""


class RefusedError(PublishError):
    """The gate said no; the message gives every reason."""
