"""Every text of a stranger passes one function before it reaches a terminal, a log or a report."""

import importlib
import inspect
import pkgutil
import re
import unicodedata

import pytest
from doit.exceptions import BaseFail
from hypothesis import given
from hypothesis import strategies as st

import allium
from allium import printable
from allium.sources.onionoo.repair import REPLACEMENT, cleaned

HOSTILE = "\x1b]0;title\x07\x9b31m\r\u202ex\udcff\n"
SECRETS = ("hunter2", "s3cret")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\rb\x00c\x7fd\x9be", r"a\x0db\x00c\x7fd\x9be"),
        ("a\nb", r"a\x0ab"),
        ("a\u202eb\u2028c", r"a\u202eb\u2028c"),
        ("x\udcff\ud800", r"x\xff\ud800"),
        ("größe 日本 …", "größe 日本 …"),
    ],
)
def test_what_cannot_be_printed_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable.line(text) == shown


@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_no_text_reaches_a_terminal_as_more_than_one_line_of_characters(text: str) -> None:
    shown = printable.line(text)
    shown.encode()
    kinds = {unicodedata.category(one) for one in shown}
    assert kinds.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    bidi = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert {unicodedata.bidirectional(one) for one in shown}.isdisjoint(bidi)


@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_data_lose_the_same_characters_as_messages(text: str) -> None:
    plain = text.replace(REPLACEMENT, "")
    lost = cleaned(plain).count(REPLACEMENT)
    assert lost == sum(cleaned(one) == REPLACEMENT for one in plain)
    assert (cleaned(plain) == plain) == (printable._NOT_PRINTABLE.search(plain) is None)


def test_lines_stay_lines() -> None:
    assert printable.lines("first\nsec\x1bond\n") == "first\nsec\\x1bond\n"


def test_a_line_without_end_is_cut() -> None:
    assert len(printable.line("x" * 10**6)) == printable.LONGEST


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:hunter2@host/details: 503", "https://***@host/details: 503"),
        ("https://hunter2@host/", "https://***@host/"),
        ("https://me:hun@ter/s3cret@host/", "https://***@host/"),
        ("https://me:hunt'er2\"@host/", "https://***@host/"),
        ("source=me:hunter2@host/", "source=***@host/"),
        ("https:/me:hunter2@host", "***@host"),
        ("to 'https://host/x?X-Signature=s3cret&a=hunter2'", "to 'https://host/x?***"),
        ("Max retries exceeded with url: /x?token=s3cret (", "Max retries exceeded with url: /x?*** ("),
        ("/details?type=relay&token=s3cret", "/details?***"),
        ("https://h/details?type=relay: 404", "https://h/details?type=relay: 404"),
        ("is that so? a=b", "is that so? a=b"),
        ("write to me@example.org", "write to me@example.org"),
    ],
)  # fmt: skip
def test_secrets_of_urls_are_hidden(text: str, shown: str) -> None:
    assert printable.line(text) == shown
    assert not any(secret in printable.line(text) for secret in SECRETS)


def errors() -> list[type]:
    """Return every error that a module of allium defines."""
    modules = [
        importlib.import_module(one.name)
        for one in pkgutil.walk_packages(allium.__path__, "allium.")
        if not one.name.endswith("__main__")
    ]
    return sorted(
        {
            one
            for module in modules
            for one in vars(module).values()
            if inspect.isclass(one)
            and issubclass(one, (BaseException, BaseFail))
            and one.__module__.startswith("allium.")
        },
        key=str,
    )


WITHOUT_WORDS = {"Skip", "_Late", "_EndedError"}
"""Nobody reads what these say: they are caught where they are counted."""


def test_there_are_errors_to_look_at() -> None:
    names = {one.__name__ for one in errors()}
    assert names >= {"SourceError", "StoreError", "SettingsError", "Failure", *WITHOUT_WORDS}


@pytest.mark.parametrize("error", errors(), ids=lambda one: one.__name__)
def test_every_error_of_allium_can_be_printed(error: type) -> None:
    if error.__name__ in WITHOUT_WORDS:
        pytest.skip("it has no message")
    made = error(f"{HOSTILE}https://me:hunter2@host/?token=s3cret")
    told = made.get_msg() if hasattr(made, "get_msg") else str(made)
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\udcff]", told) is None
    assert not any(secret in told for secret in SECRETS)
