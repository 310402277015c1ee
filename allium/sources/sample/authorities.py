"""What the authorities of the sample network vote, and the consensus that this comes to.

Who gives a flag is drawn, so that most flags of the details have their majority; then values are
drawn by which the authority's rules come to that. Nine authorities vote, as the real ones do: five
measure, one names a file that cannot be used, two do not test IPv6, two keep no list of exits.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.analysis.relay.flag_rules import SCANNERS as SCANNERS_NEEDED
from allium.analysis.voting import tally
from allium.model.relay import Flag
from allium.model.votes import AUTHORITIES, Voter
from allium.sources.collector import tree, vote
from allium.sources.sample.pseudo_random import digits, number
from allium.sources.sample.sample_relays import SampleNetwork, SampleRelay

HOUR: Final = 3_600
DAY: Final = 24 * HOUR
GUARD_KNOWN: Final = 8 * DAY
STABLE_MTBF: Final = 5 * DAY
LISTED_HOURS: Final = 24
"""How old a descriptor may be so that authorities list the relay."""
LARGEST_CLAIM: Final = 10_000
FAST: Final = 100
"""kB/s, where claims count; details give Fast by what a relay carries."""
MEASURED_FAST: Final = 102
GUARD: Final = 2_000
MEASURED_GUARD: Final = 1_300
SCANNERS: Final = frozenset({"bastet", "gabelmoo", "maatuska", "moria1", "tor26"})
NO_IPV6: Final = frozenset({"dizum", "longclaw"})
NO_LISTS: Final = frozenset({"dannenberg", "dizum"})
ALL_LISTS: Final = frozenset({"faravahar", "gabelmoo", "longclaw", "moria1", "tor26"})
NEW_METHODS: Final = frozenset({"bastet", "dizum", "gabelmoo", "longclaw", "moria1"})
NAMES: Final = tuple(one.nickname for one in AUTHORITIES)
LISTING_FEW: Final = frozenset({"dannenberg", "dizum", "faravahar", "maatuska"})
"""Who lists a relay that one authority too few lists."""
DRAWN: Final = frozenset({"Running", "Fast", "Stable", "Guard", "HSDir"})

_FOR: Final = ((70, 9), (85, 8), (92, 7), (96, 6), (100, 5))
_AGAINST: Final = ((60, 0), (75, 2), (85, 1), (95, 4), (100, 3))
"""Of a hundred draws up to which one so many of nine agree, or differ."""


class Said(Struct):
    """What one authority says of one relay; bandwidths are kB/s, `wfu` is in millionths."""

    flags: set[Flag]
    claimed: int
    ipv6: str | None
    measured: int | None = None
    wfu: int = 0
    known: int = 0
    mtbf: int = 0


@lru_cache(maxsize=2)
def documents(relays: int, hour: int, seed: int) -> dict[str, bytes]:
    """Return the consensus and the votes of an hour by their names in the tree.

    Equal arguments give equal bytes.
    """
    network = SampleNetwork(relays, hour, seed)
    every = sorted(
        (_listed(network.relay(slot)) for slot in range(relays)), key=lambda one: one[0].fingerprint
    )
    listed = [(relay, said) for relay, said in every if said]
    moment = network.hour * HOUR
    votes = {name: _vote(name, moment, listed) for name in NAMES}
    voters = {
        one.nickname: Voter(
            nickname=one.nickname, identity=one.identity, digest=vote.digest_of(votes[one.nickname])
        )
        for one in AUTHORITIES
    }
    time = formatting.time_of(moment)
    found = {tree.vote_name(time, voters[name]): body for name, body in votes.items()}
    return found | {tree.consensus_name(time): _consensus(voters, moment, listed)}


Listed: TypeAlias = tuple[SampleRelay, dict[str, Said]]


def _listed(relay: SampleRelay) -> Listed:
    """Return what each authority says of a relay, if it lists it."""
    if relay.hour - relay.published >= LISTED_HOURS:
        return relay, {}
    missed = {7: {"moria1"}, 19: {"dannenberg", "dizum", "moria1"}}.get(relay.slot % 53, set())
    if not relay.running and relay.slot % 9 == 0:
        missed = set(NAMES) - LISTING_FEW
    said = {name: Said(set(), min(relay.bandwidth // 1000, LARGEST_CLAIM), None) for name in NAMES}
    said = {name: one for name, one in said.items() if name not in missed}
    _measure(relay, said)
    _reach(relay, said)
    wide = {name for name, one in said.items() if _fast(name, one) and _wide(name, one)}
    stable = _givers(relay, "Stable", list(said)) | (wide if "Guard" in relay.flags else set())
    fast = {name for name, one in said.items() if _fast(name, one)}
    guard = _givers(relay, "Guard", [name for name in said if name in stable & wide & fast])
    running = {name for name, one in said.items() if "Running" in one.flags}
    able = running & fast & stable
    enough = able if len(able) >= tally.needed(len(NAMES)) else running
    hsdir = _givers(relay, "HSDir", [name for name in said if name in enough])
    for name, one in said.items():
        one.flags |= _undrawn(relay, name)
        drawn = {"Fast": fast, "Stable": stable, "Guard": guard, "HSDir": hsdir}
        one.flags |= {flag for flag, givers in drawn.items() if name in givers}
        _remember(relay, one, name)
        if "MiddleOnly" in one.flags:
            one.flags -= {"Exit", "Guard", "HSDir", "V2Dir"}
    return relay, said


def _draw(relay: SampleRelay, what: str, hours: int) -> int:
    """Return one of a hundred numbers that stays for some hours."""
    return number(relay.fingerprint, what, (relay.hour + relay.slot) // hours) % 100


def _givers(relay: SampleRelay, flag: Flag, able: list[str]) -> set[str]:
    """Return who of those that can gives a flag: a majority where the relay holds it."""
    held = flag in relay.flags and (flag != "Running" or relay.running)
    draw = _draw(relay, flag, 60)
    count = next(n for end, n in (_FOR if held else _AGAINST) if draw < end)
    trust = sorted(able, key=lambda name: number(relay.fingerprint, name, relay.hour // 90))
    return set(trust[:count])


def _fast(name: str, one: Said) -> bool:
    if name in SCANNERS:
        return (one.measured or 0) >= MEASURED_FAST
    return one.claimed >= FAST


def _wide(name: str, one: Said) -> bool:
    if name in SCANNERS:
        return (one.measured or 0) >= MEASURED_GUARD
    return one.claimed >= GUARD


def _reach(relay: SampleRelay, said: dict[str, Said]) -> None:
    running = _givers(relay, "Running", list(said))
    few = {"bastet", "moria1"} if relay.slot % 71 == 3 else set(NAMES)
    for name, one in said.items():
        if name in running:
            one.flags.add("Running")
        if relay.slot % 3 == 0 and name not in NO_IPV6 and name in running & few:
            one.ipv6 = f"[2001:db8::{relay.slot % 9999 + 1:x}]:9001"


def _measure(relay: SampleRelay, said: dict[str, Said]) -> None:
    """Give scanners values around the weight, which is the middle one."""
    scanners = [name for name in said if name in SCANNERS]
    scanners.sort(key=lambda name: number(relay.fingerprint, "scanner", name))
    few = {"new": 1, "flags_only": 2}.get(relay.feature, len(scanners) - (relay.slot % 13 == 4))
    del scanners[few:]
    middle = (few - 1) // 2 if few >= SCANNERS_NEEDED else -1
    apart = 20 if relay.slot % 61 == 3 else 2
    for rank, name in enumerate(scanners):
        percent = 100 + _draw(relay, name, 40) * (apart - 1)
        low, high = relay.weight * 100 // percent, relay.weight * percent // 100
        value = _two_digits(low if rank < middle else high if rank > middle else relay.weight)
        if rank > middle and "Fast" in relay.flags:
            value = max(value, MEASURED_FAST)
        said[name].measured = value


def _two_digits(value: int) -> int:
    step = int(10 ** max(0, len(str(value)) - 2))
    return max(1, value // step * step)


def _undrawn(relay: SampleRelay, name: str) -> set[Flag]:
    """Return the flags that all who vote on them give alike, but for a descriptor not yet had."""
    found = {flag for flag in relay.flags if flag not in DRAWN} & set(_known_flags(name))
    late = relay.slot % 97 == 5 and name == "dizum"
    return found - {"V2Dir"} if late else found


def _remember(relay: SampleRelay, one: Said, name: str) -> None:
    """Give an authority a memory by which its rules come to the flags that it gives."""
    age = max(1, relay.hour - relay.life.start) * HOUR
    draw = _draw(relay, f"memory {name}", 30)
    own_list = relay.slot % 29 == 7
    one.mtbf = draw * HOUR + STABLE_MTBF * ("Stable" in one.flags or own_list)
    one.known, one.wfu = age, 1_000_000 - draw * 150
    if "Guard" in one.flags:
        one.known = max(age, GUARD_KNOWN)
    elif age >= GUARD_KNOWN and draw % 2:
        one.known = GUARD_KNOWN - (1 + draw) * HOUR
    else:
        one.wfu = 979_999 - draw * 4_000


def _known_flags(name: str) -> list[Flag]:
    lists = ALL_LISTS if name in ALL_LISTS else frozenset()
    kept = [] if name in NO_LISTS else ["MiddleOnly", *(["BadExit"] if lists else [])]
    return sorted(
        "Authority Exit Fast Guard HSDir Running Stable StaleDesc Sybil V2Dir Valid".split() + kept
    )


def _head(kind: str, moment: int) -> list[str]:
    times = {"valid-after": 0, "fresh-until": 1, "valid-until": 3}
    return [
        f"@type network-status-{kind}-3 1.0",
        "network-status-version 3",
        f"vote-status {kind}",
        *(f"{word} {formatting.time_of(moment + hours * HOUR)}" for word, hours in times.items()),
    ]


def _vote(name: str, moment: int, listed: Sequence[Listed]) -> bytes:
    """Return the vote of an authority for the hour that begins at a moment."""
    identity = next(one.identity for one in AUTHORITIES if one.nickname == name)
    address = f"192.0.2.{NAMES.index(name) + 1}"
    lines = [
        *_head("vote", moment),
        f"consensus-methods {'32 33 34 35' if name in NEW_METHODS else '28 29 30 31 32 33'}",
        f"published {formatting.time_of(moment - 600)}",
        *_versions(),
        f"known-flags {' '.join(_known_flags(name))}",
        _thresholds(name),
        f"params {' '.join(f'{key}={value}' for key, value in sorted(_params(name).items()))}",
        *_scanner(name, moment),
        f"dir-source {name} {identity} {address} {address} 80 443",
        f"contact operators of {name}",
        f"dir-key-expires {formatting.time_of(moment // (90 * DAY) * 90 * DAY + 180 * DAY)}",
    ]
    for relay, said in listed:
        if name in said:
            lines += _entry(relay, said[name])
    return _signed(lines, [identity])


def _thresholds(name: str) -> str:
    measures = name in SCANNERS
    fast, guard = (MEASURED_FAST, MEASURED_GUARD) if measures else (FAST, GUARD)
    own = f" hsdir-wfu=98.000% hsdir-tk={10 * DAY}" if name == "moria1" else ""
    return (
        f"flag-thresholds stable-uptime={5 * DAY} stable-mtbf={40 * DAY} fast-speed={fast}000"
        f" guard-wfu=98.000% guard-tk={GUARD_KNOWN} guard-bw-inc-exits={guard}000"
        f" guard-bw-exc-exits={guard}000 enough-mtbf=1 ignoring-advertised-bws={measures:d}{own}"
    )


def _versions() -> list[str]:
    return [f"{kind}-versions 0.4.8.21,0.4.9.5" for kind in ("client", "server")]


def _params(name: str) -> dict[str, int]:
    ids = {"use-family-ids": 1} if name in {"bastet", "gabelmoo", "moria1", "tor26"} else {}
    own = {"use-family-lists": 1} if name == "moria1" else {}
    return {"AuthDirMaxServersPerAddr": 8, "cc_alg": 2, "hsdir_spread_store": 4} | ids | own


def _scanner(name: str, moment: int) -> list[str]:
    if name == "longclaw":
        return ["bandwidth-file-headers "]
    if name not in SCANNERS:
        return []
    made = formatting.time_of(moment - 2_000).replace(" ", "T")
    software = "software=sbws software_version=1.9.0 scanner_country=ZZ"
    return [f"bandwidth-file-headers version=1.6.0 file_created={made} {software}"]


def _router(relay: SampleRelay) -> str:
    name = b64encode(bytes.fromhex(relay.fingerprint)).decode().rstrip("=")
    published = formatting.time_of(relay.published * HOUR)
    return f"r sample{relay.slot} {name} {'A' * 27} {published} 192.0.2.1 9001 0"


def _entry(relay: SampleRelay, one: Said) -> Iterator[str]:
    """Yield the lines of an opinion."""
    yield _router(relay)
    if one.ipv6 is not None:
        yield f"a {one.ipv6}"
    yield f"s {' '.join(sorted(one.flags))}"
    measured = "" if one.measured is None else f" Measured={one.measured}"
    yield f"w Bandwidth={one.claimed}{measured}"
    whole, rest = divmod(one.wfu, 1_000_000)
    yield f"stats wfu={whole}.{rest:06} tk={one.known} mtbf={one.mtbf}"


def _consensus(voters: dict[str, Voter], moment: int, listed: Sequence[Listed]) -> bytes:
    """Return the consensus of all votes."""
    known = [_known_flags(name) for name in NAMES]
    methods = [(32, 33, 34, 35) if n in NEW_METHODS else (28, 29, 30, 31, 32, 33) for n in NAMES]
    voted = [_params(name) for name in NAMES]
    names = sorted({key for one in voted for key in one})
    wishes = {key: [one[key] for one in voted if key in one] for key in names}
    agreed = ((key, tally.param(values, len(NAMES))) for key, values in wishes.items())
    params = [f"{key}={value}" for key, value in agreed if value is not None]
    lines = [
        *_head("consensus", moment),
        f"consensus-method {tally.method(methods)}",
        *_versions(),
        f"known-flags {' '.join(sorted({flag for flags in known for flag in flags}))}",
        f"params {' '.join(params)}",
    ]
    for name in sorted(NAMES, key=lambda one: voters[one].identity):
        address = f"192.0.2.{NAMES.index(name) + 1}"
        lines += [
            f"dir-source {name} {voters[name].identity} {address} {address} 80 443",
            f"contact operators of {name}",
            f"vote-digest {voters[name].digest}",
        ]
    voting = tally.votes_on_flags(known)
    for relay, said in listed:
        lines += _agreed(relay, said, voting, tally.method(methods))
    return _signed(lines, [voters[name].identity for name in NAMES], WEIGHTS)


WEIGHTS: Final = (
    "bandwidth-weights Wbd=0 Wbe=0 Wbg=4000 Wbm=10000 Wed=10000 Wee=10000 Wgd=0 Wgg=6000 Wmd=0"
    " Wme=0 Wmg=4000 Wmm=10000"
)
"""Invented: what weights mean is shown, not how they follow."""


def _agreed(
    relay: SampleRelay, said: dict[str, Said], voting: Counter[Flag], method: int
) -> Iterator[str]:
    flags = tally.chosen_flags([one.flags for one in said.values()], voting, len(NAMES), method)
    if flags is None:
        return
    measured = [one.measured for one in said.values() if one.measured is not None]
    found = tally.weight(measured, [one.claimed for one in said.values()], len(SCANNERS))
    assert found is not None
    yield _router(relay)
    yield f"s {' '.join(sorted(flags))}"
    yield f"w Bandwidth={found.value}{' Unmeasured=1' if found.unmeasured else ''}"


def _signed(lines: list[str], identities: list[str], *footer: str) -> bytes:
    signatures = (f"directory-signature {one} {digits(40, one)}" for one in identities)
    return ("\n".join([*lines, "directory-footer", *footer, *signatures]) + "\n").encode()
