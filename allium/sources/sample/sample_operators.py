"""The people of the sample network: how many relays each has, and what they write about it."""

from functools import lru_cache
from typing import Final

from msgspec import Struct

from allium.sources.sample.pseudo_random import Draws

BLOCK: Final = 10_000
LARGEST: Final = 900
PLACES: Final = (
    ("de", "Germany"),
    ("us", "United States of America"),
    ("nl", "Netherlands"),
    ("fr", "France"),
    ("fi", "Finland"),
    ("se", "Sweden"),
    ("ch", "Switzerland"),
    ("gb", "United Kingdom"),
    ("ca", "Canada"),
    ("at", "Austria"),
    ("pl", "Poland"),
    ("ro", "Romania"),
    ("lu", "Luxembourg"),
    ("no", "Norway"),
    ("jp", "Japan"),
    ("au", "Australia"),
    ("sg", "Singapore"),
    ("md", "Moldova"),
    ("is", "Iceland"),
    ("br", "Brazil"),
    ("za", "South Africa"),
    ("hk", "Hong Kong"),
    ("cr", "Costa Rica"),
    ("ng", "Nigeria"),
)
SYSTEMS: Final = ("Linux", "Linux", "Linux", "FreeBSD", "OpenBSD", "Windows 8 [or later]", "Darwin")
VERSIONS: Final = (
    ("0.4.8.21", "recommended"),
    ("0.4.9.5", "recommended"),
    ("0.4.8.16", "unrecommended"),
    ("0.4.9.3-alpha", "experimental"),
    ("0.4.7.16", "obsolete"),
)
NAMES: Final = (
    "amber birch cedar delta ember fjord grove harbor iris juniper kestrel linden".split()
)
ERRORS: Final = (
    "URI-RSA: HTTP error connection timed out after 5s",
    "404 Not Found",
    "DNS SERVFAIL",
    "certificate verify failed",
    "Max retries exceeded",
)
REMARKS: Final = (
    "<b>no</b> & sons",
    "Jürgen Groß, 東京",
    'quote " and \\ backslash',
    "\u202eright to left\u202c",
    "https://example.net/a?b=c&d=e",
    "long " * 60,
)


class SampleOperator(Struct, frozen=True):
    """Somebody with relays: `number` names them, `first` is their first slot of `size`."""

    number: int
    first: int
    size: int
    name: str
    contact: str | None
    domain: str | None
    proof: str | None
    state: str
    places: tuple[int, ...]
    networks: tuple[int, ...]
    system: str
    version: int
    family: str


def operators(relays: int, seed: int) -> list[SampleOperator]:
    """Return the operators of a network of `relays` slots, by first slot."""
    found: list[SampleOperator] = []
    first = 0
    while first < relays:
        size = min(_size(first, relays), relays - first)
        found.append(_operator(len(found), first, size, seed))
        first += size
    return found


@lru_cache(maxsize=8)
def _sizes(block: int) -> dict[int, int]:
    """Return the size of the operator that begins at each slot of a block: 1/k, then ones."""
    largest = min(LARGEST, max(1, block * 18 // 100))
    sizes, first, number = {}, 0, 1
    while first < block:
        sizes[first] = max(1, int(largest / number**1.15))
        first += sizes[first]
        number += 1
    return sizes


def _size(first: int, relays: int) -> int:
    block = min(relays, BLOCK)
    return _sizes(block).get(first % block, 1)


def _operator(number: int, first: int, size: int, seed: int) -> SampleOperator:
    draws = Draws(seed, "operator", number)
    name = f"{draws.one_of(NAMES)}{number}"
    state = _state(number, draws)
    contact, domain, proof = _contact(name, number, state, draws)
    spread = 1 if size == 1 else min(4, 1 + size // 8)
    return SampleOperator(
        number,
        first,
        size,
        name,
        contact,
        domain,
        proof,
        state,
        tuple(draws.below(4) if draws.hits(0.6) else draws.below(24) for _ in range(spread)),
        tuple(draws.heavy(1, 400) for _ in range(spread)),
        draws.one_of(SYSTEMS),
        0 if draws.hits(0.7) else draws.below(len(VERSIONS)),
        ("listed", "key", "both", "alleged")[number % 4 if number < 8 else draws.below(4)],
    )


def _state(number: int, draws: Draws) -> str:
    """Return the AROI state; the first operators have one of each."""
    certain = (
        "validated partial validated3 unauthorized plain misconfigured incomplete none".split()
    )
    if number < len(certain):
        return certain[number]
    if draws.hits(0.22):
        return "none"
    return "plain" if draws.hits(0.88) else draws.one_of(certain[:7])


def _contact(
    name: str, number: int, state: str, draws: Draws
) -> tuple[str | None, str | None, str | None]:
    if state == "none":
        return None, None, None
    mail = f"email:tor[]{name}.example.org"
    if state == "plain":
        remark = REMARKS[number % len(REMARKS)] if draws.hits(0.2) else f"<tor AT {name} dot net>"
        return f"{name.title()} {remark}", None, None
    if state == "incomplete":
        return f"{mail} url:https://{name}.example.org ciissversion:2", None, None
    domain = f"{name}.example.org"
    proof = "uri-rsa" if draws.hits(0.8) else "dns-rsa"
    if state == "validated3":
        proof = "uri-familyid-ed25519"
    version = 3 if state == "validated3" else 2
    return f"{mail} url:https://{domain} proof:{proof} ciissversion:{version}", domain, proof
