"""The templates, and the little that they may see besides their view."""

import re
from typing import Any

import jinja2
from jinja2 import FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from allium.render.site import POLICY, Site

_MARKUP = re.compile("[&<>\"']").search


class _Compiler(CodeGenerator):
    """Compiles templates to print through `Environment.printed`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401, ARG002  jinja's
        self.write("environment.printed(")


class _Context(Context):
    """Calls macros at once, where jinja asks first whether what is called wants the context."""

    def call(self, called: Any, /, *args: Any, **named: Any) -> Any:  # noqa: ANN401  jinja's
        if type(called) is not Macro:
            return super().call(called, *args, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return called(*args, **named)


class Environment(jinja2.Environment):
    """jinja's, which escapes everything, but makes no object of each piece that needs no escaping.

    That and the calls of macros would be a quarter of the time that a page takes.
    """

    code_generator_class = _Compiler
    context_class = _Context

    @staticmethod
    def printed(value: object) -> str:
        """Return what a template prints: HTML as it is, anything else escaped."""
        if type(value) is Markup or (type(value) is str and _MARKUP(value) is None):
            return value
        return escape(value)


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
