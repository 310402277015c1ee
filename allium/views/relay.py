"""One relay: is it up, what does it carry, whose is it."""

from msgspec.structs import replace

from allium import text, urls
from allium.analysis.aroi import REASONS
from allium.analysis.network import Member
from allium.analysis.totals import Totals
from allium.analysis.validation import PROBLEMS
from allium.model.relay import PortSummary, Relay
from allium.views.base import Head, Link, View, When, day, minute

POLICY_LINES = 100
HOST_NAMES = 8
ALLEGED = 25
NO_LIMIT = 1_073_741_824
AROI_WORDS = {
    "no_contact": "no contact information",
    "not_configured": "no domain claimed",
    "incomplete": "domain claim incomplete",
    "validated": "domain proven",
    "unauthorized": "claimed, not confirmed by the domain",
    "misconfigured": "proof cannot be checked",
    "not_checked": "not yet checked",
}


class Standing(View, frozen=True):
    """What the rest of the network decides about one relay, rounded to what is printed."""

    role: str
    weight_share: str | None
    guard_probability: str | None
    middle_probability: str | None
    exit_probability: str | None
    aroi_status: str
    aroi_reason: str | None
    aroi_domain: str | None
    aroi_proof: str | None
    operator: Link


class Shard(View, frozen=True):
    """All that one relay's page may depend on.

    What moves each hour without being printed is left out of `relay`: exact probabilities, the
    names of its effective and indirect family, and when a running relay was last seen (the time
    that stands there instead is that of its first sighting, which does not move).
    """

    relay: Relay
    standing: Standing
    effective_family: int
    indirect_family: int
    units: text.Units


class Display(View, frozen=True):
    """The page's facts as printed; `None` where the data has nothing to say."""

    nickname: str
    fingerprint: str
    status: str
    role: str
    flags: tuple[str, ...]
    consensus_weight: str | None
    weight_share: str | None
    guard_probability: str | None
    middle_probability: str | None
    exit_probability: str | None
    measured: bool | None
    observed_bandwidth: str | None
    advertised_bandwidth: str | None
    bandwidth_rate: str | None
    bandwidth_burst: str | None
    hibernating: bool
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
    aroi_domain: str | None
    aroi_proof: str | None
    family: tuple[str, str, str]
    family_ids: tuple[str, ...]
    platform: str | None
    version: str | None
    version_status: str | None
    recommended_version: bool | None
    exit_policy_summary: str | None
    exit_policy_v6_summary: str | None


class Times(View, frozen=True):
    """When things happened to the relay."""

    down_since: When | None
    first_seen: When
    last_restarted: When | None
    last_changed_address_or_port: When | None


class Raw(View, frozen=True):
    """Slow-changing raw values for the twin; bandwidths in bytes per second."""

    running: bool
    first_seen: str
    last_seen: str | None
    last_restarted: str | None
    last_changed_address_or_port: str | None
    consensus_weight: int | None
    observed_bandwidth: int | None
    advertised_bandwidth: int | None
    bandwidth_rate: int | None
    bandwidth_burst: int | None
    latitude: float | None
    longitude: float | None
    alleged_family: tuple[str, ...]
    exit_policy: tuple[str, ...]


class Printed(View, frozen=True):
    """The page of one relay and its twin."""

    head: Head
    id: str
    verdict: str
    display: Display
    times: Times
    operator: Link
    alleged: tuple[Link, ...]
    alleged_more: str | None
    policy: tuple[str, ...]
    policy_more: str | None
    raw: Raw
    links: dict[str, str]


def standing(member: Member, operator: Link, whole: Totals) -> Standing:
    """Return what the network decides about one relay; `whole` are the sums of all relays."""
    relay, claim = member.relay, member.claim
    weight = relay.consensus_weight or 0
    return Standing(
        role=member.role,
        weight_share=text.share(weight, whole.weight) if relay.running else None,
        guard_probability=_chance(relay.guard_probability),
        middle_probability=_chance(relay.middle_probability),
        exit_probability=_chance(relay.exit_probability),
        aroi_status=member.status,
        aroi_reason=_reason(member),
        aroi_domain=claim.domain,
        aroi_proof=claim.proof,
        operator=operator,
    )


def _chance(probability: float | None) -> str | None:
    return None if probability is None else text.share(*text.decimal(probability))


def _reason(member: Member) -> str | None:
    """Return why a relay's domain is not proven, in words that are ours."""
    if member.problem is not None:
        return PROBLEMS[member.problem].words
    return None if member.claim.reason is None else REASONS[member.claim.reason]


def shard(relay: Relay, standing: Standing, units: text.Units) -> Shard:
    """Return what one relay's page may depend on; see `Shard`."""
    return Shard(
        relay=_without_the_volatile(relay),
        standing=standing,
        effective_family=max(len(relay.effective_family), 1) - 1,
        indirect_family=len(relay.indirect_family),
        units=units,
    )


def _without_the_volatile(relay: Relay) -> Relay:
    """Return the relay without what moves each hour for no reason that a reader cares about."""
    return replace(
        relay,
        last_seen=relay.first_seen if relay.running else relay.last_seen,
        guard_probability=None,
        middle_probability=None,
        exit_probability=None,
        effective_family=(),
        indirect_family=(),
    )


def build(shard: Shard) -> Printed:
    """Return the view of one relay."""
    relay, standing = shard.relay, shard.standing
    return Printed(
        head=_head(relay),
        id=relay.fingerprint,
        verdict=_verdict(relay),
        display=_display(shard),
        times=_times(relay),
        operator=standing.operator,
        alleged=tuple(_short(name) for name in relay.alleged_family[:ALLEGED]),
        alleged_more=_more(len(relay.alleged_family), ALLEGED, "relay"),
        policy=relay.exit_policy[:POLICY_LINES],
        policy_more=_more(len(relay.exit_policy), POLICY_LINES, "line"),
        raw=_raw(relay),
        links=_links(relay, standing),
    )


def _head(relay: Relay) -> Head:
    return Head(
        kind="relay",
        title=relay.nickname,
        description=f"The Tor relay {relay.nickname} ({relay.fingerprint}): is it up, what does it"
        " carry, who runs it.",
        crumbs=(Link(text="Overview", path=urls.INDEX), Link(text=relay.nickname)),
        section="relays",
        twin=True,
    )


def _verdict(relay: Relay) -> str:
    if relay.running:
        return "Running."
    return f"Down since {text.minute(relay.last_seen)} UTC."


def _display(shard: Shard) -> Display:
    relay, standing = shard.relay, shard.standing
    return Display(
        nickname=relay.nickname,
        fingerprint=relay.fingerprint,
        status="Up" if relay.running else "Down",
        role=standing.role,
        flags=tuple(flag for flag in relay.flags if flag != "Running" or relay.running),
        consensus_weight=_weight(relay.consensus_weight),
        weight_share=standing.weight_share,
        guard_probability=standing.guard_probability,
        middle_probability=standing.middle_probability,
        exit_probability=standing.exit_probability,
        measured=relay.measured if relay.running else None,
        observed_bandwidth=_rate(relay.observed_bandwidth, shard.units),
        advertised_bandwidth=_rate(relay.advertised_bandwidth, shard.units),
        bandwidth_rate=_limit(relay.bandwidth_rate, shard.units),
        bandwidth_burst=_limit(relay.bandwidth_burst, shard.units),
        hibernating=relay.hibernating,
        or_addresses=relay.or_addresses,
        exit_addresses=_other_addresses(relay),
        dir_address=relay.dir_address,
        unreachable_or_addresses=relay.unreachable_or_addresses,
        verified_host_names=_first(relay.verified_host_names, HOST_NAMES),
        unverified_host_names=_first(relay.unverified_host_names, HOST_NAMES),
        country=_country(relay),
        place=", ".join(filter(None, (relay.city_name, relay.region_name))) or None,
        asn=relay.asn,
        as_name=relay.as_name,
        contact=relay.contact,
        aroi=_aroi(standing),
        aroi_domain=standing.aroi_domain,
        aroi_proof=standing.aroi_proof,
        family=(
            text.count(shard.effective_family),
            text.count(len(relay.alleged_family)),
            text.count(shard.indirect_family),
        ),
        family_ids=relay.family_ids,
        platform=relay.platform,
        version=relay.version,
        version_status=relay.version_status,
        recommended_version=relay.recommended_version,
        exit_policy_summary=_ports(relay.exit_policy_summary),
        exit_policy_v6_summary=_ports(relay.exit_policy_v6_summary),
    )


def _times(relay: Relay) -> Times:
    return Times(
        down_since=None if relay.running else minute(relay.last_seen),
        first_seen=day(relay.first_seen),
        last_restarted=minute(relay.last_restarted),
        last_changed_address_or_port=minute(relay.last_changed_address_or_port),
    )


def _raw(relay: Relay) -> Raw:
    return Raw(
        running=relay.running,
        first_seen=relay.first_seen,
        last_seen=None if relay.running else relay.last_seen,
        last_restarted=relay.last_restarted,
        last_changed_address_or_port=relay.last_changed_address_or_port,
        consensus_weight=relay.consensus_weight,
        observed_bandwidth=relay.observed_bandwidth,
        advertised_bandwidth=relay.advertised_bandwidth,
        bandwidth_rate=relay.bandwidth_rate,
        bandwidth_burst=relay.bandwidth_burst,
        latitude=relay.latitude,
        longitude=relay.longitude,
        alleged_family=relay.alleged_family,
        exit_policy=relay.exit_policy,
    )


def _links(relay: Relay, standing: Standing) -> dict[str, str]:
    """Return the twin's links, relative to the twin itself."""
    root = urls.root(urls.twin(urls.relay(relay.fingerprint)))
    links = {"html": "index.html", "index": f"{root}index.html"}
    if standing.operator.path is not None:
        links["operator"] = root + urls.html(standing.operator.path)
    return links


def _short(fingerprint: str) -> Link:
    return Link(text=fingerprint[:8])


def _more(count: int, shown: int, noun: str) -> str | None:
    """Return how many of a list are not shown."""
    return text.number_of(count - shown, f"more {noun}", f"more {noun}s") if count > shown else None


def _first(items: tuple[str, ...], length: int) -> tuple[str, ...]:
    more = _more(len(items), length, "name")
    return items if more is None else (*items[:length], more)


def _rate(value: int | None, units: text.Units) -> str | None:
    return None if value is None else text.bandwidth(value, units)


def _limit(value: int | None, units: text.Units) -> str | None:
    return "no limit set" if value == NO_LIMIT else _rate(value, units)


def _other_addresses(relay: Relay) -> tuple[str, ...]:
    """Return the exit addresses that are not also addresses that the relay listens on."""
    own = {address.rpartition(":")[0].strip("[]") for address in relay.or_addresses}
    return tuple(address for address in relay.exit_addresses if address not in own)


def _country(relay: Relay) -> str | None:
    if relay.country is None or relay.country_name is None:
        return relay.country
    return f"{relay.country_name} ({relay.country})"


def _aroi(standing: Standing) -> str:
    words = AROI_WORDS[standing.aroi_status]
    return words if standing.aroi_reason is None else f"{words}: {standing.aroi_reason}"


def _ports(summary: PortSummary | None) -> str | None:
    """Return an exit policy summary in words."""
    if summary is None:
        return None
    if summary.reject == ("1-65535",):
        return "no exits"
    if summary.accept is not None:
        return f"accepts ports {', '.join(summary.accept)}"
    return f"rejects ports {', '.join(summary.reject or ())}"


def _weight(value: int | None) -> str | None:
    return None if value is None else text.weight(value)
