"""The templates, and the little that they may see besides their view."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from allium.render import cards, charts, filters, rows, vote_rows
from allium.render.filters import Safe
from allium.render.site_info import POLICY, Site


class Absent(StrictUndefined):
    """What a template asks for and is not there: an error at once, were it only compared."""

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401  jinja's
        super().__init__(*args, **named)
        self._fail_with_undefined_error()


def environment(templates: str, site: Site) -> Environment:
    """Return the templates of a folder; an undefined name in one is an error, never blank text."""
    jinja = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=Absent,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,  # all: a page asks for a dozen, and a bounded cache orders them each time
    )
    jinja.globals.clear()
    # Apostrophes need no escape between quotation marks; each page would be longer by 56 bytes.
    jinja.globals |= {"site": site, "policy": Safe(POLICY)}
    jinja.filters |= filters.FILTERS | cards.FILTERS | charts.FILTERS
    jinja.filters |= rows.FILTERS | vote_rows.FILTERS
    return jinja
