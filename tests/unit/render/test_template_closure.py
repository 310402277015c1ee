from pathlib import Path

import pytest
from jinja2 import Environment, meta

from allium.render.template_closure import ClosureError, closure
from tests.support.project import REPOSITORY

TEMPLATES = REPOSITORY / "templates"


def write(folder: Path, **templates: str) -> Path:
    for name, text in templates.items():
        (folder / f"{name}.html").write_text(text)
    return folder


def test_all_that_a_page_extends_includes_and_imports_is_found(tmp_path: Path) -> None:
    write(
        tmp_path,
        page='{% extends "base.html" %}{% import "words.html" as words %}',
        base='{% include "footer.html" %}',
        words='{% from "more.html" import more %}',
        footer="",
        more="",
        other="",
    )
    assert closure(tmp_path, "page.html") == (
        "base.html",
        "footer.html",
        "more.html",
        "page.html",
        "words.html",
    )


def test_templates_that_name_each_other_end(tmp_path: Path) -> None:
    write(tmp_path, a='{% include "b.html" %}', b='{% include "a.html" %}')
    assert closure(tmp_path, "a.html") == ("a.html", "b.html")


@pytest.mark.parametrize(
    "text",
    [
        "{%- extends 'b.html' -%}",
        '{%+ include "b.html" ignore missing with context %}',
        '{%\n  from "b.html"\n  import b\n%}',
        '{%import"b.html"as b%}',
        '{% include "b.html" without context %}',
    ],
)
def test_a_tag_is_found_however_it_is_written(tmp_path: Path, text: str) -> None:
    write(tmp_path, a=text, b="")
    assert closure(tmp_path, "a.html") == ("a.html", "b.html")


@pytest.mark.parametrize(
    "text",
    [
        "{% include name %}",
        '{% include "a" ~ name %}',
        '{% extends "b.html" if wide else "c.html" %}',
        '{% include ["b.html", "c.html"] %}',
        '{% from name + ".html" import a %}',
    ],
)
def test_a_computed_name_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, a=text)
    with pytest.raises(ClosureError, match=r"^a\.html"):
        closure(tmp_path, "a.html")


@pytest.mark.parametrize(
    "name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
)
def test_every_template_depends_on_what_jinja_finds_in_it(name: str) -> None:
    def named(one: str) -> set[str | None]:
        tree = Environment(autoescape=True).parse((TEMPLATES / one).read_text())
        return set(meta.find_referenced_templates(tree))

    found = set(closure(TEMPLATES, name))
    assert found == {name}.union(*map(named, found))
