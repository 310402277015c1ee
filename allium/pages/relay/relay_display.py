"""The facts of a relay's page and its twin, as they are printed."""

from typing import Final

from allium import formatting
from allium.analysis.relay.exit_policy import ALL_PORTS
from allium.analysis.relay.platform import platform_name
from allium.model.relay import PortSummary, Relay
from allium.pages.parts import aroi_texts
from allium.pages.parts.aroi_texts import STATUS_WORDS
from allium.pages.parts.network_figures import NOT_IN_DATA
from allium.pages.parts.page_base import View, When, day, minute
from allium.pages.relay import relay_life
from allium.pages.relay.flag_table import held_flags
from allium.pages.relay.relay_history import RelayHistory
from allium.pages.relay.relay_life import away
from allium.pages.relay.relay_shard import HOST_NAME_FIELDS, RelayPosition, RelayShard
from allium.pages.relay.votes_summary import measured_words

HOST_NAMES: Final = 8
NO_OVERLOAD: Final = "None reported"
NO_LIMIT: Final = 1_073_741_824
"""Bytes/s. Tor: the default of BandwidthRate and BandwidthBurst, "1 GB" (`config.c`)."""
NO_EXIT: Final = "This relay allows no exit traffic."
NO_V4_EXIT: Final = "This relay allows no IPv4 exit traffic."
NO_V6_EXIT: Final = "This relay allows no IPv6 exit traffic."
OVERLOADS: Final = {
    "overload_general": "Overloaded",
    "overload_fd": "Out of file descriptors",
    "overload_rate": "Rate limit reached",
    "overload_past": "Overloaded more than 3 days ago",
}
RATIOS: Final = {
    "well above": "Well above what is typical for this bandwidth",
    "about": "Typical for this bandwidth",
    "below": "Below what is typical for this bandwidth",
    "far below": "Far below what is typical for this bandwidth",
}
MEASURED: Final = {
    True: "Yes, by at least three bandwidth authorities",
    False: "No, not yet",
    None: "Unknown",
}


class RelayDisplay(View, frozen=True):
    """The page's facts as printed; `None` where the data has nothing to say."""

    nickname: str
    fingerprint: str
    status: str
    role: str
    flags: tuple[str, ...]
    lifecycle: str
    consensus_weight: str | None
    weight_share: str | None
    weight_band: str | None
    guard_probability: str | None
    middle_probability: str | None
    exit_probability: str | None
    ratio: str | None
    measured: str | None
    observed_bandwidth: str | None
    advertised_bandwidth: str | None
    bandwidth_rate: str | None
    bandwidth_burst: str | None
    limit: str | None
    total_data: str | None
    total_data_period: str | None
    hibernating: str
    overload: str
    or_addresses: tuple[str, ...]
    exit_addresses: tuple[str, ...]
    neighbours: str | None
    dir_address: str | None
    unreachable_or_addresses: tuple[str, ...]
    verified_host_names: tuple[str, ...]
    unverified_host_names: tuple[str, ...]
    no_host_names: str | None
    country: str | None
    place: str | None
    asn: str | None
    as_name: str | None
    contact: str | None
    aroi: str
    aroi_status: str
    aroi_place: str | None
    aroi_domain: str | None
    aroi_proof: str | None
    effective_family: str
    alleged_family: str | None
    family_gone: str | None
    indirect_family: str | None
    family_ids: tuple[str, ...]
    platform: str
    version: str | None
    version_status: str | None
    recommended_version: bool | None
    exit_policy_summary: str
    exit_policy_v6_summary: str


class Times(View, frozen=True):
    """When things happened to the relay.

    `first_seen_in_details` is there when `first_seen` is from the relay's uptime history.
    """

    down_since: When | None
    first_seen: When
    first_seen_in_details: When | None
    last_restarted: When | None
    last_changed_address_or_port: When | None


def display(shard: RelayShard) -> RelayDisplay:
    """Return a relay's facts as printed."""
    relay, position, history = shard.relay, shard.position, shard.history
    return RelayDisplay(
        nickname=relay.nickname,
        fingerprint=relay.fingerprint,
        status=_status(relay),
        role=f"{position.role.capitalize()} relay",
        flags=held_flags(relay),
        lifecycle=_lifecycle(relay, history),
        consensus_weight=_weight(relay),
        weight_share=position.weight_share,
        weight_band=_among_running(position.weight_band),
        guard_probability=position.guard_probability,
        middle_probability=position.middle_probability,
        exit_probability=position.exit_probability,
        ratio=None if position.ratio is None else RATIOS[position.ratio],
        measured=_measured(shard) if relay.running else None,
        observed_bandwidth=_rate(relay.observed_bandwidth, shard.units),
        advertised_bandwidth=_rate(relay.advertised_bandwidth, shard.units),
        bandwidth_rate=_limit(relay.bandwidth_rate, shard.units),
        bandwidth_burst=_limit(relay.bandwidth_burst, shard.units),
        limit=_limiting(relay),
        total_data=history.volume,
        total_data_period=history.volume_period,
        hibernating="Yes" if relay.hibernating else "No",
        overload=_overload(history),
        or_addresses=relay.or_addresses,
        exit_addresses=_other_addresses(relay),
        neighbours=_relays(position.neighbours, "other relay"),
        dir_address=relay.dir_address,
        unreachable_or_addresses=relay.unreachable_or_addresses,
        verified_host_names=_first(relay.verified_host_names, HOST_NAMES),
        unverified_host_names=_first(relay.unverified_host_names, HOST_NAMES),
        no_host_names=_no_host_names(shard),
        country=_country(relay),
        place=", ".join(filter(None, (relay.city_name, relay.region_name))) or None,
        asn=relay.asn,
        as_name=relay.as_name,
        contact=relay.contact,
        aroi=_aroi(position),
        aroi_status=STATUS_WORDS[position.aroi_status],
        aroi_place=None if position.aroi_status == "validated" else proof_place(shard),
        aroi_domain=position.aroi_domain,
        aroi_proof=position.aroi_proof,
        effective_family=_relays(shard.effective_family, "other relay") or "None",
        alleged_family=_alleged(shard.one_sided),
        family_gone=_relays(shard.gone, "listed relay"),
        indirect_family=_relays(shard.indirect_family, "relay"),
        family_ids=relay.family_ids,
        platform=platform_name(relay.platform),
        version=relay.version,
        version_status=relay.version_status,
        recommended_version=relay.recommended_version,
        exit_policy_summary=_v4_policy(relay),
        exit_policy_v6_summary=_v6_policy(relay),
    )


def _status(relay: Relay) -> str:
    """Return whether a relay is up; one that hibernates is away on purpose."""
    if relay.running:
        return "Running"
    return away(relay)


def times(relay: Relay, history: RelayHistory) -> Times:
    """Return when things happened to a relay, to the minute or the day."""
    in_details = history.first_seen_in_details
    return Times(
        down_since=None if relay.running else minute(relay.last_seen),
        first_seen=day(relay.first_seen),
        first_seen_in_details=None if in_details is None else day(in_details),
        last_restarted=minute(relay.last_restarted),
        last_changed_address_or_port=minute(relay.last_changed_address_or_port),
    )


def _lifecycle(relay: Relay, history: RelayHistory) -> str:
    life = history.lifecycle
    return away(relay) if life is None else relay_life.sentence(life)


def _among_running(band: str | None) -> str | None:
    """Return where a relay stands by weight."""
    return None if band is None else f"{band[0].upper()}{band[1:]} of running relays"


def _relays(count: int, noun: str) -> str | None:
    """Return a number of relays; `None` of none."""
    return formatting.number_of(count, noun) if count else None


def _alleged(count: int) -> str | None:
    verb = "does" if count == 1 else "do"
    words = _relays(count, "relay")
    return None if words is None else f"{words} that {verb} not list this relay back"


def _limiting(relay: Relay) -> str | None:
    """Return which of three values the advertised bandwidth is."""
    if relay.hibernating:
        return "the relay is hibernating"
    values = (
        (relay.observed_bandwidth, "the observed bandwidth"),
        (relay.bandwidth_rate, "the bandwidth rate"),
        (relay.bandwidth_burst, "the bandwidth burst"),
    )
    return next(
        (words for value, words in values if value == relay.advertised_bandwidth is not None), None
    )


def _overload(history: RelayHistory) -> str:
    """Return which overloads the relay reported, and when."""
    reports = (
        f"{words} (reported {formatting.minute(history.reports[code])} UTC)"
        for code, words in OVERLOADS.items()
        if code in history.reports
    )
    return ", ".join(reports) or NO_OVERLOAD


def more(count: int, shown: int, noun: str) -> str | None:
    """Return how many of a list are not shown."""
    return (
        formatting.number_of(count - shown, f"more {noun}", f"more {noun}s")
        if count > shown
        else None
    )


def _no_host_names(shard: RelayShard) -> str | None:
    """Return what is said of a relay without host names; `None` of one that has any."""
    if shard.relay.verified_host_names or shard.relay.unverified_host_names:
        return None
    if len(shard.absent) == len(HOST_NAME_FIELDS):
        return NOT_IN_DATA
    if not shard.absent:
        return "None found"
    lacking = "unverified" if shard.absent[0] == "unverified_host_names" else "verified"
    known = "verified" if lacking == "unverified" else "unverified"
    return f"No {known} ones; {lacking} ones are unknown"


def _first(items: tuple[str, ...], length: int) -> tuple[str, ...]:
    rest = more(len(items), length, "name")
    return items if rest is None else (*items[:length], rest)


def _rate(value: int | None, units: formatting.Units) -> str | None:
    return None if value is None else formatting.bandwidth(value, units)


def _limit(value: int | None, units: formatting.Units) -> str | None:
    return "No limit set" if value == NO_LIMIT else _rate(value, units)


def _other_addresses(relay: Relay) -> tuple[str, ...]:
    """Return the exit addresses that are not also addresses that the relay listens on."""
    listening = {address.rpartition(":")[0].strip("[]") for address in relay.or_addresses}
    return tuple(address for address in relay.exit_addresses if address not in listening)


def _country(relay: Relay) -> str | None:
    if relay.country is None or relay.country_name is None:
        return relay.country
    return f"{relay.country_name} ({relay.country})"


def _aroi(position: RelayPosition) -> str:
    words = STATUS_WORDS[position.aroi_status]
    return words if position.aroi_reason is None else f"{words}: {position.aroi_reason}"


def proof_place(shard: RelayShard) -> str | None:
    """Return where the proof of the relay's domain belongs; `None` when it claims none."""
    position = shard.position
    if position.aroi_domain is None or position.aroi_proof is None:
        return None
    return aroi_texts.place(position.aroi_proof, position.aroi_domain, shard.relay.fingerprint)


def _v4_policy(relay: Relay) -> str:
    """Return what exits the relay allows to addresses of IPv4."""
    if relay.exit_policy_summary is None:
        return "Unknown"
    none = NO_EXIT if _ports(relay.exit_policy_v6_summary) is None else NO_V4_EXIT
    return _ports(relay.exit_policy_summary) or none


def _v6_policy(relay: Relay) -> str:
    """Return what exits the relay allows to addresses of IPv6; without a policy there are none."""
    none = NO_EXIT if _v4_policy(relay) == NO_EXIT else NO_V6_EXIT
    return _ports(relay.exit_policy_v6_summary) or none


def _ports(summary: PortSummary | None) -> str | None:
    """Return an exit policy summary in words; `None` where there is none, or all is rejected."""
    if summary is None or summary.reject == ALL_PORTS:
        return None
    verb = "Rejects" if summary.accept is None else "Accepts"
    ports = summary.accept or summary.reject or ()
    is_single = len(ports) == 1 and "-" not in ports[0]
    return f"{verb} {'port' if is_single else 'ports'} {', '.join(ports)}"


def _measured(shard: RelayShard) -> str:
    """Return whether a relay is measured: by the votes, else as the details have it."""
    return MEASURED[shard.relay.measured] if shard.votes is None else measured_words(shard.votes)


def _weight(relay: Relay) -> str | None:
    """Return the weight of a relay; one that is down has none, and the data may say 0."""
    if not relay.running and not relay.consensus_weight:
        return "None"
    return None if relay.consensus_weight is None else formatting.weight(relay.consensus_weight)
