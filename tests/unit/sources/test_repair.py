import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.sources.onionoo.repair import REPLACEMENT, cleaned, cut, mended


@pytest.mark.parametrize(
    ("escaped", "kept"),
    [
        (rb"\ud83d\ude00", rb"\ud83d\ude00"),
        (rb"\uD83D\uDE00", rb"\uD83D\uDE00"),
        (rb"\ud83d", rb"\ufffd"),
        (rb"\ude00\ud83d", rb"\ufffd\ufffd"),
        (rb"\ud83d\ud83d\ude00", rb"\ufffd\ud83d\ude00"),
        (rb"\ud83d\u0041", rb"\ufffd\u0041"),
        (rb"\\ud83d", rb"\\ud83d"),
        (rb"\\\ud83d", rb"\\\ufffd"),
        (b"\xed\xa0\x80", REPLACEMENT.encode() * 3),
        (b"\xc3(", REPLACEMENT.encode() + b"("),
    ],
)
def test_only_half_a_pair_and_broken_bytes_are_mended(escaped: bytes, kept: bytes) -> None:
    assert mended(b'"' + escaped + b'"') == b'"' + kept + b'"'


@pytest.mark.parametrize(
    "code",
    [
        0x00,
        0x1F,
        0x7F,
        0x9F,
        0x200E,
        0x200F,
        0x2028,
        0x2029,
        0x202A,
        0x202E,
        0x2066,
        0x2069,
        0xD800,
    ],
)
def test_a_character_that_nobody_sees_becomes_one_that_everybody_sees(code: int) -> None:
    assert cleaned(f"a{chr(code)}b") == f"a{REPLACEMENT}b"


@pytest.mark.parametrize("code", [0x20, 0x7E, 0xA0, 0x200D, 0x202F, 0x2065, 0x206A, 0xE000])
def test_its_neighbours_stay(code: int) -> None:
    assert cleaned(f"a{chr(code)}b") == f"a{chr(code)}b"


@given(st.text(st.characters()))
def test_what_is_clean_can_always_be_written(text: str) -> None:
    once = cleaned(text)
    assert once.encode().decode() == once
    assert (cleaned(once), len(once)) == (once, len(text))


@pytest.mark.parametrize(("length", "short"), [(4, "abcd"), (3, "ab…"), (1, "…")])
def test_text_is_cut_to_its_cap_with_the_ellipsis_inside(length: int, short: str) -> None:
    assert cut("abcd", length) == short
