"""Text from strangers: what may stay in a string, and what JSON must be mended before it parses."""

import mmap
import re
from typing import Final

from allium.printable import NOT_PRINTABLE

REPLACEMENT: Final = "\ufffd"
_UNWANTED = re.compile(f"[{NOT_PRINTABLE}]")
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def cleaned(text: str) -> str:
    """Return text without controls, line separators, direction controls and lone surrogates."""
    return _UNWANTED.sub(REPLACEMENT, text)


def cut(text: str, length: int) -> str:
    """Return at most `length` characters, the last an ellipsis when something was cut."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def has_surrogate(body: bytes | mmap.mmap) -> bool:
    """Tell whether JSON has an escape that may be half a character, which no parser takes."""
    return _SURROGATE.search(body) is not None


def mended(body: bytes) -> bytes:
    """Return JSON whose lone surrogate escapes and invalid UTF-8 have become U+FFFD."""
    text = body.decode("utf-8", "replace").encode()
    if _SURROGATE.search(text) is None:
        return text
    return _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], text)
