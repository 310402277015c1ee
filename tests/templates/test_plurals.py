"""No page, twin, feed or message says "1 relays"."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from tests.support.html import Page
from tests.support.network import Document, details, fingerprint, relay, validations
from tests.support.project import Project, tree

FAULT = re.compile(r"(?<![\w.,:#\u202f-])1[ \u00a0]([a-z]+ )?[a-z]+s\b")
"""A one, at most one word, and a word that ends as plurals do."""
SINGULAR = {"address", "as", "autonomous", "does", "gets", "has", "is", "lists", "runs"}
"""Words that end so and are no plural."""
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "span", "strong", "time"}

AROI = "mail:a@one.example url:https://one.example proof:uri-rsa ciissversion:2"
WITHIN = {"effective_family": [fingerprint(1), fingerprint(2)]}
EXIT = {
    "flags": ["Exit", "Fast", "Guard", "HSDir", "Running", "Stable", "V2Dir", "Valid"],
    "exit_policy": ["accept *:*"],
    "exit_policy_summary": {"accept": ["1-65535"]},
    "or_addresses": ["192.0.2.1:9001", "[2001:db8::1]:9001"],
    "family_ids": ["A" * 43],
    "overload_general_timestamp": 1771160400000,
}
ALONE = details(relay(1, contact=AROI, guard_probability=1.0, exit_probability=1.0, **EXIT))
PAIR = details(
    relay(1, contact=AROI, alleged_family=[fingerprint(3)], **EXIT, **WITHIN),
    relay(2, contact="two", running=False, version="0.4.7.16", version_status="obsolete",
          recommended_version=False, measured=False, country="is", **{"as": "AS64501"}, **WITHIN),
    relay(3, contact=None, measured=None, version=None, platform=None, last_restarted=None),
)  # fmt: skip
PROVEN = validations(
    {"fingerprint": fingerprint(1), "valid": True, "domain": "one.example", "proof_type": "uri-rsa"}
)
HISTORY = {
    "first": "2025-02-15 00:00:00",
    "last": "2026-02-15 00:00:00",
    "interval": 864000,
    "factor": 0.001001001001001001,
    "count": 37,
    "values": [999] * 37,
}


def histories(kinds: tuple[str, ...]) -> Document:
    one = {"fingerprint": fingerprint(1)} | {
        kind: {"1_year": HISTORY, "6_months": HISTORY} for kind in kinds
    }
    return details(one)


def texts(element: Element) -> Iterator[str]:
    """Yield the text of an element, with a line break around what is no part of a sentence."""
    inline = element.tag in INLINE
    yield "" if inline else "\n"
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from texts(child)
        yield child.tail or ""
    yield "" if inline else "\n"


def shown(name: str, body: bytes) -> Iterator[str]:
    """Yield the sentences that a file of the site shows."""
    if name.endswith(".html"):
        page = Page(name, body.decode())
        yield from page.attributes("content", "aria-label", "title")
        for line in "".join(texts(page.root)).split("\n\n"):
            yield " ".join(re.sub(r"[ \t\n]+", " ", line).split(" "))
    elif name.endswith(".json"):
        yield from strings(json.loads(body))
    elif name.endswith(".xml"):
        yield from ElementTree.fromstring(body).itertext()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def faults(name: str, lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        for fault in FAULT.finditer(line):
            words = fault[0].split(" ", 1)[-1] if " " in fault[0] else fault[0][2:]
            if words.split(" ")[-1] not in SINGULAR and words not in SINGULAR:
                yield f"{name}: {fault[0]!r} in {line[:120]!r}"


@pytest.mark.parametrize("network", [ALONE, PAIR], ids=["alone", "pair"])
def test_one_of_a_kind_is_never_told_as_many(tmp_path: Path, network: Document) -> None:
    project = Project(tmp_path)
    project.given(
        network,
        latest=PROVEN,
        uptime=histories(("uptime",)),
        bandwidth=histories(("read_history", "write_history")),
    )
    public = tmp_path / "public"
    first = project.build(f"publish={public}")
    assert first.status == 0, first.stderr
    project.given(details(*network["relays"], relay(9, contact=AROI)))
    second = project.build(f"publish={public}", "max_drop=100")
    assert second.status == 0, second.stderr
    project.given(network)
    third = project.build(f"publish={public}", "max_drop=100")
    found = [one for build in (first, second, third) for one in told(build.stdout + build.stderr)]
    for name, body in tree(public / "current").items():
        found += faults(name, shown(name, body))
    assert not found, "\n".join(sorted(set(found)))


def told(words: str) -> list[str]:
    return list(faults("message", iter(words.splitlines())))
