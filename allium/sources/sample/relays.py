"""The relays of the sample network: each fact is a function of seed, slot and hour alone.

So any hour can be made without the hours before it, and two neighbouring hours differ as real ones
do: a relay is a slot's tenant, who moves out after some months; it goes down and restarts in cycles
of its own; it publishes its bandwidth every 18 hours, and the authorities move its weight.
"""

from bisect import bisect_right
from typing import Any, Final

from msgspec import Struct

from allium import text
from allium.sources.sample.chance import Draws, digits, number
from allium.sources.sample.operators import PLACES, VERSIONS, Operator, operators

EPOCH: Final = text.seconds("2026-01-01 00:00:00") // 3600
TENANCY: Final = 3_500
PUBLICATION: Final = 18
FAMILY: Final = 100
UNLIMITED: Final = 1_073_741_824
POLICIES: Final = (
    (("reject *:25", "accept *:*"), {"reject": ["25"]}),
    (("accept *:80", "accept *:443", "reject *:*"), {"accept": ["80", "443"]}),
    (("reject 0.0.0.0/8:*", "reject *:25", "accept *:*"), {"reject": ["25"]}),
)
CLOSED: Final = (("reject *:*",), {"reject": ["1-65535"]})
FEATURES: Final = dict(
    enumerate(
        "authority badexit middleonly staledesc hibernating unreachable overloaded no_country"
        " unnamed_network no_platform obsolete new no_flags sybil".split(),
        start=580,
    )
)


class Life(Struct, frozen=True):
    """When a relay ran: down for `away` hours at the start of each cycle of `cycle` hours."""

    start: int
    cycle: int
    away: int
    phase: int

    def down(self, hour: int) -> bool:
        """Tell whether the relay is away in an hour."""
        return (hour + self.phase) % self.cycle < self.away

    def up_since(self, hour: int) -> int:
        """Return the first hour of the present run, or of the last one when the relay is away."""
        into = (hour + self.phase) % self.cycle
        if into < self.away:
            return max(self.start, hour - into - self.cycle + self.away)
        return max(self.start, hour - into + self.away)

    def last_up(self, hour: int) -> int:
        """Return the last hour up to this one in which the relay ran."""
        return hour - (hour + self.phase) % self.cycle - 1 if self.down(hour) else hour

    def hours_up(self, first: int, end: int) -> int:
        """Return in how many of the hours from `first` up to and without `end` the relay ran."""
        return self._run(end) - self._run(first)

    def _run(self, hour: int) -> int:
        cycles, into = divmod(hour + self.phase, self.cycle)
        return cycles * (self.cycle - self.away) + max(0, into - self.away)


class Relay(Struct, frozen=True):
    """One relay in one hour."""

    slot: int
    operator: Operator
    fingerprint: str
    life: Life
    hour: int
    published: int
    bandwidth: int
    weight: int
    flags: tuple[str, ...]
    is_exit: bool
    feature: str

    @property
    def running(self) -> bool:
        """Whether the relay is up."""
        return "Running" in self.flags and not self.life.down(self.hour)


class Network:
    """The relays of one hour (counted from the network's beginning)."""

    def __init__(self, relays: int, hour: int, seed: int) -> None:
        self.size = relays
        self.hour = EPOCH + hour
        self.seed = seed
        self._operators = operators(relays, seed)
        self._firsts = [operator.first for operator in self._operators]

    def relay(self, slot: int) -> Relay:
        """Return the tenant of a slot."""
        tenancy, since = self._tenancy(slot)
        draws = Draws(self.seed, slot, tenancy)
        feature = FEATURES.get(slot % 600, "")
        life = _life(draws, since, feature, self.hour)
        base = draws.heavy(20_000, 60_000_000)
        is_exit = draws.hits(0.28)
        published = life.last_up(self.hour) - (life.last_up(self.hour) + slot) % PUBLICATION
        bandwidth = (
            base * (900 + number(self.seed, slot, (published + slot * 7) // 90) % 201) // 1000
        )
        weight = 0 if feature == "new" else self._weight(slot, bandwidth)
        return Relay(
            slot,
            self._operator(slot),
            self.fingerprint(slot),
            life,
            self.hour,
            published,
            bandwidth,
            weight,
            _flags(life, bandwidth, self.hour, feature, is_exit=is_exit),
            is_exit,
            feature,
        )

    def fingerprint(self, slot: int) -> str:
        """Return the identity of a slot's tenant."""
        return digits(40, self.seed, "relay", slot, self._tenancy(slot)[0])

    def family(self, relay: Relay) -> list[str]:
        """Return the relays of the same operator that the relay may list, itself among them."""
        operator = relay.operator
        first = operator.first + (relay.slot - operator.first) // FAMILY * FAMILY
        last = min(first + FAMILY, operator.first + operator.size)
        return sorted(self.fingerprint(slot) for slot in range(first, last))

    def _tenancy(self, slot: int) -> tuple[int, int]:
        """Return the number of the present tenant and its first hour."""
        phase = number(self.seed, "tenancy", slot) % TENANCY
        tenancy = (self.hour + phase) // TENANCY
        return tenancy, tenancy * TENANCY - phase

    def _operator(self, slot: int) -> Operator:
        return self._operators[bisect_right(self._firsts, slot) - 1]

    def _weight(self, slot: int, bandwidth: int) -> int:
        """Return a weight near the bandwidth in kB/s, moved every 36 hours."""
        moved = number(self.seed, "weight", slot, (self.hour + slot) // 36) % 61
        weight = bandwidth * (650 + 10 * moved) // 1_000_000
        step: int = 10 ** max(0, len(str(weight)) - 2)
        return max(1, weight // step * step)


def _life(draws: Draws, since: int, feature: str, hour: int) -> Life:
    start = since if since > EPOCH else since - draws.heavy(24, 70_000)
    if feature == "new":
        return Life(hour // 40 * 40 - 20, 100_000, 0, 0)
    cycle, away = draws.between(600, 2_000), draws.between(1, 6)
    if draws.hits(0.2):
        cycle, away = draws.between(60, 180), draws.between(6, 30)
    elif draws.hits(0.06):
        cycle, away = draws.between(250, 400), draws.between(90, 150)
    return Life(start, cycle, away, draws.below(cycle))


def _flags(
    life: Life, bandwidth: int, hour: int, feature: str, *, is_exit: bool
) -> tuple[str, ...]:
    """Return the flags of the last hour in which the relay ran, in no particular order."""
    if feature == "no_flags":
        return ("Running", "Valid")
    seen = life.last_up(hour)
    age, run = seen - life.start, seen - life.up_since(seen)
    held = {
        "Running": True,
        "Valid": True,
        "V2Dir": True,
        "Fast": bandwidth >= 100_000,
        "Stable": life.cycle > 200 and age > 144,
        "HSDir": run > 96 and age > 120,
        "Guard": life.cycle > 200 and age > 200 and bandwidth > 2_000_000,
        "Exit": is_exit,
        "Authority": feature == "authority",
        "BadExit": feature in {"badexit", "middleonly"},
        "MiddleOnly": feature == "middleonly",
        "StaleDesc": feature == "staledesc",
        "Sybil": feature == "sybil",
    }
    return tuple(sorted(flag for flag, value in held.items() if value))


def record(network: Network, relay: Relay, totals: dict[str, int]) -> dict[str, Any]:
    """Return the relay as the details document has it."""
    life, slot, operator = relay.life, relay.slot, relay.operator
    moved = life.start + (relay.hour - life.start) // 1_500 * 1_500
    facts: dict[str, Any] = {
        "nickname": f"{operator.name[:12]}x{slot % 1000:03}",
        "fingerprint": relay.fingerprint,
        "or_addresses": _addresses(slot, moved),
        "last_seen": _time(life.last_up(relay.hour)),
        "last_changed_address_or_port": _time(moved),
        "first_seen": _time(life.start),
        "running": relay.running,
        "flags": list(relay.flags),
        "consensus_weight": relay.weight,
        "last_restarted": text.time_of(_restarted(relay) * 3600 + slot % 3600),
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
    return text.time_of(hour * 3600)


def _restarted(relay: Relay) -> int:
    """Return the hour of the last start: after an outage, or one of the operator's own restarts."""
    own = relay.hour - (relay.hour + relay.slot * 7) % (90 + relay.slot % 97)
    return max(relay.life.up_since(relay.hour), min(own, relay.life.last_up(relay.hour)))


def _addresses(slot: int, moved: int) -> list[str]:
    low = (slot + moved) % 256
    first = f"198.{18 + slot // 65_536 % 2}.{slot // 256 % 256}.{low}:{9001 + slot // 131_072}"
    return [first, f"[2001:db8:{slot % 65_536:x}::{low + 1:x}]:9001"] if slot % 3 == 0 else [first]


def _place(relay: Relay) -> dict[str, Any]:
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


def _software(relay: Relay) -> dict[str, Any]:
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


def _policy(relay: Relay) -> dict[str, Any]:
    policy, summary = POLICIES[relay.slot % 3] if relay.is_exit else CLOSED
    facts: dict[str, Any] = {"exit_policy": list(policy), "exit_policy_summary": summary}
    if relay.is_exit and relay.slot % 3 == 0:
        facts["exit_policy_v6_summary"] = {"accept": ["80", "443"]}
    return facts


def _family(network: Network, relay: Relay) -> dict[str, Any]:
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


def _chances(relay: Relay, totals: dict[str, int]) -> dict[str, Any]:
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


def _oddity(relay: Relay) -> dict[str, Any]:
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
