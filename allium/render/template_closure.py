"""The template files that a page depends on.

They are found by the text of the tags that name them, which is much quicker than by parsing, and
sees every one, were it in a comment.
"""

import re
from functools import cache
from pathlib import Path

from allium.printable import PrintableError

_TAG = re.compile(
    r"""\{%[-+]?\s*(?:extends|include|import|from)\b"""
    r"""\s*(?:(["'])([\w./-]+)\1\s*(?=[-+]?%\}|as\b|import\b|ignore\b|with))?"""
)


class ClosureError(PrintableError):
    """A template names another one in a way that only a running page could resolve."""


def closure(templates: Path, *names: str) -> tuple[str, ...]:
    """Return templates with all that they extend, include and import, sorted.

    Raises `ClosureError` for a name that is computed.
    """
    closed: set[str] = set()
    waiting = list(names)
    while waiting:
        current = waiting.pop()
        if current not in closed:
            closed.add(current)
            waiting.extend(_references(templates, current))
    return tuple(sorted(closed))


@cache
def _references(templates: Path, name: str) -> tuple[str, ...]:
    named = [tag[2] for tag in _TAG.finditer((templates / name).read_text(encoding="utf-8"))]
    if None in named:
        raise ClosureError(f"{name}: the name of a template is computed")
    return tuple(named)
