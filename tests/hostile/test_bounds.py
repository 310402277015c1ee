"""Whatever strangers write costs time and memory in proportion to its length, and no more.

Times are those of this process alone, the best of up to seven; eight times the input may take three
times as long as it should before a test fails. What takes the square takes eight times as long.
"""

import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import Raw

from allium.analysis import search_prefixes
from allium.analysis.aroi import aroi_claim
from allium.analysis.relay import platform
from allium.sources.onionoo import documents, history_record
from allium.sources.onionoo.details_record import Reader, Skip
from tests.support.network import HOUR, Document, details, dumps, fingerprint, relay, validations

GROWTH = 8
PATIENCE = 3
TRIES = 7
INSTANT = 0.005
LATEST = "2026-02-15 18:00:00"

TEXTS: dict[str, Callable[[int], str]] = {
    "one letter": lambda n: "a" * n,
    "keys": lambda n: "url:" * (n // 4),
    "keys apart": lambda n: "proof: url: " * (n // 12),
    "schemes": lambda n: f"url:{'https://' * (n // 8)} proof:uri-rsa ciissversion:2",
    "a complete claim": lambda n: f"url:{'www.' * (n // 4)}com proof:uri-rsa ciissversion:2",
    "dots": lambda n: f"url:{'.' * n} proof:uri-rsa ciissversion:2",
    "labels": lambda n: f"url:{'a.' * (n // 2)}com proof:uri-rsa ciissversion:2",
    "punycode": lambda n: f"url:xn--{'a' * n}.com proof:uri-rsa ciissversion:2",
    "ports": lambda n: f"url:a.com{':1' * (n // 2)} proof:uri-rsa ciissversion:2",
    "spaces": lambda n: " " * n,
    "words": lambda n: "abc " * (n // 4),
    "other letters": lambda n: "\u65e5" * n,
    "hyphens": lambda n: "Tor 0 on " + "a-" * (n // 2),
}


def contact(line: str) -> object:
    claimed = aroi_claim.claim(line)
    return aroi_claim.contact_id(line, claimed), search_prefixes.operator_keys(claimed.domain, line)


def path(line: str) -> object:
    return aroi_claim.normalised(line), platform.slugs([platform.platform_name(line)])


def record(body: str) -> object:
    try:
        return Reader(LATEST).relay(Raw(body.encode()))
    except Skip as reason:
        return reason


def uptime(body: str) -> object:
    return history_record.uptime(Raw(body.encode()))


def bandwidth(body: str) -> object:
    return history_record.bandwidth(Raw(body.encode()))


def weights(body: str) -> object:
    return history_record.weights(Raw(body.encode()))


def document(body: str) -> object:
    return documents.summary("details", body.encode()), documents.details(body.encode(), 7)


def results(body: str) -> object:
    return documents.validations(body.encode())


def of_field(name: str, value: Callable[[int], Any]) -> Callable[[int], str]:
    return lambda n: json.dumps(relay(1, **{name: value(n)}))


def of_values(value: str) -> Callable[[int], str]:
    """Return histories of so many bytes of one value."""

    def body(n: int) -> str:
        values = ",".join([value] * (n // (len(value) + 1)))
        graph = f'{{"first":"{HOUR}","interval":60,"factor":0.5,"values":[{values}]}}'
        graphs = f'{{"1_month":{graph},"6_months":{graph}}}'
        known = f'"uptime":{graphs},"read_history":{graphs},"consensus_weight":{graphs}'
        return f'{{{known},"flags":{{"Exit":{graphs}}}}}'

    return body


def claimed(number: int, **others: Any) -> Document:
    return {"fingerprint": fingerprint(number), "valid": True, **others}


RECORDS: dict[str, Callable[[int], str]] = {
    "a long contact": of_field("contact", lambda n: "a" * n),
    "many escapes": of_field("contact", lambda n: '\x01\n"\\' * (n // 14)),
    "half characters": of_field("contact", lambda n: "\ud800" * (n // 6)),
    "other letters": lambda n: json.dumps(relay(1, contact="\u65e5" * (n // 3)), ensure_ascii=False),
    "many family members": of_field("effective_family", lambda n: [f"{k:040X}" for k in range(n // 44)]),
    "members that are none": of_field("effective_family", lambda n: [f"${k}" for k in range(n // 9)]),
    "many addresses": of_field("or_addresses", lambda n: [f"1.2.{k % 250}.{k // 250}:1" for k in range(n // 14)]),
    "many flags": of_field("flags", lambda n: [f"f{k}" for k in range(n // 8)]),
    "many fields": lambda n: json.dumps(relay(1, contact="\x01") | {f"k{k}": k for k in range(n // 15)}),
    "brackets": of_field("x", lambda n: "[{" * (n // 2)),
    "deep": lambda n: dumps(relay(1)).decode()[:-1] + ',"x":' + "[" * (n // 2) + "]" * (n // 2) + "}",
    "quotes": lambda n: '{"fingerprint":"' + '\\"' * (n // 2),
    "a long number": lambda n: '{"consensus_weight":' + "9" * n + "}",
}  # fmt: skip
HISTORIES: dict[str, Callable[[int], str]] = {
    "numbers": of_values("9"),
    "unknown": of_values("null"),
    "wrong": of_values('"x"'),
    "too large": of_values("1e9"),
    "long numbers": of_values("9" * 5_000),
    "long fractions": of_values("0." + "9" * 5_000),
    "nested": of_values("[[[]]]"),
    "a long factor": lambda n: of_values("9")(400).replace("0.5", "1" * n),
    "a long interval": lambda n: of_values("9")(400).replace("60", "6" * n),
    "many periods": lambda n: json.dumps({"uptime": {f"p{k}": {} for k in range(n // 12)}}),
}
CLAIMS: dict[str, Callable[[int], str]] = {
    "a long error": lambda n: json.dumps(validations(claimed(1, error="e" * n))),
    "many results": lambda n: json.dumps(validations(*map(claimed, range(n // 70)))),
    "one result again and again": lambda n: json.dumps(validations(*[claimed(1)] * (n // 70))),
}
DOCUMENTS: dict[str, Callable[[int], str]] = {
    "many relays": lambda n: json.dumps(details(*map(relay, range(n // 800)))),
    "blanks": lambda n: json.dumps(details(relay(1))) + " " * n,
    "relays without a day": lambda n: json.dumps(
        details(
            *map(relay, range(n // 800)),
            *[relay(9, first_seen="2024-02-30 00:00:00")] * (n // 2_000),
        )
    ),
}
DUTIES = [
    *(pytest.param(contact, make, 30_000, id=f"contact: {name}") for name, make in TEXTS.items()),
    *(pytest.param(path, make, 30_000, id=f"path: {name}") for name, make in TEXTS.items()),
    *(pytest.param(record, make, 20_000, id=f"record: {name}") for name, make in RECORDS.items()),
    *(pytest.param(uptime, make, 20_000, id=f"uptime: {name}") for name, make in HISTORIES.items()),
    *(
        pytest.param(bandwidth, make, 20_000, id=f"bandwidth: {name}")
        for name, make in HISTORIES.items()
    ),
    *(
        pytest.param(weights, make, 20_000, id=f"weights: {name}")
        for name, make in HISTORIES.items()
    ),
    *(pytest.param(results, make, 50_000, id=f"aroi: {name}") for name, make in CLAIMS.items()),
    *(
        pytest.param(document, make, 50_000, id=f"details: {name}")
        for name, make in DOCUMENTS.items()
    ),
]


def seconds(work: Callable[[str], object], given: str) -> float:
    began = time.process_time()
    work(given)
    return time.process_time() - began


@pytest.mark.parametrize(("work", "make", "size"), DUTIES)
def test_eight_times_the_input_takes_about_eight_times_as_long(
    work: Callable[[str], object], make: Callable[[int], str], size: int
) -> None:
    small, large = make(size), make(size * GROWTH)
    growth = len(large) / len(small)
    least, most = float("inf"), float("inf")
    for _ in range(TRIES):
        least, most = min(least, seconds(work, small)), min(most, seconds(work, large))
        if most < max(INSTANT, least * growth * PATIENCE):
            return
    pytest.fail(f"{least:.4f} s, {growth:.1f} times as much {most:.4f} s")


@pytest.mark.parametrize(("work", "make", "size"), DUTIES)
def test_the_memory_is_a_small_multiple_of_the_input(
    work: Callable[[str], object], make: Callable[[int], str], size: int
) -> None:
    given = make(size * GROWTH)
    work(make(1_000))
    tracemalloc.start()
    try:
        work(given)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100_000 + 40 * len(given.encode("utf-8", "surrogatepass")), peak / len(given)
