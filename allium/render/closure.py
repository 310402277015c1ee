"""The template files that a page depends on."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, meta


class ClosureError(Exception):
    """A template names another one in a way that only a running page could resolve."""


def closure(templates: Path, name: str) -> tuple[str, ...]:
    """Return the template `name` with all that it extends, includes and imports, sorted.

    Raises `ClosureError` for a name that is computed.
    """
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(_references(templates, current))
    return tuple(sorted(found))


@cache
def _references(templates: Path, name: str) -> tuple[str, ...]:
    source = (templates / name).read_text(encoding="utf-8")
    named = list(meta.find_referenced_templates(Environment(autoescape=True).parse(source)))
    if None in named:
        raise ClosureError(f"{name}: the name of a template is computed")
    return tuple(reference for reference in named if reference is not None)
