"""From a view to the bytes of a page."""

from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from jinja2 import Environment
from markupsafe import Markup

from allium import urls
from allium.pages.parts.page_base import Head
from allium.render.site_info import Site

FRAME: Final = ("partials/header.html", "partials/footer.html")
"""What is around every page."""
_WITH_A_FORM: Final = ("", "search/")
"""The pages that have a search form of their own."""


class Framed(Protocol):
    """The view of a page."""

    @property
    def head(self) -> Head:
        """What the frame needs."""


class Frame(NamedTuple):
    """The header and the footer of a page."""

    header: Markup
    footer: Markup


def page(
    templates: Environment,
    name: str,
    view: Framed,
    file: str,
    *,
    anywhere: bool = False,
) -> bytes:
    """Return the page that lies in `file` (relative to the site's root), made by one template.

    The links of a page that is served `anywhere` begin at the root of the host.
    Raises `jinja2.UndefinedError` when the template asks for what is not there.
    """
    site = templates.globals["site"]
    assert isinstance(site, Site)
    root = site.base_path if anywhere else urls.root(file)
    path = file.removesuffix("index.html")
    finder = site.search_parts and path not in _WITH_A_FORM
    frame = _frame(templates, root, view.head.section, finder)
    html = templates.get_template(name).render(view=view, root=root, path=path, frame=frame)
    return html.encode() + b"\n"


@lru_cache(maxsize=256)
def _frame(templates: Environment, root: str, section: str, finder: bool) -> Frame:  # noqa: FBT001
    """Return what many pages have around them, made once: it is a tenth of a page's time.

    These templates are given nothing else, so that a page prints the same whichever came before.
    """
    words = {"root": root, "here": section, "finder": finder}
    return Frame(*(Markup(templates.get_template(name).render(words)) for name in FRAME))  # noqa: S704
