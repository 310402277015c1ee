"""The domain that an operator claims, in the one form in which two spellings compare equal."""

import re
from typing import Final

RESERVED: Final = frozenset(
    "alt arpa example exit home i2p internal invalid lan local localhost onion test".split()
)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_REST = re.compile(r"[/?#]")
_FORBIDDEN = re.compile(r"[@\\\[\]%]|[^\x00-\x7f]")
_PORT = re.compile(r":(\d{0,5})$")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LAST = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]+")
_UNPRINTABLE = re.compile(r"[\x7f-\xa0\ud800-\udfff]")


def normalised(url: str) -> str | None:
    """Return the domain of a `url:` value, lower-case ASCII without `www.`; `None` if unusable.

    Idempotent: normalising the result gives it again. International names stay in their `xn--`
    form, so that no look-alike is ever printed.
    """
    host = _host(url)
    if host is None:
        return None
    labels = host.lower().removesuffix(".").split(".")
    first = 0
    while labels[first] == "www" and len(labels) - first > 2:
        first += 1
    del labels[:first]
    return ".".join(labels) if _valid(labels) else None


def _host(url: str) -> str | None:
    """Return the part between scheme and path, without its port."""
    scheme = _SCHEME.match(url)
    host = _REST.split(url[scheme.end() :] if scheme else url, maxsplit=1)[0]
    if _FORBIDDEN.search(host):
        return None
    port = _PORT.search(host)
    if port is None:
        return host
    return host[: port.start()] if int(port[1] or 0) <= 65535 else None


def _valid(labels: list[str]) -> bool:
    last = labels[-1]
    return (
        len(labels) >= 2
        and sum(map(len, labels)) + len(labels) - 1 <= 253
        and all(map(_valid_label, labels))
        and _LAST.fullmatch(last) is not None
        and last not in RESERVED
    )


def _valid_label(label: str) -> bool:
    if _LABEL.fullmatch(label) is None:
        return False
    if label[2:4] != "--":
        return True
    return label.startswith("xn--") and _is_punycode(label)


def _is_punycode(label: str) -> bool:
    """Tell whether an `xn--` label stands for printable text that is not plain ASCII."""
    try:
        decoded = label.removeprefix("xn--").encode("ascii").decode("punycode")
        again = decoded.encode("punycode").decode("ascii")
    except (UnicodeError, OverflowError, ValueError):
        return False
    return (
        not decoded.isascii() and _UNPRINTABLE.search(decoded) is None and f"xn--{again}" == label
    )
