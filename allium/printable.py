"""Text from strangers on its way to a terminal, a log or a report.

Relays, servers, file names and the environment can hold escape sequences that move a terminal's
cursor, line ends that forge a line of a log, bytes that are no text, and passwords within URLs.
"""

import re
from typing import Final

LONGEST: Final = 2000
"""Characters of one line: enough for any path and cause, too few to flood a log."""
ELLIPSIS: Final = "…"
HIDDEN: Final = "***"

NOT_PRINTABLE: Final = (
    "\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
)
"""For a class of a regular expression: controls (C0, DEL, C1), line and paragraph separators, the
controls of direction (Unicode: Bidi_Control), and lone surrogates (bytes that are no text)."""

_NOT_PRINTABLE = re.compile(f"[{NOT_PRINTABLE}]")
_USER = re.compile(r"(?<=//)\S*@|[^\s/=:]+:(?!//)\S*@")
"""What stands before the host of a URL, or of one whose scheme was forgotten."""
_QUERY = re.compile(r"\?\S*=\S*")
_PUBLIC_QUERY = re.compile(r"\?type=relay[:;,.)]?")
"""The only query that allium itself asks with; it holds no secret."""


class PrintableError(Exception):
    """An error whose message may quote strangers: it is made printable when the error is made."""

    def __init__(self, message: str) -> None:
        super().__init__(lines(message))


def line(text: str) -> str:
    """Return text as one line without secrets; what cannot be printed is shown as an escape."""
    printed = _NOT_PRINTABLE.sub(_escape, redacted(text))
    return printed if len(printed) <= LONGEST else f"{printed[: LONGEST - 1]}{ELLIPSIS}"


def lines(text: str) -> str:
    """Return what `line` does, of each line; line feeds stay where they are."""
    return "\n".join(map(line, text.split("\n")))


def redacted(text: str) -> str:
    """Return text without user names, passwords and queries in the URLs that it quotes.

    Rather too much is hidden than too little: a password may hold what ends a URL's authority.
    """
    if "@" in text:
        text = _USER.sub(f"{HIDDEN}@", text)
    return _QUERY.sub(_hidden, text) if "?" in text else text


def _hidden(query: re.Match[str]) -> str:
    return query[0] if _PUBLIC_QUERY.fullmatch(query[0]) else f"?{HIDDEN}"


def _escape(character: re.Match[str]) -> str:
    r"""Return `\x1b` for an escape, `\xff` for such a byte of a file name, else `\u202e`."""
    number = ord(character[0])
    if 0xDC80 <= number <= 0xDCFF:  # Python: PEP 383, a byte that could not be decoded
        number -= 0xDC00
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
