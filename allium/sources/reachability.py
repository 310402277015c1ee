"""Whether the servers of the source documents answer, without asking for a document."""

from allium.printable import redacted
from allium.sources import client
from allium.sources.collector import NAME, tree
from allium.sources.origins import ONIONOO, PATHS

_SECONDS = 15


def address(source: str, name: str) -> str | None:
    """Return where a document is asked for; `None` when no server has it.

    Of the votes that is the folder of all: their names follow from the hour.
    """
    if name == NAME:
        base = tree.COLLECTOR if source == "onionoo" else source.rstrip("/")
        return f"{base}/{tree.FOLDER}/" if "://" in base else None
    if source == "onionoo":
        return ONIONOO[name]
    return source.rstrip("/") + PATHS[name] if "://" in source else None


def answer(url: str) -> str:
    """Return the address and what its server says to a question for the head of a document.

    It is asked as a build asks. Raises `SourceError` when it does not answer in time.
    """
    reply = client.head(url, _SECONDS)
    modified = reply.validators.last_modified
    return f"{redacted(url)}: status {reply.status}, last modified {modified}"
