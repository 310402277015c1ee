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
    "defaults": "{% macro row(words, other, last='<', end=none) %}{{ words }}{{ other }}{{ last }}{{ end }}"
    "{% endmacro %}{{ row(one, 1) }}{{ row(one, other, '&') }}{{ row(one, other, one, other) }}",
    "macros that take anything": "{% macro row(words) %}{{ words }}{{ varargs }}{{ kwargs }}{% endmacro %}"
    "{{ row(one, other) }}{{ row(one, more=other) }}{{ row(one) }}",
    "a caller that may be missing": "{% macro box() %}{% if caller is defined %}{{ one }}{{ caller() }}{% else %}-"
    "{% endif %}{% endmacro %}{{ box() }}{% call box() %}{{ other }}{% endcall %}",
    "a caller with arguments": "{% macro box(words) %}{% for word in [words, 1] %}{{ caller(word, loop.index) }}"
    "{% endfor %}{% endmacro %}{% call(word, place) box(one) %}{{ word }}{{ place }}{{ other }}{% endcall %}",
    "macros in loops that call macros": "{% macro cell(words) %}<i>{{ words }}</i>{% endmacro %}"
    "{% macro row(words) %}{% for word in words %}{{ cell(word) }}{% else %}-{% endfor %}{% endmacro %}"
    "{% for words in [[one, other], []] %}{{ row(words) }}{{ loop.first }}{% endfor %}",
    "attributes": "{{ one.__class__ }}{{ (one ~ other).__class__.__name__ }}{{ 'a'.upper() }}{{ (1).real }}{{ [].__len__() }}",
    "what is none": "{{ 'a' if one is none else other }}{% if other is not none and one is not none %}b{% endif %}",
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


def test_a_name_after_a_dot_is_an_attribute_and_never_an_item() -> None:
    made = environment("", Site(site_title="t"))
    told = {"items": 1, "class": 2}
    assert made.from_string("{{ x['items'] }}{{ x.class }}").render(x=told) == "12"
    assert "method" in made.from_string("{{ x.items }}").render(x=told)
    with pytest.raises(AttributeError):
        made.from_string("{{ x.nothing }}").render(x={"nothing": 1})
