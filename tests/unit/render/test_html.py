from pathlib import Path

import jinja2
import pytest

from allium.pages.parts.page_base import Head, View
from allium.render.environment import environment
from allium.render.html import page
from allium.render.site_info import Site


class Printed(View, frozen=True):
    words: str
    head: Head = Head(kind="k", title="t", description="d", crumbs=(), section="relays")


@pytest.fixture
def templates(tmp_path: Path) -> jinja2.Environment:
    (tmp_path / "good.html").write_text("{{ root }} {{ path }} {{ view.words }}\n")
    (tmp_path / "bad.html").write_text("{{ view.nothing }}")
    (tmp_path / "asks.html").write_text("{% if view.nothing is none %}{% endif %}")
    (tmp_path / "framed.html").write_text("{{ frame.header }}{{ frame.footer }}")
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "header.html").write_text("{{ root }}{{ here }}{{ finder }}")
    (tmp_path / "partials" / "footer.html").write_text("{{ root }}")
    (tmp_path / "world.html").write_text("{{ range(3) }}")
    return environment(str(tmp_path), Site(site_title="t"))


def test_a_page_knows_where_it_lies_and_escapes_what_it_prints(
    templates: jinja2.Environment,
) -> None:
    made = page(templates, "good.html", Printed(words="<b>ä"), "relay/A/index.html")
    assert made == "../../ relay/A/ &lt;b&gt;ä\n".encode()


@pytest.mark.parametrize("name", ["bad.html", "asks.html", "world.html"])
def test_a_template_that_asks_for_more_than_its_view_is_an_error(
    templates: jinja2.Environment, name: str
) -> None:
    with pytest.raises(jinja2.UndefinedError):
        page(templates, name, Printed(words=""), "index.html")


def test_what_is_around_a_page_depends_on_where_it_lies_and_on_its_section_only(
    templates: jinja2.Environment,
) -> None:
    first = page(templates, "framed.html", Printed(words="a"), "relay/A/index.html")
    assert first == b"../../relaysTrue../../\n"
    assert page(templates, "framed.html", Printed(words="b"), "index.html") == b"relaysFalse\n"
    assert page(templates, "framed.html", Printed(words="c"), "relay/B/index.html") == first
