"""Files on disk: atomic, written only when their bytes change. Knows nothing of Tor."""

from allium.printable import PrintableError


class StoreError(PrintableError):
    """A file of the cache cannot be read as what it should be; its path is in the message."""
