"""One page, and its JSON twin, from one view."""

from contextlib import suppress
from functools import cache, partial
from pkgutil import resolve_name
from typing import Any

from jinja2 import Environment, TemplateError

from allium.build.stages import KINDS, Kind
from allium.engine.failure import reports
from allium.engine.uptodate import targets
from allium.pages.parts.json_twin import twin
from allium.render import html
from allium.render.environment import environment
from allium.render.site_info import Site
from allium.store import StoreError, codec, file_entry, files, site_record


@reports(OSError, StoreError)
def page(
    kind: str, view: str, templates: str, site: str, out: str, names: list[str]
) -> dict[str, Any]:
    """Render the view in the file `view` into the files `names` below `out`.

    The first one is the page, a second one its JSON twin; `site` is the JSON of the frame's
    words. Returns how many files were written, how many were found equal, the bytes written, and
    what the files are now.
    """
    page_kind = KINDS[kind]
    # Some files are views as they stand: status.json, and the index of the search.
    if page_kind.template is None:
        contents = [files.read(view)]
    else:
        printed = _load_view(page_kind, view)
        jinja, anywhere = _environment(templates, site), page_kind.anywhere
        contents = [html.page(jinja, page_kind.template, printed, names[0], anywhere=anywhere)]
        if len(names) > 1:
            contents.append(codec.encode(twin(printed)))
    return written(out, dict(zip(names, contents, strict=True)))


def prepare(templates: str, site: str) -> None:
    """Compile all templates, for this process and those that are forked from it.

    An error in a template is left to the tasks of its pages, which report it.
    """
    # Compiling a template is slow; children forked after it inherit the code.
    jinja = _environment(templates, site)
    for name in jinja.list_templates(["html"]):
        with suppress(TemplateError, OSError, UnicodeError):
            jinja.get_template(name)


def written(out: str, contents: dict[str, bytes]) -> dict[str, Any]:
    """Write files below `out` where their bytes change; return what `page` does."""
    outdate = partial(site_record.outdate, out)
    entries = {
        name: file_entry.written(f"{out}/{name}", body, outdate) for name, body in contents.items()
    }
    sizes = [entry.size for entry, changed in entries.values() if changed]
    return {
        "written": len(sizes),
        "unchanged": len(contents) - len(sizes),
        "bytes_written": sum(sizes),
        **targets(*(entry for entry, _ in entries.values())),
    }


def _load_view(kind: Kind, path: str) -> Any:  # noqa: ANN401  the view of whichever kind
    if kind.shard is None:
        return codec.load(path, resolve_name(kind.view))
    build = resolve_name(f"{kind.module}:build")
    return build(codec.load(path, resolve_name(kind.shard)))


@cache
def _environment(templates: str, site: str) -> Environment:
    return environment(templates, codec.decode(site.encode(), Site, "the words of the frame"))
