"""Documents in which something is not what it should be: any field of any record."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from allium.sources import sample
from tests.support.network import Document

FILES = {name: name for name in ("details", "uptime", "bandwidth", "weights")} | {"aroi": "latest"}
RECORDS = {name: "results" if name == "aroi" else "relays" for name in FILES}
GONE = "@gone@"
"""A field that is not there at all."""
ODD: tuple[Any, ...] = (
    GONE,
    None,
    True,
    0,
    -1,
    2**31 - 1,
    2**63,
    -(2**64),
    1e-300,
    "",
    "NaN",
    "sNaN",
    "-Infinity",
    "1e999999",
    "1e-999999",
    "0999-01-01 00:00:00",
    "1999-12-31 23:59:59",
    "2000-01-01 00:00:00",
    "2199-12-31 23:59:59",
    "2026-02-31 00:00:00",
    "9999-12-31 23:59:59",
    "2026-02-15 16:00:00\n",
    "0001-01-01T00:00:00+23:59",
    "<script>",
    "../../etc/passwd",
    "\ud800",
    "\x00\x1b[2J\u202e",
    "é" * 5_000,
    "٣",
    [],
    [None],
    [[]] * 3,
    [999] * 5_000,
    {},
    {"first": {}},
    "@raw@1e999@",
    "@raw@-1e-999@",
    "@raw@" + "9" * 5_000 + "@",
    "@raw@" + "[" * 40 + "]" * 40 + "@",
)
"""What may stand in the place of any value; `@raw@` is JSON that Python does not write."""
_RAW = re.compile(rb'"@raw@([^@]*)@"')


def documents(relays: int, hour: int = 0) -> dict[str, Document]:
    """Return the documents of a sample network."""
    return {
        name: json.loads(b"".join(sample.document(name, relays=relays, hour=hour, seed=1)))
        for name in FILES
    }


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the holder and the key of each value within, of lists only the first two."""
    keys: Any = list(value) if isinstance(value, dict) else range(min(len(value), 2))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def damage(record: Document, random: Random, odd: Any) -> None:
    """Put something odd in the place of any value of a record, or give it an odd name."""
    holder, key = random.choice(list(places(record)))
    if odd == GONE:
        del holder[key]
    elif isinstance(holder, dict) and random.random() < 0.2:
        holder[str(odd)[:100].replace("@", "")] = holder.pop(key)
    else:
        holder[key] = odd


def written(document: Document) -> bytes:
    """Return a document as JSON, with what only a stranger would write."""
    return _RAW.sub(rb"\1", json.dumps(document).encode())


def put(folder: Path, found: dict[str, Document]) -> None:
    """Write documents into a folder of sources."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in found.items():
        (folder / f"{FILES[name]}.json").write_bytes(written(document))
