"""Files on disk: atomic, written only when their bytes change. Knows nothing of Tor."""


class StoreError(Exception):
    """A file of the cache cannot be read as what it should be; its path is in the message."""
