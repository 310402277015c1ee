import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from allium.render.environment import Environment, environment
from allium.render.site import Site

HOSTILE = st.text(alphabet="&<>\"'ab \x00é") | st.integers() | st.none() | st.booleans()


class Loud(str):
    """Text of a kind that says itself what it is as HTML."""

    __slots__ = ()

    def __html__(self) -> str:
        return f"<b>{escape(str(self))}</b>"


@given(HOSTILE | st.builds(Markup, st.text()) | st.builds(Loud, st.text()))
def test_what_is_printed_is_what_jinja_would_print(value: object) -> None:
    assert str(Environment.printed(value)) == str(escape(value))


@given(HOSTILE, HOSTILE)
def test_a_template_with_a_macro_escapes_everything_once(one: object, other: object) -> None:
    source = (
        "{% macro item(words) %}<i title=\"{{ words }}\">{{ words ~ '<' }}</i>{% endmacro %}"
        "{% set all %}{{ item(one) }}{{ other }}{% endset %}{{ all }}{% if other %}{{ one }}{% endif %}"
    )
    plain = jinja2.Environment(autoescape=True)
    assert Environment(autoescape=True).from_string(source).render(
        one=one, other=other
    ) == plain.from_string(source).render(one=one, other=other)


def test_templates_print_through_it() -> None:
    made = environment("", Site(site_title="t"))
    assert "environment.printed(" in made.compile("{{ view.words }}", raw=True)


def test_what_is_undefined_is_an_error_not_blank() -> None:
    made = environment("", Site(site_title="t"))
    with pytest.raises(jinja2.UndefinedError):
        made.from_string("{{ nothing }}").render()
