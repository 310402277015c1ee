"""The templates, and the little that they may see besides their view."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from allium.render.site import POLICY, Site


def environment(templates: str, site: Site) -> Environment:
    """Return the templates of a folder; an undefined name in one is an error, never blank text."""
    made = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.clear()
    made.globals |= {"site": site, "policy": POLICY}
    return made
