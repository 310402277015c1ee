"""Which proven operators get a page at their own domain."""

from typing import Final, Literal, TypeAlias

from allium.analysis import domains
from allium.analysis.validation import PROVEN, OperatorState

Refusal: TypeAlias = Literal["state", "not_canonical", "reserved", "file_like"]

ROOT_NAMES: Final = frozenset(
    """relay contact family as country platform flag first_seen version misc leaderboards
    network-health search changes about static index.html index.json status.json manifest.json
    404.html robots.txt sitemap.xml favicon.ico feed.xml security.txt humans.txt _headers""".split()
)
_FILE_LIKE = frozenset(
    "html htm json xml txt css js gz svg ico webmanifest atom rss tmp php".split()
)
_COMPRESSED = ("", ".gz", ".br", ".zst")
_RESERVED = frozenset(name + suffix for name in ROOT_NAMES for suffix in _COMPRESSED)


def refusal(domain: str, state: OperatorState) -> Refusal | None:
    """Return why a domain gets no page of its own; `None` when it does."""
    if state not in PROVEN:
        return "state"
    if domains.normalised(domain) != domain:
        return "not_canonical"
    if domain in _RESERVED:
        return "reserved"
    return "file_like" if domain.rpartition(".")[2] in _FILE_LIKE else None
