"""One relay as the details document gives it; the types say what a good record may hold."""

from collections.abc import Iterable
from typing import Annotated, Final, TypeAlias

from msgspec import Meta, Struct, field

Fingerprint: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9A-F]{40}\Z")]
"""Forty upper-case hexadecimal digits: the identity of a relay."""

Time: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r" ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\Z"
    ),
]
"""`YYYY-MM-DD HH:MM:SS`, always UTC; sorts as text."""

Whole: TypeAlias = Annotated[int, Meta(ge=0, lt=2**53)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Latitude: TypeAlias = Annotated[float, Meta(ge=-90, le=90)]
Longitude: TypeAlias = Annotated[float, Meta(ge=-180, le=180)]
Nickname: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,19}\Z")]
CountryCode: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z]{2}\Z")]
AsNumber: TypeAlias = Annotated[str, Meta(pattern=r"^[Aa][Ss][0-9]{1,10}\Z")]
Flag: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,32}\Z")]
FamilyId: TypeAlias = Annotated[str, Meta(pattern=r"^(ed25519:)?[A-Za-z0-9+/]{43}\Z")]
HostName: TypeAlias = Annotated[str, Meta(max_length=253)]
Line: TypeAlias = Annotated[str, Meta(max_length=64)]

FLAG_ORDER: Final = (
    "Authority Exit Guard HSDir V2Dir Fast Stable Valid Running MiddleOnly BadExit StaleDesc"
    " Sybil NoEdConsensus"
).split()
"""The known flags in print order; others follow by name."""

_RANKS: Final = {flag: rank for rank, flag in enumerate(FLAG_ORDER)}


def in_print_order(flags: Iterable[Flag]) -> list[Flag]:
    """Return flags in print order, unknown ones by name after those that are known."""
    return sorted(flags, key=lambda flag: (_RANKS.get(flag, len(_RANKS)), flag))


# Caps against hostile records, each several times what the network of February 2026 has.
LIST_LENGTH: Final = 64
FAMILY_LENGTH: Final = 2_000
POLICY_LENGTH: Final = 1_024
SUMMARY_LENGTH: Final = 500
"""Ports and ranges. Tor: MAX_EXITPOLICY_SUMMARY_LEN (`dirserv.h`) is 1,000 characters, and each
takes a digit and a comma at least, so that a longer summary cannot be a true one."""


class PortSummary(Struct, frozen=True, omit_defaults=True):
    """An exit policy summary: ports and port ranges; exactly one of the two lists is given."""

    accept: Annotated[tuple[Line, ...], Meta(max_length=SUMMARY_LENGTH)] | None = None
    reject: Annotated[tuple[Line, ...], Meta(max_length=SUMMARY_LENGTH)] | None = None


class Relay(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A relay; what Onionoo left out or spelled wrongly is `None` or empty.

    Bandwidths are bytes per second, `consensus_weight` has no unit, probabilities are 0 to 1,
    `overload_general_timestamp` is milliseconds since 1970. Flags are without duplicates, in print
    order, and those of the last consensus that listed the relay.
    """

    fingerprint: Fingerprint
    first_seen: Time
    last_seen: Time
    running: bool
    nickname: Nickname = "Unnamed"
    or_addresses: Annotated[tuple[Line, ...], Meta(max_length=LIST_LENGTH)] = ()
    exit_addresses: Annotated[tuple[Line, ...], Meta(max_length=LIST_LENGTH)] = ()
    dir_address: Line | None = None
    unreachable_or_addresses: Annotated[tuple[Line, ...], Meta(max_length=LIST_LENGTH)] = ()
    last_changed_address_or_port: Time | None = None
    last_restarted: Time | None = None
    hibernating: bool = False
    flags: Annotated[tuple[Flag, ...], Meta(max_length=LIST_LENGTH)] = ()
    country: CountryCode | None = None
    country_name: Annotated[str, Meta(max_length=64)] | None = None
    region_name: Annotated[str, Meta(max_length=64)] | None = None
    city_name: Annotated[str, Meta(max_length=64)] | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    asn: AsNumber | None = field(default=None, name="as")
    as_name: Annotated[str, Meta(max_length=128)] | None = None
    consensus_weight: Whole | None = None
    guard_probability: Share | None = None
    middle_probability: Share | None = None
    exit_probability: Share | None = None
    bandwidth_rate: Whole | None = None
    bandwidth_burst: Whole | None = None
    observed_bandwidth: Whole | None = None
    advertised_bandwidth: Whole | None = None
    overload_general_timestamp: Whole | None = None
    exit_policy: Annotated[tuple[Line, ...], Meta(max_length=POLICY_LENGTH)] = ()
    exit_policy_summary: PortSummary | None = None
    exit_policy_v6_summary: PortSummary | None = None
    contact: Annotated[str, Meta(max_length=2_048)] | None = None
    platform: Annotated[str, Meta(max_length=128)] | None = None
    version: Annotated[str, Meta(max_length=40)] | None = None
    recommended_version: bool | None = None
    version_status: Annotated[str, Meta(max_length=40)] | None = None
    effective_family: Annotated[tuple[str, ...], Meta(max_length=FAMILY_LENGTH)] = ()
    alleged_family: Annotated[tuple[str, ...], Meta(max_length=FAMILY_LENGTH)] = ()
    indirect_family: Annotated[tuple[str, ...], Meta(max_length=FAMILY_LENGTH)] = ()
    family_ids: Annotated[tuple[FamilyId, ...], Meta(max_length=LIST_LENGTH)] = ()
    verified_host_names: Annotated[tuple[HostName, ...], Meta(max_length=LIST_LENGTH)] = ()
    unverified_host_names: Annotated[tuple[HostName, ...], Meta(max_length=LIST_LENGTH)] = ()
    measured: bool | None = None

    @property
    def host(self) -> str | None:
        """The address that the relay announces first, without its port."""
        return self.or_addresses[0].rpartition(":")[0] if self.or_addresses else None
