"""Files that tell robots and hosts how to treat the site."""

import gzip
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final
from xml.sax.saxutils import escape

import brotli

_WORTHWHILE: Final = (".html", ".json", ".xml", ".css", ".js", ".txt", ".svg")
_SMALLEST: Final = 1024
"""What fits into one packet anyway gains nothing."""
_BROTLI: Final = {"quality": 6, "lgwin": 16}
"""Measured on relay pages of 12.7 kB: 0.45 ms and 3,413 bytes; quality 9 with a window of the usual
size takes 17 ms for 3,408 bytes, quality 11 27 ms for 2,962."""


def compressible(path: str, size: int) -> bool:
    """Tell whether a file gets siblings: by its name and size alone, so that both always agree."""
    return size >= _SMALLEST and path.endswith(_WORTHWHILE)


def compressed(contents: bytes) -> dict[str, bytes]:
    """Return the contents by the ending of the sibling; equal contents give equal bytes."""
    return {
        ".gz": gzip.compress(contents, compresslevel=9, mtime=0),
        ".br": brotli.compress(contents, **_BROTLI),
    }


def plain(path: str) -> str:
    """Return the name of the file of which a path is the compressed sibling."""
    return path.rpartition(".")[0]


SPLAT: Final = ":splat"
"""What Cloudflare Pages replaces in `_headers` by what the star in the rule's path stands for."""
_URLS_OF_A_MAP: Final = 50_000
"""What the sitemap protocol allows in one file."""
_MAPS: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_DECLARED: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
_REVALIDATE: Final = "public, max-age=300, must-revalidate"


def header_fields(policy: str, onion_url: str | None) -> dict[str, str]:
    """Return the headers of every answer; `policy` is the pages' Content-Security-Policy.

    `:splat` stands for the path of the page, below the root.
    """
    fields = {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": _REVALIDATE,
    }
    return fields if onion_url is None else fields | {"Onion-Location": f"{onion_url}/{SPLAT}"}


def headers(fields: Mapping[str, str]) -> bytes:
    """Return the file `_headers`, which Cloudflare Pages, Netlify and `serve` read."""
    return ("/*\n" + "".join(f"  {name}: {value}\n" for name, value in fields.items())).encode()


def robots(base_url: str | None) -> bytes:
    """Return `robots.txt`: everything may be read."""
    line = "" if base_url is None else f"Sitemap: {base_url}/sitemap.xml\n"
    return f"User-agent: *\nAllow: /\n{line}".encode()


def sitemaps(
    base_url: str, modified: Mapping[str, str], kind: Callable[[str], str]
) -> dict[str, bytes]:
    """Return the sitemap index and its maps, one or more for each kind of page.

    `modified` gives for each page (its file) the time of the data with which it last changed.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for page in sorted(modified):
        groups[kind(page)].append(page)
    maps: dict[str, bytes] = {}
    latest: dict[str, str] = {}
    for name, pages in sorted(groups.items()):
        for number, start in enumerate(range(0, len(pages), _URLS_OF_A_MAP), 1):
            part = pages[start : start + _URLS_OF_A_MAP]
            path = f"sitemaps/{name}-{number}.xml"
            rows = [_row("url", f"{base_url}/{_address(page)}", modified[page]) for page in part]
            maps[path] = _document("urlset", rows)
            latest[path] = max(modified[page] for page in part)
    rows = [_row("sitemap", f"{base_url}/{path}", time) for path, time in latest.items()]
    return maps | {"sitemap.xml": _document("sitemapindex", rows)}


def _address(page: str) -> str:
    return page.removesuffix("index.html")


def _row(tag: str, address: str, time: str) -> str:
    return f"<{tag}><loc>{escape(address)}</loc><lastmod>{time}</lastmod></{tag}>\n"


def _document(tag: str, rows: list[str]) -> bytes:
    return f"{_DECLARED}<{tag} {_MAPS}>\n{''.join(rows)}</{tag}>\n".encode()
