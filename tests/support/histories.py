"""Histories as Onionoo writes them, each divided by its own largest value."""

import json
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Raw

from allium.model.history import Mean
from allium.sources.onionoo import history_record
from tests.support.network import Document

BEST: Final = "0.001001001001001001"
"""The factor of a history whose best interval was whole, as Onionoo prints 1/999."""


def graph(
    values: Sequence[int | None],
    factor: str = BEST,
    first: str = "2026-01-30 12:00:00",
    interval: int = 86_400,
) -> Document:
    """Return one history of the uptime or bandwidth document."""
    return {
        "first": first,
        "interval": interval,
        "factor": json.loads(factor),
        "count": len(values),
        "values": list(values),
    }


def reduced(values: Sequence[int | None], factor: str = BEST) -> Mean:
    """Return what a month of these values comes to."""
    record: dict[str, Any] = {"uptime": {"1_month": graph(values, factor)}}
    return history_record.uptime(Raw(json.dumps(record).encode())).running["1_month"]
