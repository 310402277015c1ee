from pathlib import Path

import pytest

from allium.render.closure import ClosureError, closure


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


def test_a_computed_name_is_refused(tmp_path: Path) -> None:
    write(tmp_path, a="{% include name %}")
    with pytest.raises(ClosureError, match=r"^a\.html"):
        closure(tmp_path, "a.html")
