"""One page, and its JSON twin, from one view."""

import importlib
from functools import cache
from typing import Any

from jinja2 import Environment

from allium.actions.stages import KINDS
from allium.render.environment import Site, environment
from allium.render.page import render
from allium.store import codec, files
from allium.views.twin import twin


def page(kind: str, view: str, templates: str, site: str, out: str, *targets: str) -> dict[str, int]:
    """Render the view in the file `view` into the files `targets` below `out`.

    The first target is the page, a second its JSON twin; `site` is the JSON of the frame's words.
    Returns how many files were written, how many were found equal, and the bytes written.
    """
    row = KINDS[kind]
    printed = _printed(importlib.import_module(row.module), view, direct=row.direct)
    contents = [render(_environment(templates, site), row.template, printed, targets[0])]
    if len(targets) > 1:
        contents.append(codec.encode(twin(printed)))
    return written(out, dict(zip(targets, contents, strict=True)))


def written(out: str, contents: dict[str, bytes]) -> dict[str, int]:
    """Write files below `out` where their bytes change; return the counts of `page`."""
    sizes = [
        len(body) for name, body in contents.items() if files.write_if_changed(f"{out}/{name}", body)
    ]
    return {
        "written": len(sizes),
        "unchanged": len(contents) - len(sizes),
        "bytes_written": sum(sizes),
    }


def _printed(module: Any, path: str, *, direct: bool) -> Any:  # noqa: ANN401  one of the view modules
    return module.build(codec.load(path, module.Shard)) if direct else codec.load(path, module.View)


@cache
def _environment(templates: str, site: str) -> Environment:
    return environment(templates, codec.decode(site.encode(), Site, "the words of the frame"))
