import os
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest

from allium.settings import EXAMPLES, PATHS, ROOTS, Settings, SettingsError, load
from allium.store import codec


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


FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}
TEXTS = sorted(name for name in FIELDS if isinstance(getattr(Settings(), name), str | None))
URLS = {"base_url", "onion_url", "source_code"}
GOOD: dict[str, str] = {
    **dict.fromkeys(("site_title", "footer", *PATHS), "words"),
    **dict.fromkeys(("filter_downtime", "max_details_age", "relays", "hour", "seed"), "3"),
    **dict.fromkeys(("keep", "max_drop", "max_files", "max_file_bytes"), "3"),
    **dict.fromkeys(("twins", "search_parts", "exports", "compress"), "false"),
    **dict.fromkeys(("votes", "vote_pages"), "false"),
    "source": "folder",
    "apis": "details",
    "units": "bytes",
    **dict.fromkeys(("offline", "operator_gauges", "weights"), "true"),
    **EXAMPLES,
}
"""A good value of each setting other than its default."""


def quoted(value: object) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(one):08x}" for one in value) + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def by_argument(name: str, value: str, folder: Path) -> Settings:
    return load({name: value}, {}, folder, folder)


def by_environment(name: str, value: str, folder: Path) -> Settings:
    return load({}, {f"ALLIUM_{name.upper()}": value}, folder, folder)


def by_allium_toml(name: str, value: object, folder: Path) -> Settings:
    write(folder, allium=f"{name} = {quoted(value)}")
    return load({}, {}, folder, folder)


def by_pyproject(name: str, value: object, folder: Path) -> Settings:
    write(folder, pyproject=f"[tool.allium]\n{name} = {quoted(value)}")
    return load({}, {}, folder, folder)


Said = Callable[[str, Any, Path], Settings]
PLACES: list[Said] = [by_argument, by_environment, by_allium_toml, by_pyproject]


def test_votes_are_read_unless_they_or_all_but_the_details_are_left_out() -> None:
    assert Settings().reads_votes
    assert not Settings(votes=False).reads_votes
    assert not Settings(apis="details").reads_votes


def test_weights_are_read_where_they_are_asked_for_and_not_all_but_the_details_left_out() -> None:
    assert not Settings().reads_weights
    assert Settings(weights=True).reads_weights
    assert not Settings(weights=True, apis="details").reads_weights


def test_every_setting_is_tried() -> None:
    assert GOOD.keys() == FIELDS.keys()
    assert {name for name in FIELDS if name in URLS | ROOTS} == URLS


@pytest.mark.parametrize(("name", "said"), [*product(FIELDS, PLACES)])
def test_a_line_end_behind_a_value_is_cut(tmp_path: Path, name: str, said: Said) -> None:
    for end in ("\n", "\r\n", "\n\n"):
        found = said(name, GOOD[name] + end, tmp_path)
        assert found == by_argument(name, GOOD[name], tmp_path)
        assert getattr(found, name) != getattr(Settings(), name)


CONTROLS = ["\n", "\r", "\0", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u202e"]


@pytest.mark.parametrize(("name", "said"), [*product(TEXTS, PLACES)])
def test_no_setting_holds_what_cannot_be_printed(tmp_path: Path, name: str, said: Said) -> None:
    for control in CONTROLS:
        value = GOOD[name][:-1] + control + GOOD[name][-1:]
        with pytest.raises(SettingsError, match=rf"^{name}=") as refused:
            said(name, value, tmp_path)
        assert re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e]", str(refused.value)) is None


HUGE = ["9" * 18, "9" * 30, "9" * 5000, "1e400", "1e30", "-" + "9" * 30, "inf", "nan"]


@pytest.mark.parametrize(("name", "said"), [*product(FIELDS, PLACES)])
def test_a_huge_number_is_a_wrong_setting_or_plain_text(
    tmp_path: Path, name: str, said: Said
) -> None:
    for number in HUGE:
        bare = said in (by_allium_toml, by_pyproject) and len(number) < 9
        try:
            found = said(name, float(number) if bare else number, tmp_path)
        except SettingsError as error:
            assert 0 < len(str(error).partition(name)[2]) < 1000  # noqa: PT017  either is good
        else:
            assert name in TEXTS
            assert codec.decode(codec.encode(found), Settings, "here") == found


ODD = ["[]", "{}", "[[1]]", "2026-01-01", "2026-01-01T00:00:00Z", "12:00:00", "0x10", "1.5", "nan"]


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", ODD)
def test_a_value_of_another_type_is_a_wrong_setting(tmp_path: Path, name: str, value: str) -> None:
    write(tmp_path, allium=f"{name} = {value}")
    try:
        found = load({}, {}, tmp_path, tmp_path)
    except SettingsError as error:
        assert name in str(error)  # noqa: PT017  either is good
    else:
        assert value == "0x10"  # an integer
        assert getattr(found, name) in {16, True}


@pytest.mark.parametrize(
    "text",
    [
        "hour = " + "9" * 5000,
        "hour = " + "[" * 3000,
        'site_title = "\udcff"',
        "hour = = 2",
        "hour\x00 = 2",
        '"\\u001b" = 2',
    ],
)
def test_a_file_that_is_no_toml_is_named_without_a_traceback(tmp_path: Path, text: str) -> None:
    (tmp_path / "allium.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError, match=r"allium\.toml"):
        load({}, {}, tmp_path, tmp_path)


@pytest.mark.parametrize("text", ["tool = 3", "tool = []", "[tool]\nallium = 3"])
def test_a_table_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    write(tmp_path, pyproject=text)
    with pytest.raises(SettingsError, match=r"^pyproject\.toml: \[tool\.allium\] must be a table"):
        load({}, {}, tmp_path, tmp_path)


@pytest.mark.parametrize(("name", "said"), [*product(sorted(PATHS | {"source"}), PLACES[:2])])
def test_a_folder_whose_name_is_no_utf8_is_refused_with_its_bytes(
    tmp_path: Path, name: str, said: Said
) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}=.*/x\\xff.*: Expected UTF-8") as refused:
        said(name, os.fsdecode(b"/x\xff"), tmp_path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(PATHS | {"source"}))
@pytest.mark.parametrize("value", ["~nobody-of-this-name/x", "~"])
def test_a_home_that_there_is_not_is_a_wrong_setting(
    tmp_path: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    try:
        found = by_argument(name, value, tmp_path)
    except SettingsError as error:
        assert str(error).startswith(f"{name}=")  # noqa: PT017  either is good
    else:
        assert getattr(found, name) == str(tmp_path / "home")


@pytest.mark.parametrize(
    "value",
    [
        "http://host/x?token=hunter2",
        "https://me:hunter2@ho st/",
        "https://me:hun ter2@host/",
        "https://me:hunter2@host/#x",
        "https://me:hunter2@host/\x1b",
        "https://me:hunter2@/",
        "htps://me:hunter2@host/",
        "me:hunter2@host/\x1b",
    ],
)
@pytest.mark.parametrize("name", sorted({"source", *URLS}))
def test_a_refused_address_does_not_show_its_secret(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}=") as refused:
        by_environment(name, value, tmp_path)
    assert not re.search("hun|ter2", str(refused.value))


@pytest.mark.parametrize("name", sorted(URLS))
def test_an_address_that_readers_see_holds_no_password(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}="):
        by_argument(name, "https://me:hunter2@example.org", tmp_path)


def test_a_server_of_documents_may_want_a_password(tmp_path: Path) -> None:
    source = "https://me:hunter2@example.org/onionoo"
    assert by_argument("source", source, tmp_path).source == source


def test_an_unknown_name_is_shown_without_its_escapes(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^\\x1b\[31m \(environment\)"):
        load({}, {"ALLIUM_\x1b[31m": "x"}, tmp_path, tmp_path)
