"""What a contact claims: the operator's domain and how it says to prove it (CIISS 2 and 3)."""

import re
from hashlib import md5
from typing import Final, Literal, TypeAlias

from msgspec import Struct

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


Completeness: TypeAlias = Literal["no_contact", "not_configured", "incomplete", "complete"]
ContactId: TypeAlias = str
"""Thirty-two lower-case hexadecimal digits: the address of an operator."""

NO_CONTACT: Final = "d41d8cd98f00b204e9800998ecf8427e"
"""The id shared by all relays without contact information; they are no operator."""

PROOFS: Final = {
    "dns-rsa": "2",
    "uri-rsa": "2",
    "dns-familyid-ed25519": "3",
    "uri-familyid-ed25519": "3",
}
"""Each proof type and the CIISS version it belongs to."""

REASONS: Final = {
    "v3_information_only": "contact information without a domain",
    "missing_two": "only one of three fields (url, proof, ciissversion)",
    "missing_version": "ciissversion: is missing",
    "missing_proof": "proof: is missing",
    "missing_url": "url: is missing",
    "unsupported_version": "this ciissversion is not supported",
    "wrong_proof_type": "this proof type needs another ciissversion",
    "unknown_proof_type": "unknown proof type",
    "invalid_domain": "url: has no usable domain",
}

_MISSING = {"ciissversion": "missing_version", "proof": "missing_proof", "url": "missing_url"}
_FIELDS = {key: re.compile(rf"(?<![A-Za-z0-9_]){key}:([^\s,]*)", re.IGNORECASE) for key in _MISSING}


class Claim(Struct, frozen=True):
    """A contact's claim; `domain` and `proof` only when complete, `reason` a key of `REASONS`."""

    completeness: Completeness
    reason: str | None = None
    domain: str | None = None
    proof: str | None = None


def claim(contact: str | None) -> Claim:
    """Return what a cleaned contact claims, in time linear in its length."""
    if contact is None or not contact.strip():
        return Claim("no_contact")
    fields = {key: match[1] if match else "" for key, match in _matches(contact)}
    missing = [key for key, value in fields.items() if not value]
    if len(missing) == 3:
        return Claim("not_configured")
    if fields["ciissversion"] == "3" and not fields["url"]:
        return Claim("not_configured", "v3_information_only")
    if missing:
        return Claim("incomplete", "missing_two" if len(missing) == 2 else _MISSING[missing[0]])
    return _judged(fields["ciissversion"], fields["proof"].lower(), fields["url"])


def _matches(contact: str) -> list[tuple[str, re.Match[str] | None]]:
    return [(key, pattern.search(contact)) for key, pattern in _FIELDS.items()]


def _judged(version: str, proof: str, url: str) -> Claim:
    """Return the claim of a contact that has all three fields."""
    if version not in {"2", "3"}:
        return Claim("incomplete", "unsupported_version")
    if proof not in PROOFS:
        return Claim("incomplete", "unknown_proof_type")
    if PROOFS[proof] != version:
        return Claim("incomplete", "wrong_proof_type")
    domain = normalised(url)
    if domain is None:
        return Claim("incomplete", "invalid_domain")
    return Claim("complete", None, domain, proof)


def contact_id(contact: str | None, claimed: Claim) -> ContactId:
    """Return the operator's address: of the domain when the claim is complete, else of the text.

    MD5 is an address here and no protection: it keeps existing links alive.
    """
    if contact is None or claimed.completeness == "no_contact":
        return NO_CONTACT
    identity = contact if claimed.domain is None else f"aroi_domain:{claimed.domain}"
    return md5(identity.encode(), usedforsecurity=False).hexdigest()
