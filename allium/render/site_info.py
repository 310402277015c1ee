"""What every page says about the site it belongs to."""

from typing import Final

from msgspec import Struct

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'"
)
"""The Content-Security-Policy of every page, in the form that a page can state about itself."""


class Site(Struct, frozen=True, kw_only=True):
    """The words and links in the frame, as the site's operator chose them."""

    site_title: str
    footer: str = ""
    base_url: str | None = None
    onion_url: str | None = None
    source_code: str | None = None
    base_path: str = "/"
    """The path of the site's root on its host, for the one page that is served anywhere."""
    twins: bool = True
    search_parts: bool = True
    exports: bool = True
    published: bool = False
    """Whether `changes/` and feeds lie beside the pages."""
