from pathlib import Path

import pytest

from allium.settings import EXAMPLES, Settings, SettingsError, load


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return folder


def test_a_later_place_wins(tmp_path: Path) -> None:
    write(tmp_path, pyproject='[tool.allium]\nhour = 1\nseed = 1\nrelays = 1\nunits = "bytes"')
    write(tmp_path, allium="hour = 2\nseed = 2\nrelays = 2")
    environment = {"ALLIUM_HOUR": "3", "ALLIUM_SEED": "3", "HOME": "/"}
    found = load({"hour": "4"}, environment, tmp_path, tmp_path)
    assert (found.hour, found.seed, found.relays, found.units) == (4, 3, 2, "bytes")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("units", "bit"),
        ("filter_downtime", "-1"),
        ("filter_downtime", "a week"),
        ("offline", "perhaps"),
        ("base_url", "ftp://example.org"),
        ("relays", "0"),
        ("sourec", "sample"),
        ("site_title", "two\nlines"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{variable}.*\(command line\)"):
        load({variable: value}, {}, tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("variable", "right"),
    [
        ("apis", "all or details"),
        ("units", "bits or bytes"),
        ("base_url", "https://tor.example.org"),
        ("base_path", "/tor/"),
    ],
)
def test_a_wrong_spelling_is_told_the_right_one(tmp_path: Path, variable: str, right: str) -> None:
    with pytest.raises(SettingsError, match=rf"\): Expected .*{right}$"):
        load({variable: "wrong"}, {}, tmp_path, tmp_path)


@pytest.mark.parametrize(("variable", "example"), EXAMPLES.items())
def test_the_examples_are_good_settings(tmp_path: Path, variable: str, example: str) -> None:
    assert getattr(load({variable: example}, {}, tmp_path, tmp_path), variable) == example


def test_the_address_of_the_site_may_end_with_a_slash(tmp_path: Path) -> None:
    found = load({"base_url": "https://example.org/tor/"}, {}, tmp_path, tmp_path)
    assert found.base_url == "https://example.org/tor"


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, allium="hour = = 2")
    with pytest.raises(SettingsError, match=r"^allium\.toml"):
        load({}, {}, tmp_path, tmp_path)


def test_a_relative_path_starts_where_it_was_written(tmp_path: Path) -> None:
    project, working = tmp_path / "project", tmp_path / "working"
    project.mkdir()
    write(project, allium='cache = "c"')
    found = load({"out": "w", "source": "s"}, {}, project, working)
    assert (found.cache, found.out, found.source) == (
        str(project / "c"),
        str(working / "w"),
        str(working / "s"),
    )


def test_an_optional_setting_can_be_cleared(tmp_path: Path) -> None:
    write(tmp_path, allium="max_details_age = 3")
    assert load({"max_details_age": "none"}, {}, tmp_path, tmp_path).max_details_age is None


def test_the_defaults_are_good_settings(tmp_path: Path) -> None:
    assert load({}, {}, tmp_path, tmp_path).source == Settings().source == "sample"


@pytest.mark.parametrize(
    ("inner", "places"),
    [
        ("cache", {"out": "."}),
        ("cache", {"out": "site", "cache": "site"}),
        ("cache", {"out": "site", "cache": "site/cache"}),
        ("out", {"out": "cache/site", "cache": "cache"}),
        ("cache", {"out": "/"}),
        ("publish", {"out": "site", "publish": "site"}),
        ("publish", {"out": "site", "publish": "site/public"}),
        ("publish", {"cache": "cache", "publish": "cache/public"}),
        ("cache", {"out": "link", "cache": "site/cache"}),
    ],
)
def test_folders_that_hold_what_another_is_for_are_refused(
    tmp_path: Path, inner: str, places: dict[str, str]
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "link").symlink_to("site")
    with pytest.raises(SettingsError, match=rf"^{inner}=.* lies within \w+=.*of its own"):
        load(places, {}, tmp_path, tmp_path)


def test_folders_beside_each_other_are_good(tmp_path: Path) -> None:
    places = {"out": "public/next", "cache": "public-cache", "publish": "public"}
    found = load(places, {}, tmp_path, tmp_path)
    assert found.publish == str(tmp_path / "public")
