"""All source documents of one build, joined."""

from typing import Literal, TypeAlias

from msgspec import Struct, field

from allium.model.history import Bandwidth, Uptime, Weights
from allium.model.relay import Fingerprint, Relay, Time

Outcome: TypeAlias = Literal["fresh", "last_good", "missing"]
Refusal: TypeAlias = Literal["unreadable", "impossible_time", "unusable", "shrunk"]
"""Why a document that came is not used."""


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one source document; `published` and `digest` are empty when missing.

    `refusal` says why the newest one is not used, when it came. Of a source of many documents
    `parts` tells what came of each.
    """

    name: str
    outcome: Outcome
    published: Time | None = None
    records: int = 0
    digest: str = ""
    refusal: Refusal | None = None
    parts: dict[str, str] = {}


class Validation(Struct, frozen=True):
    """One relay's result in the AROI validator's document; `error` may be hostile text."""

    valid: bool
    domain: str | None = None
    proof_type: str | None = None
    error: str = ""
    error_category: str | None = None


class Snapshot(Struct, frozen=True, kw_only=True):
    """The whole network at the hour `published`.

    `relays` is sorted by fingerprint; `uptime`, `bandwidth` and `weights` hold the reduced history
    of each relay that has one, and `uptime_records` and its like digests of what of its records
    they were reduced from; an optional document that is not there at all is `None`. Of relays that
    ran before their details say so, `relays` have the earlier `first_seen`, and
    `first_seen_in_details` the other one. `skipped` and `field_errors` count records left out and
    fields ignored, by reason and by field.
    """

    published: Time
    relays: tuple[Relay, ...]
    uptime: dict[Fingerprint, Uptime] | None = None
    bandwidth: dict[Fingerprint, Bandwidth] | None = None
    weights: dict[Fingerprint, Weights] | None = None
    uptime_records: dict[Fingerprint, str] = field(default_factory=dict)
    bandwidth_records: dict[Fingerprint, str] = field(default_factory=dict)
    weights_records: dict[Fingerprint, str] = field(default_factory=dict)
    first_seen_in_details: dict[Fingerprint, Time] = field(default_factory=dict)
    validations: dict[Fingerprint, Validation] | None = None
    sources: tuple[Source, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)
    field_errors: dict[str, int] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    """The fields that no record of the details has, so that nothing can be said of them."""
