"""One page, and its JSON twin, from one view."""

from contextlib import suppress
from functools import cache
from pkgutil import resolve_name
from typing import Any

from jinja2 import Environment, TemplateError

from allium.build.stages import KINDS, Kind
from allium.engine.failure import telling
from allium.engine.uptodate import targets
from allium.pages.parts.json_twin import twin
from allium.render import html as pages
from allium.render.environment import environment
from allium.render.site_info import Site
from allium.store import StoreError, codec, file_entry, files


@telling(OSError, StoreError)
def page(
    kind: str, view: str, templates: str, site: str, out: str, names: list[str]
) -> dict[str, Any]:
    """Render the view in the file `view` into the files `names` below `out`.

    The first one is the page, a second one its JSON twin; `site` is the JSON of the frame's
    words. Returns how many files were written, how many were found equal, the bytes written, and
    what the files are now.
    """
    row = KINDS[kind]
    if row.template is None:
        contents = [files.read(view)]
    else:
        printed = _printed(row, view)
        made = _environment(templates, site)
        html = pages.page(made, row.template, printed, names[0], anywhere=row.anywhere)
        contents = [html]
        if len(names) > 1:
            contents.append(codec.encode(twin(printed)))
    return written(out, dict(zip(names, contents, strict=True)))


def prepare(templates: str, site: str) -> None:
    """Compile all templates, for this process and those that are forked from it.

    What is wrong with one is told by the pages that are made of it.
    """
    made = _environment(templates, site)
    for name in made.list_templates(["html"]):
        with suppress(TemplateError, OSError, UnicodeError):
            made.get_template(name)


def written(out: str, contents: dict[str, bytes]) -> dict[str, Any]:
    """Write files below `out` where their bytes change; return what `page` does."""
    done = {name: file_entry.written(f"{out}/{name}", body) for name, body in contents.items()}
    sizes = [one.size for one, changed in done.values() if changed]
    return {
        "written": len(sizes),
        "unchanged": len(contents) - len(sizes),
        "bytes_written": sum(sizes),
        **targets(*(one for one, _ in done.values())),
    }


def _printed(row: Kind, path: str) -> Any:  # noqa: ANN401  the view of whichever kind
    if row.shard is None:
        return codec.load(path, resolve_name(row.view))
    build = resolve_name(f"{row.module}:build")
    return build(codec.load(path, resolve_name(row.shard)))


@cache
def _environment(templates: str, site: str) -> Environment:
    return environment(templates, codec.decode(site.encode(), Site, "the words of the frame"))
