"""Whether the servers of the source documents answer, without asking for a document."""

from allium.sources.origins import ONIONOO, PATHS

_SECONDS = 15


def address(source: str, name: str) -> str | None:
    """Return where a document is asked for; `None` when no server has it."""
    if source == "onionoo":
        return ONIONOO[name]
    return source.rstrip("/") + PATHS[name] if "://" in source else None


def answer(url: str) -> str:
    """Return what a server says to a question for the head of a document.

    Raises `OSError` when it does not answer in time.
    """
    import requests  # noqa: PLC0415  a build must not wait for it; see `Server.bring`

    reply = requests.head(url, timeout=_SECONDS, allow_redirects=True)
    if not reply.ok:
        raise OSError(f"status {reply.status_code}")
    return f"status {reply.status_code}, last modified {reply.headers.get('Last-Modified')}"
