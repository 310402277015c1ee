import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from allium.render.environment import environment
from allium.render.site_info import Site

HOSTILE = st.text(alphabet="&<>\"'ab \x00é")
MADE = environment("", Site(site_title="t"))


@given(HOSTILE)
def test_what_is_printed_is_escaped(words: str) -> None:
    printed = MADE.from_string("{{ words }}{{ words | said }}{{ none | said(words) }}")
    clean = escape(words)
    assert printed.render(words=words) == f"{clean}<bdi>{clean}</bdi>{clean}"


@pytest.mark.parametrize(
    "source", ["{{ nothing }}", "{{ x.nothing }}", "{{ x.nothing is none }}", "{{ x['nothing'] }}"]
)
def test_what_is_undefined_is_an_error_and_neither_blank_nor_none(source: str) -> None:
    with pytest.raises(jinja2.UndefinedError):
        MADE.from_string(source).render(x={"a": 1})
