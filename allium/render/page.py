"""From a view to the bytes of a page."""

from jinja2 import Environment

from allium import urls
from allium.render.site import Site


def page(
    templates: Environment, name: str, view: object, file: str, *, anywhere: bool = False
) -> bytes:
    """Return the page that lies in `file` (relative to the site's root), made by one template.

    The links of a page that is served `anywhere` begin at the root of the host.
    Raises `AttributeError` when the template asks for what the view does not have, and
    `jinja2.UndefinedError` when it asks for anything else that is not there.
    """
    site = templates.globals["site"]
    assert isinstance(site, Site)
    html = templates.get_template(name).render(
        view=view,
        root=site.base_path if anywhere else urls.root(file),
        path=file.removesuffix("index.html"),
    )
    return html.encode() + b"\n"
