"""One relay: is it all right, what does it carry, whose is it."""

from msgspec import Struct
from msgspec.structs import replace

from allium import text, urls
from allium.model.relay import PortSummary, Relay
from allium.views.base import Crumb, Link, PageHead, View

POLICY_LINES = 100
HOST_NAMES = 8
ALLEGED = 25


class Standing(Struct, frozen=True, kw_only=True):
    """What the rest of the network says about one relay, rounded to what is printed."""

    role: str
    weight_share: str | None
    guard_probability: str | None
    middle_probability: str | None
    exit_probability: str | None
    aroi_status: str
    aroi_reason: str | None
    aroi_domain: str | None
    proof: str | None
    operator: Link | None
    family: Link | None
    version_page: bool


class Shard(Struct, frozen=True, kw_only=True):
    """All that one relay's page may depend on; see `shard` for what is left out of `relay`."""

    relay: Relay
    standing: Standing
    units: text.Units
