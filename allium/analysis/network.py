"""The whole network, joined: every relay with its operator, its family and its AROI status."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from allium.analysis import aroi, families, validation
from allium.analysis.totals import Totals, totals
from allium.model.relay import Fingerprint, Relay
from allium.model.snapshot import Snapshot, Validation


class Member(Struct, frozen=True):
    """A relay and what it is part of."""

    relay: Relay
    contact_id: str
    status: validation.RelayStatus
    family: Fingerprint | None


class Operator(Struct, frozen=True, kw_only=True):
    """Everybody's relays behind one contact id, heaviest first."""

    contact_id: str
    claim: aroi.Claim
    contact: str | None
    members: tuple[Member, ...]
    totals: Totals
    state: validation.OperatorState


class Network(Struct, frozen=True, kw_only=True):
    """Every relay (by fingerprint) and every operator (by contact id), and the sums of all."""

    published: str
    members: tuple[Member, ...]
    operators: tuple[Operator, ...]
    totals: Totals
