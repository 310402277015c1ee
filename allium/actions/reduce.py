"""A history document, reduced to what the site uses of it."""

from pathlib import Path

from allium.engine.crew import spread
from allium.engine.failure import telling
from allium.sources import snapshot
from allium.sources.cache import SourceCache
from allium.sources.errors import SourceError


@telling(SourceError, OSError)
def reduce(name: str, cache: str, code: str) -> None:
    """Keep what each relay's record of the document `name` comes to in the cache.

    `code` is a digest of the code that reads the records.
    """
    snapshot.reduce(SourceCache(Path(cache, "sources")), name, code, spread)
