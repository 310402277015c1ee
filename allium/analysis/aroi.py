"""What a contact claims: the operator's domain and how it says to prove it (CIISS 2 and 3)."""

import re
from hashlib import md5
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis import domains

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
    "v3_information_only": "contact details without a domain claim",
    "missing_two": "only one of three fields",
    "missing_version": "no CIISS version",
    "missing_proof": "no proof type",
    "missing_url": "no web address",
    "unsupported_version": "CIISS version not supported",
    "wrong_proof_type": "proof type belongs to the other CIISS version",
    "unknown_proof_type": "unknown proof type",
    "invalid_domain": "web address is not a usable domain",
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
    found = {key: match[1] if match else "" for key, match in _matches(contact)}
    missing = [key for key, value in found.items() if not value]
    if len(missing) == 3:
        return Claim("not_configured")
    if found["ciissversion"] == "3" and not found["url"]:
        return Claim("not_configured", "v3_information_only")
    if missing:
        return Claim("incomplete", "missing_two" if len(missing) == 2 else _MISSING[missing[0]])
    return _judged(found["ciissversion"], found["proof"].lower(), found["url"])


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
    domain = domains.normalised(url)
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
