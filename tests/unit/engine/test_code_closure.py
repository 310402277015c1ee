from pathlib import Path

from allium.engine import code_closure


def package(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        path = folder / "pkg" / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        (folder / "pkg" / "__init__.py").touch()
    return folder


def test_the_closure_follows_imports_of_modules_and_of_names_in_them(tmp_path: Path) -> None:
    root = package(
        tmp_path,
        a="from pkg import b\nimport os\n",
        b="from pkg.c import something\n",
        c="X = 1\n",
        d="from pkg import a\n",
    )
    assert code_closure.closure(root, ["pkg.a"]) == (
        "pkg/__init__.py",
        "pkg/a.py",
        "pkg/b.py",
        "pkg/c.py",
    )


def test_imports_in_parentheses_and_in_functions_are_seen(tmp_path: Path) -> None:
    root = package(
        tmp_path,
        a="from pkg import (\n    b,\n)\n\ndef f():\n    import pkg.c\n",
        b="",
        c="",
    )
    assert {"pkg/b.py", "pkg/c.py"} <= set(code_closure.closure(root, ["pkg.a"]))


def test_a_circle_of_imports_ends(tmp_path: Path) -> None:
    root = package(tmp_path, a="import pkg.b\n", b="import pkg.a\n")
    assert code_closure.closure(root, ["pkg.a"]) == ("pkg/__init__.py", "pkg/a.py", "pkg/b.py")
