"""What the details document of the sample network says of a relay."""

from typing import Any, Final

from allium import formatting
from allium.sources.sample.pseudo_random import digits, number
from allium.sources.sample.sample_operators import PLACES, VERSIONS
from allium.sources.sample.sample_relays import SampleNetwork, SampleRelay

FORGOTTEN: Final = 1_000
"""Hours, after which the only interval of the relay's uptime in which it began is over."""
UNLIMITED: Final = 1_073_741_824
POLICIES: Final = (
    (("reject *:25", "accept *:*"), {"reject": ["25"]}),
    (("accept *:80", "accept *:443", "reject *:*"), {"accept": ["80", "443"]}),
    (("reject 0.0.0.0/8:*", "reject *:25", "accept *:*"), {"reject": ["25"]}),
)
CLOSED: Final = (("reject *:*",), {"reject": ["1-65535"]})


def record(network: SampleNetwork, relay: SampleRelay, totals: dict[str, int]) -> dict[str, Any]:
    """Return the relay as the details document has it."""
    life, slot, operator = relay.life, relay.slot, relay.operator
    moved = life.start + (relay.hour - life.start) // 1_500 * 1_500
    facts: dict[str, Any] = {
        "nickname": f"{operator.name[:12]}x{slot % 1000:03}",
        "fingerprint": relay.fingerprint,
        "or_addresses": _addresses(slot, moved),
        "last_seen": _time(life.last_up(relay.hour)),
        "last_changed_address_or_port": _time(moved),
        "first_seen": _time(_first_seen(relay)),
        "running": relay.running,
        "flags": list(relay.flags),
        "consensus_weight": relay.weight,
        "last_restarted": formatting.time_of(_restarted(relay) * 3600 + slot % 3600),
        "bandwidth_rate": UNLIMITED if slot % 5 else max(75_000, relay.bandwidth // 2),
        "bandwidth_burst": UNLIMITED,
        "observed_bandwidth": relay.bandwidth,
        "measured": relay.running and relay.feature != "new",
    }
    facts["advertised_bandwidth"] = min(relay.bandwidth, facts["bandwidth_rate"])
    facts |= _place(relay) | _software(relay) | _policy(relay) | _family(network, relay)
    if operator.contact is not None:
        facts["contact"] = operator.contact
    if relay.running:
        facts |= _chances(relay, totals)
    return facts | _oddity(relay)


def _time(hour: int) -> str:
    return formatting.time_of(hour * 3600)


def _first_seen(relay: SampleRelay) -> int:
    """Return the hour in which the relay was first seen, which Onionoo forgets now and then."""
    forgotten = relay.life.start + FORGOTTEN if relay.feature == "forgotten" else 0
    return forgotten if 0 < forgotten <= relay.hour else relay.life.start


def _restarted(relay: SampleRelay) -> int:
    """Return the hour of the last start: after an outage, or one of the operator's own restarts."""
    own = relay.hour - (relay.hour + relay.slot * 7) % (90 + relay.slot % 97)
    return max(relay.life.up_since(relay.hour), min(own, relay.life.last_up(relay.hour)))


def _addresses(slot: int, moved: int) -> list[str]:
    low = (slot + moved) % 256
    first = f"198.{18 + slot // 65_536 % 2}.{slot // 256 % 256}.{low}:{9001 + slot // 131_072}"
    return [first, f"[2001:db8:{slot % 65_536:x}::{low + 1:x}]:9001"] if slot % 3 == 0 else [first]


def _place(relay: SampleRelay) -> dict[str, Any]:
    operator = relay.operator
    code, name = PLACES[operator.places[relay.slot % len(operator.places)]]
    network = operator.networks[relay.slot % len(operator.networks)]
    place = {
        "country": code,
        "country_name": name,
        "as": f"AS{4_200_000_000 + network}",
        "as_name": f"Example Hosting {network}",
    }
    hidden = {"no_country": ("country", "country_name"), "unnamed_network": ("as_name",)}
    return {key: place[key] for key in place if key not in hidden.get(relay.feature, ())}


def _software(relay: SampleRelay) -> dict[str, Any]:
    if relay.feature == "no_platform":
        return {"platform": "node-Tor 0.1"}
    updated = (relay.hour + number("update", relay.slot)) // 1_500 % 5 == 0
    index = 4 if relay.feature == "obsolete" else 1 if updated else relay.operator.version
    version, status = VERSIONS[index]
    return {
        "platform": f"Tor {version} on {relay.operator.system}",
        "version": version,
        "version_status": status,
        "recommended_version": status == "recommended",
    }


def _policy(relay: SampleRelay) -> dict[str, Any]:
    policy, summary = POLICIES[relay.slot % 3] if relay.is_exit else CLOSED
    facts: dict[str, Any] = {"exit_policy": list(policy), "exit_policy_summary": summary}
    if relay.is_exit and relay.slot % 3 == 0:
        facts["exit_policy_v6_summary"] = {"accept": ["80", "443"]}
    return facts


def _family(network: SampleNetwork, relay: SampleRelay) -> dict[str, Any]:
    operator = relay.operator
    facts: dict[str, Any] = {"effective_family": [relay.fingerprint]}
    if operator.size == 1:
        return facts
    if operator.family in {"key", "both"}:
        facts["family_ids"] = [digits(64, network.seed, operator.number)[:43]]
    if operator.family in {"listed", "both"}:
        facts["effective_family"] = network.family(relay)
    if operator.family == "alleged":
        facts["alleged_family"] = [
            name for name in network.family(relay) if name != relay.fingerprint
        ]
    return facts


def _chances(relay: SampleRelay, totals: dict[str, int]) -> dict[str, Any]:
    role = role_of(relay.flags)
    chance = {
        f"{name}_probability": relay.weight / totals[name] if name == role else 0.0
        for name in ("guard", "middle", "exit")
    }
    return {"consensus_weight_fraction": relay.weight / totals["all"], **chance}


def role_of(flags: tuple[str, ...]) -> str:
    """Return the position that the flags lead to."""
    if "Exit" in flags and "BadExit" not in flags:
        return "exit"
    return "guard" if "Guard" in flags else "middle"


def _oddity(relay: SampleRelay) -> dict[str, Any]:
    hour = relay.hour * 3_600_000
    odd: dict[str, dict[str, Any]] = {
        "hibernating": {"hibernating": True, "advertised_bandwidth": 0},
        "unreachable": {"unreachable_or_addresses": ["[2001:db8:ffff::1]:9001"]},
        "overloaded": {"overload_general_timestamp": hour - hour % 86_400_000},
    }
    names = (
        {"verified_host_names": [f"relay{relay.slot}.example.net"]} if relay.slot % 4 == 0 else {}
    )
    return {**names, **odd.get(relay.feature, {})}
