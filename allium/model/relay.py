"""One relay as the details document gives it, cleaned and checked."""

from typing import TypeAlias

from msgspec import Struct

Fingerprint: TypeAlias = str
"""Forty upper-case hexadecimal digits: the identity of a relay."""

Time: TypeAlias = str
"""`YYYY-MM-DD HH:MM:SS`, always UTC; sorts as text."""


class PortSummary(Struct, frozen=True):
    """An exit policy summary: ports and port ranges, exactly one of the two lists is given."""

    accept: tuple[str, ...] | None = None
    reject: tuple[str, ...] | None = None


class Relay(Struct, frozen=True, kw_only=True):
    """A relay; what Onionoo left out or spelled wrongly is `None` or empty.

    Bandwidths are bytes per second, `consensus_weight` has no unit, probabilities are 0 to 1,
    `overload_general_timestamp` is milliseconds since 1970.
    """

    fingerprint: Fingerprint
    first_seen: Time
    last_seen: Time
    running: bool
    nickname: str = "Unnamed"
    or_addresses: tuple[str, ...] = ()
    exit_addresses: tuple[str, ...] = ()
    dir_address: str | None = None
    unreachable_or_addresses: tuple[str, ...] = ()
    last_changed_address_or_port: Time | None = None
    last_restarted: Time | None = None
    hibernating: bool = False
    flags: tuple[str, ...] = ()
    """In print order, without duplicates; of the last consensus that listed the relay."""
    country: str | None = None
    """Two upper-case letters."""
    country_name: str | None = None
    region_name: str | None = None
    city_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    asn: str | None = None
    """`AS` and digits, without leading zeros."""
    as_name: str | None = None
    consensus_weight: int | None = None
    consensus_weight_fraction: float | None = None
    guard_probability: float | None = None
    middle_probability: float | None = None
    exit_probability: float | None = None
    bandwidth_rate: int | None = None
    bandwidth_burst: int | None = None
    observed_bandwidth: int | None = None
    advertised_bandwidth: int | None = None
    overload_general_timestamp: int | None = None
    exit_policy: tuple[str, ...] = ()
    exit_policy_summary: PortSummary | None = None
    exit_policy_v6_summary: PortSummary | None = None
    contact: str | None = None
    platform: str | None = None
    version: str | None = None
    recommended_version: bool | None = None
    version_status: str | None = None
    effective_family: tuple[Fingerprint, ...] = ()
    alleged_family: tuple[Fingerprint, ...] = ()
    indirect_family: tuple[Fingerprint, ...] = ()
    family_ids: tuple[str, ...] = ()
    verified_host_names: tuple[str, ...] = ()
    unverified_host_names: tuple[str, ...] = ()
    measured: bool | None = None
