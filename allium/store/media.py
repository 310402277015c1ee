"""Content types, by what a file's name ends in: the same on every machine."""

from typing import Final

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "gz": "application/gzip",
    "br": "application/octet-stream",
}
_NAMES: Final = {
    "feed.xml": "application/atom+xml",
    "_headers": "text/plain; charset=utf-8",
}


def content_type(path: str) -> str:
    """Return the content type of a file of the site."""
    name = path.rpartition("/")[2]
    return _NAMES.get(name) or _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
