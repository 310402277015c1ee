"""The figures of an operator's page, as printed."""

from typing import Final

from allium import formatting
from allium.analysis.operator.composition import MANY, Grade
from allium.analysis.relay.role import ROLES, Role, network_position
from allium.pages.operator.operator_facts import Composition, OperatorFacts, Verified
from allium.pages.operator.operator_position import PeerPosition, Traffic
from allium.pages.operator.operator_votes import VotesOfOperator
from allium.pages.parts.family_words import support_words
from allium.pages.parts.page_base import Badge, Link, View

GRADES: Final[dict[Grade, Badge]] = {
    "Great": Badge(text="Great", colour="good"),
    "Okay": Badge(text="Fair", colour="note"),
    "Poor": Badge(text="Low", colour="warn"),
}
_STATUSES: Final = {"unrecommended": "not recommended"}
"""Words for statuses of versions, where the directory authorities have others."""
RELEASES: Final = 3
"""So many versions of a status are named."""
UNJUDGED: Final = Badge(text="Cannot be computed", colour="off")


class Graded(View, frozen=True):
    """How widely the running relays are spread over something, and what was counted."""

    badge: Badge
    words: str


class Place(View, frozen=True):
    """Where all running relays are, or what all of them run, and how that is graded."""

    name: str
    value: Link
    badge: Badge | None


class RoleRow(View, frozen=True):
    """What the running relays of one role come to; the share is of the network's weight of it."""

    role: Role
    name: str
    relays: str
    bandwidth: str
    share: str


class VerifiedRow(View, frozen=True):
    """A figure of the verified relays, beside that of all relays."""

    name: str
    verified: str
    all: str


class OperatorDisplay(View, frozen=True):
    """The page's figures; `None` where there is nothing to say.

    `spread` grades by what is counted: networks, countries, operating systems. It is empty of fewer
    than two running relays, which cannot be spread. `places` is what all relays have in common,
    where that is everything: then no tables of countries, networks and software are needed.
    """

    title: str
    contact: str | None
    aroi_domain: str | None
    aroi_proofs: tuple[str, ...]
    relays: str
    running: str
    roles: tuple[RoleRow, ...]
    network_position: str
    bandwidth: str
    weight_share: str | None
    verified: tuple[VerifiedRow, ...]
    measured: str | None
    votes: VotesOfOperator | None
    data: Traffic | None
    spread: dict[str, Graded]
    places: tuple[Place, ...]
    version_compliance: str | None
    version_status: str
    family_support: str
    addresses: str
    underutilised: str | None
    ratio_rank: str | None
    size: str | None
    peers: str | None


def display(facts: OperatorFacts, title: str, count: int) -> OperatorDisplay:
    """Return an operator's figures; `count` are all relays."""
    composition = facts.composition
    spread = _spread(composition) if facts.running > 1 else {}
    return OperatorDisplay(
        title=title,
        contact=facts.contact,
        aroi_domain=facts.domain,
        aroi_proofs=tuple(facts.proofs),
        relays=formatting.count(count),
        running=formatting.count(facts.running),
        roles=_roles(facts),
        network_position=_position(facts),
        bandwidth=facts.bandwidth,
        weight_share=facts.weight_share,
        verified=() if facts.verified is None else _verified(facts, facts.verified),
        measured=facts.measured,
        votes=facts.votes,
        data=facts.data,
        spread=spread,
        places=_places(facts, spread),
        version_compliance=_compliance(composition),
        version_status=_statuses(composition),
        family_support=support_words(composition.support.items()),
        addresses=_addresses(composition),
        underutilised=formatting.number_of(facts.underutilised, "relay")
        if facts.underutilised
        else None,
        ratio_rank=facts.ratio_rank,
        size=None if facts.peers is None else facts.peers.size,
        peers=None if facts.peers is None else _peers(facts.peers),
    )


def _peers(own: PeerPosition) -> str | None:
    """Return how the averages of an operator compare among those of the same size."""
    bands = {"bandwidth per relay": own.bandwidth, "uptime in 6 months": own.uptime}
    words = [f"{name} {band}" for name, band in bands.items() if band is not None]
    return formatting.capitalized("; ".join(words)) if words else None


def _roles(facts: OperatorFacts | Verified) -> tuple[RoleRow, ...]:
    return tuple(
        RoleRow(
            role=role,
            name=f"{role.capitalize()} weight",
            relays=formatting.number_of(facts.counts[role], role),
            bandwidth=facts.role_bandwidth[role],
            share=facts.role_share[role] or "Unknown",
        )
        for role in ROLES
    )


def _verified(facts: OperatorFacts, verified: Verified) -> tuple[VerifiedRow, ...]:
    """Return what the verified relays come to, beside all relays."""
    running = formatting.count(sum(verified.counts.values()))
    data = facts.data
    return (
        VerifiedRow(
            name="Relays",
            verified=formatting.count(verified.relays),
            all=formatting.count(facts.relays),
        ),
        VerifiedRow(name="Running relays", verified=running, all=formatting.count(facts.running)),
        VerifiedRow(
            name="Consensus weight",
            verified=verified.weight_share or "Unknown",
            all=facts.weight_share or "Unknown",
        ),
        VerifiedRow(name="Observed bandwidth", verified=verified.bandwidth, all=facts.bandwidth),
        *(
            VerifiedRow(name=own.name, verified=_role(own), all=_role(every))
            for own, every in zip(_roles(verified), _roles(facts), strict=True)
            if facts.counts[every.role]
        ),
        VerifiedRow(
            name="Data transferred",
            verified=verified.data or "Unknown",
            all="Unknown" if data is None else data.volume,
        ),
    )


def _role(row: RoleRow) -> str:
    return f"{row.share} ({row.relays}, {row.bandwidth})"


def _spread(composition: Composition) -> dict[str, Graded]:
    return {
        "Networks": _graded(composition.network_grade, _networks(composition)),
        "Countries": _graded(
            composition.geographic_grade,
            formatting.number_of(composition.countries, "country", "countries"),
        ),
        "Operating systems": _graded(composition.platform_grade, _platforms(composition)),
    }


def _places(facts: OperatorFacts, spread: dict[str, Graded]) -> tuple[Place, ...]:
    """Return what all running relays have in common, unless they differ in anything."""
    tables = {
        "Countries": ("Country", facts.countries),
        "Networks": ("Network", facts.networks),
        "Operating systems": ("Operating system", facts.platforms),
        "Tor versions": ("Tor version", facts.versions),
    }
    if any(len(rows) != 1 for _, rows in tables.values()):
        return ()
    return tuple(
        Place(name=name, value=rows[0].name, badge=spread[many].badge if many in spread else None)
        for many, (name, rows) in tables.items()
    )


def _graded(grade: Grade | None, words: str) -> Graded:
    return Graded(badge=UNJUDGED if grade is None else GRADES[grade], words=words)


def _networks(composition: Composition) -> str:
    counted = formatting.number_of(composition.networks, "network")
    crowded = composition.network_grade == "Okay" and composition.networks >= MANY
    return f"{counted}, over half of the relays in one" if crowded else counted


def _platforms(composition: Composition) -> str:
    counted = formatting.number_of(composition.platforms, "operating system")
    alike = composition.platform_grade == "Okay" and composition.platforms > 1
    return f"{counted}, over 90% of relays on one" if alike else counted


def _position(facts: OperatorFacts) -> str:
    """Return the operator's position, with how many relays of each role it comes from."""
    counts = facts.counts
    label = network_position(counts["guard"], counts["middle"], counts["exit"])
    roles = [formatting.number_of(counts[role], role) for role in ROLES if counts[role]]
    return f"{label}: {', '.join(roles)}" if len(roles) > 1 else label


def _statuses(composition: Composition) -> str:
    """Return how many running relays have a version of each status, and which versions."""
    parts = []
    for status, count in composition.statuses.items():
        releases = composition.releases.get(status, ())
        more = ", …" if len(releases) > RELEASES else ""
        named = f" ({', '.join(releases[:RELEASES])}{more})" if releases else ""
        parts.append(f"{formatting.count(count)} {_STATUSES.get(status, status)}{named}")
    return ", ".join(parts)


def _compliance(composition: Composition) -> str | None:
    """Return how many running relays are on a recommended version."""
    if not composition.judged:
        return None
    percent = formatting.half_up(100 * composition.recommended, composition.judged)
    recommended = formatting.count(composition.recommended)
    unknown = f"; {formatting.count(composition.unjudged)} unknown" if composition.unjudged else ""
    relays = formatting.number_of(composition.judged, "relay")
    return f"{percent}% ({recommended} of {relays}{unknown})"


def _addresses(composition: Composition) -> str:
    four, six = formatting.count(composition.ipv4), formatting.count(composition.ipv6)
    both = formatting.number_of(composition.dual_stack, "relay")
    return f"{four} IPv4, {six} IPv6 ({both} with both)"
