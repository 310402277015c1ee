from pathlib import Path

import jinja2
import pytest
from msgspec import Struct

from allium.render.environment import environment
from allium.render.page import page
from allium.render.site import Site


class Printed(Struct):
    words: str


@pytest.fixture
def templates(tmp_path: Path) -> jinja2.Environment:
    (tmp_path / "good.html").write_text("{{ root }} {{ path }} {{ view.words }}\n")
    (tmp_path / "bad.html").write_text("{{ view.nothing }}")
    (tmp_path / "world.html").write_text("{{ range(3) }}")
    return environment(str(tmp_path), Site(site_title="t"))


def test_a_page_knows_where_it_lies_and_escapes_what_it_prints(
    templates: jinja2.Environment,
) -> None:
    made = page(templates, "good.html", Printed("<b>ä"), "relay/A/index.html")
    assert made == "../../ relay/A/ &lt;b&gt;ä\n".encode()


@pytest.mark.parametrize(
    ("name", "error"), [("bad.html", AttributeError), ("world.html", jinja2.UndefinedError)]
)
def test_a_template_that_asks_for_more_than_its_view_is_an_error(
    templates: jinja2.Environment, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        page(templates, name, Printed(""), "index.html")
