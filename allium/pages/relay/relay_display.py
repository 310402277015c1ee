"""The facts of a relay's page and its twin, as they are printed."""

from typing import Final

from allium import formatting
from allium.model.relay import PortSummary, Relay
from allium.pages.parts import aroi_texts
from allium.pages.parts.aroi_texts import STATUS_WORDS
from allium.pages.parts.network_figures import NOT_IN_DATA
from allium.pages.parts.page_base import View, When, day, minute
from allium.pages.relay.relay_history import RelayHistory
from allium.pages.relay.relay_shard import RelayPosition, RelayShard

HOST_NAMES: Final = 8
NO_LIMIT: Final = 1_073_741_824
"""Bytes/s. Tor: the default of BandwidthRate and BandwidthBurst, "1 GB" (`config.c`)."""
OVERLOADS: Final = {
    "overload_general": "overloaded",
    "overload_fd": "out of file descriptors",
    "overload_rate": "at the rate limit",
    "overload_past": "overloaded, some days ago",
}


class RelayDisplay(View, frozen=True):
    """The page's facts as printed; `None` where the data has nothing to say."""

    nickname: str
    fingerprint: str
    status: str
    role: str
    flags: tuple[str, ...]
    lifecycle: str | None
    consensus_weight: str | None
    weight_share: str | None
    weight_band: str | None
    guard_probability: str | None
    middle_probability: str | None
    exit_probability: str | None
    ratio: str | None
    measured: bool | None
    observed_bandwidth: str | None
    advertised_bandwidth: str | None
    bandwidth_rate: str | None
    bandwidth_burst: str | None
    limit: str | None
    total_data: str | None
    total_data_period: str | None
    hibernating: bool
    overload: str
    or_addresses: tuple[str, ...]
    exit_addresses: tuple[str, ...]
    dir_address: str | None
    unreachable_or_addresses: tuple[str, ...]
    verified_host_names: tuple[str, ...]
    unverified_host_names: tuple[str, ...]
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
    family: tuple[str, str, str]
    family_gone: str
    family_ids: tuple[str, ...]
    platform: str | None
    version: str | None
    version_status: str | None
    recommended_version: bool | None
    exit_policy_summary: str | None
    exit_policy_v6_summary: str | None


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
        role=position.role,
        flags=tuple(flag for flag in relay.flags if flag != "Running" or relay.running),
        lifecycle=_lifecycle(history),
        consensus_weight=_weight(relay.consensus_weight),
        weight_share=position.weight_share,
        weight_band=position.weight_band,
        guard_probability=position.guard_probability,
        middle_probability=position.middle_probability,
        exit_probability=position.exit_probability,
        ratio=position.ratio,
        measured=relay.measured if relay.running else None,
        observed_bandwidth=_rate(relay.observed_bandwidth, shard.units),
        advertised_bandwidth=_rate(relay.advertised_bandwidth, shard.units),
        bandwidth_rate=_limit(relay.bandwidth_rate, shard.units),
        bandwidth_burst=_limit(relay.bandwidth_burst, shard.units),
        limit=_limiting(relay),
        total_data=history.volume,
        total_data_period=history.volume_period,
        hibernating=relay.hibernating,
        overload=_overload(history),
        or_addresses=relay.or_addresses,
        exit_addresses=_other_addresses(relay),
        dir_address=relay.dir_address,
        unreachable_or_addresses=relay.unreachable_or_addresses,
        verified_host_names=_names(shard, "verified_host_names", relay.verified_host_names),
        unverified_host_names=_names(shard, "unverified_host_names", relay.unverified_host_names),
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
        family=(
            formatting.count(shard.effective_family),
            formatting.count(shard.one_sided),
            formatting.count(shard.indirect_family),
        ),
        family_gone=formatting.count(shard.gone),
        family_ids=relay.family_ids,
        platform=relay.platform,
        version=relay.version,
        version_status=relay.version_status,
        recommended_version=relay.recommended_version,
        exit_policy_summary=_ports(relay.exit_policy_summary),
        exit_policy_v6_summary=_ports(relay.exit_policy_v6_summary),
    )


def _status(relay: Relay) -> str:
    """Return whether a relay is up; one that hibernates is away on purpose."""
    if relay.running:
        return "Up"
    return "Hibernating" if relay.hibernating else "Down"


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


def _lifecycle(history: RelayHistory) -> str | None:
    life = history.lifecycle
    if life is None or life.since is None:
        return None if life is None else life.phase
    return f"{life.phase} since {life.since}, until {life.until} at the earliest"


def _limiting(relay: Relay) -> str | None:
    """Return which of three values the advertised bandwidth is."""
    if relay.hibernating:
        return "none: the relay hibernates"
    values = (
        (relay.observed_bandwidth, "what was observed"),
        (relay.bandwidth_rate, "the rate limit"),
        (relay.bandwidth_burst, "the burst limit"),
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
    return ", ".join(reports) or "none reported"


def more(count: int, shown: int, noun: str) -> str | None:
    """Return how many of a list are not shown."""
    return (
        formatting.number_of(count - shown, f"more {noun}", f"more {noun}s")
        if count > shown
        else None
    )


def _names(shard: RelayShard, field: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first host names, or that the data has those of no relay."""
    return (NOT_IN_DATA,) if field in shard.absent else _first(names, HOST_NAMES)


def _first(items: tuple[str, ...], length: int) -> tuple[str, ...]:
    rest = more(len(items), length, "name")
    return items if rest is None else (*items[:length], rest)


def _rate(value: int | None, units: formatting.Units) -> str | None:
    return None if value is None else formatting.bandwidth(value, units)


def _limit(value: int | None, units: formatting.Units) -> str | None:
    return "no limit set" if value == NO_LIMIT else _rate(value, units)


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


def _ports(summary: PortSummary | None) -> str | None:
    """Return an exit policy summary in words."""
    if summary is None:
        return None
    if summary.reject == ("1-65535",):
        return "no exits"
    verb = "rejects" if summary.accept is None else "accepts"
    ports = summary.accept or summary.reject or ()
    is_single = len(ports) == 1 and "-" not in ports[0]
    return f"{verb} {'port' if is_single else 'ports'} {', '.join(ports)}"


def _weight(value: int | None) -> str | None:
    return None if value is None else formatting.weight(value)
