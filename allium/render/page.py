"""From a view to the bytes of a page."""

from jinja2 import Environment

from allium import urls


def page(templates: Environment, name: str, view: object, file: str) -> bytes:
    """Return the page that lies in `file` (relative to the site's root), made by one template.

    Raises `jinja2.UndefinedError` when the template asks for what the view does not have.
    """
    html = templates.get_template(name).render(
        view=view, root=urls.root(file), path=file.removesuffix("index.html")
    )
    return html.encode() + b"\n"
