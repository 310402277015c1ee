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


SOURCES = {
    "a macro": "{% macro item(words) %}<i title=\"{{ words }}\">{{ words ~ '<' }}</i>{% endmacro %}"
    "{% set all %}{{ item(one) }}{{ other }}{% endset %}{{ all }}{% if other %}{{ one }}{% endif %}",
    "named arguments in a loop": "{% macro row(words, last=none) %}{{ words }}{{ last }}{% endmacro %}"
    "{% for word in [one, other] %}{{ row(word, last=loop.last) }}{{ row(words=word) }}{% endfor %}",
    "a caller in a block": "{% macro box() %}<b>{{ caller() }}</b>{% endmacro %}"
    "{% block content %}{% call box() %}{{ one }}{% endcall %}{{ other }}{% endblock %}",
    "what is no macro": "{{ [one].count(one) }}{{ '%s'.format(other) }}"
    "{% for part in [[one], [other]] recursive %}{{ part if part is string or part is not iterable else loop(part) }}"
    "{% endfor %}",
}


@given(st.sampled_from(sorted(SOURCES)), HOSTILE, HOSTILE)
def test_a_template_is_rendered_as_jinja_would(name: str, one: object, other: object) -> None:
    made, plain = (
        kind(autoescape=True).from_string(SOURCES[name]).render(one=one, other=other)
        for kind in (Environment, jinja2.Environment)
    )
    assert made == plain


@pytest.mark.parametrize("call", ["item()()", "item(1, 2)", "item(nothing=1)"])
def test_a_macro_called_wrongly_is_an_error(call: str) -> None:
    source = "{% macro item(words) %}{{ words }}{% endmacro %}{{ " + call + " }}"
    with pytest.raises((TypeError, jinja2.UndefinedError)):
        environment("", Site(site_title="t")).from_string(source).render()


def test_templates_print_through_it() -> None:
    made = environment("", Site(site_title="t"))
    assert "environment.printed(" in made.compile("{{ view.words }}", raw=True)


def test_what_is_undefined_is_an_error_not_blank() -> None:
    made = environment("", Site(site_title="t"))
    with pytest.raises(jinja2.UndefinedError):
        made.from_string("{{ nothing }}").render()
