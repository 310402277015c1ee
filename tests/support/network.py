"""Small networks as Onionoo would publish them: a test names only what matters to it."""

import json
from typing import Any

HOUR = "2026-02-15 16:00:00"

Document = dict[str, Any]


def fingerprint(number: int) -> str:
    return f"{number:040X}"


def relay(number: int, **fields: Any) -> Document:
    """Return one relay's record; `fields` replace, and a `None` removes a field."""
    record = {
        "nickname": f"relay{number}",
        "fingerprint": fingerprint(number),
        "or_addresses": [f"192.0.2.{number % 250 + 1}:9001"],
        "last_seen": HOUR,
        "last_changed_address_or_port": "2024-05-18 10:00:00",
        "first_seen": "2024-05-18 10:00:00",
        "running": True,
        "flags": ["Fast", "Running", "Valid"],
        "country": "de",
        "country_name": "Germany",
        "as": "AS64500",
        "as_name": "Example Networks",
        "consensus_weight": 1000 + number,
        "last_restarted": "2026-02-01 08:30:15",
        "bandwidth_rate": 1073741824,
        "bandwidth_burst": 1073741824,
        "observed_bandwidth": 1_250_000 * (number + 1),
        "advertised_bandwidth": 1_250_000 * (number + 1),
        "exit_policy": ["reject *:*"],
        "exit_policy_summary": {"reject": ["1-65535"]},
        "contact": f"operator {number % 3} <mail{number % 3} at example dot net>",
        "platform": "Tor 0.4.8.21 on Linux",
        "version": "0.4.8.21",
        "version_status": "recommended",
        "recommended_version": True,
        "measured": True,
    }
    record.update(fields)
    return {name: value for name, value in record.items() if value is not None}


def details(*relays: Document, published: str = HOUR) -> Document:
    """Return a details document of these relays."""
    return {
        "version": "8.0",
        "relays_published": published,
        "relays": list(relays),
        "bridges_published": published,
        "bridges": [],
    }


def network(count: int, *changed: Document, published: str = HOUR) -> Document:
    """Return a details document of `count` relays; `changed` records replace their namesakes."""
    records = {record["fingerprint"]: record for record in map(relay, range(count))}
    records |= {record["fingerprint"]: record for record in changed}
    return details(*records.values(), published=published)


def validations(*results: Document, timestamp: str = "2026-02-15T11:05:00") -> Document:
    """Return an AROI validator's document of these results."""
    return {"metadata": {"timestamp": timestamp}, "results": list(results)}


def dumps(document: Document) -> bytes:
    return json.dumps(document).encode()
