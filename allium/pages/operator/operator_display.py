"""The figures of an operator's page, as printed."""

from allium import formatting
from allium.analysis.operator.composition import MANY, Grade, compliance
from allium.analysis.relay.role import ROLES, Role, network_position
from allium.pages.operator.operator_facts import Composition, OperatorFacts, Proven
from allium.pages.operator.operator_position import Traffic
from allium.pages.parts.page_base import View


class RoleRow(View, frozen=True):
    """What the running relays of one role come to; `proven` of the proven ones among them."""

    role: Role
    words: str
    proven: str | None


class OperatorDisplay(View, frozen=True):
    """The page's figures; `None` where there is nothing to say."""

    title: str
    contact: str | None
    aroi_domain: str | None
    aroi_proofs: tuple[str, ...]
    relays: str
    running: str
    proven_running: str | None
    roles: tuple[RoleRow, ...]
    network_position: str
    bandwidth: str
    weight_share: str | None
    proven: str | None
    proven_bandwidth: str | None
    measured: str | None
    data: Traffic | None
    proven_data: str | None
    network_diversity: str
    geographic_diversity: str
    infrastructure_diversity: str
    version_compliance: str | None
    version_status: tuple[str, ...]
    family_support: tuple[str, ...]
    ipv4: str
    ipv6: str
    dual_stack: str
    underutilised: str
    ratio_rank: str | None


def display(facts: OperatorFacts, title: str, count: int) -> OperatorDisplay:
    """Return an operator's figures; `count` are all relays."""
    composition, proven = facts.composition, facts.proven
    return OperatorDisplay(
        title=title,
        contact=facts.contact,
        aroi_domain=facts.domain,
        aroi_proofs=tuple(facts.proofs),
        relays=formatting.count(count),
        running=formatting.count(facts.running),
        proven_running=None if proven is None else _running(proven),
        roles=_roles(facts),
        network_position=_position(facts),
        bandwidth=facts.bandwidth,
        weight_share=facts.weight_share,
        proven=None if proven is None else proven.weight_share,
        proven_bandwidth=None if proven is None else proven.bandwidth,
        measured=facts.measured,
        data=facts.data,
        proven_data=None if proven is None else proven.data,
        network_diversity=_grade(composition.network_grade, facts, _networks(composition)),
        geographic_diversity=_grade(
            composition.geographic_grade,
            facts,
            formatting.number_of(composition.countries, "country", "countries"),
        ),
        infrastructure_diversity=_grade(composition.platform_grade, facts, _platforms(composition)),
        version_compliance=_compliance(facts),
        version_status=_counted(composition.statuses),
        family_support=_counted(composition.support),
        ipv4=formatting.count(composition.ipv4),
        ipv6=formatting.count(composition.ipv6),
        dual_stack=formatting.number_of(composition.dual_stack, "relay"),
        underutilised=formatting.number_of(facts.underutilised, "relay"),
        ratio_rank=facts.ratio_rank,
    )


def _running(proven: Proven) -> str:
    return f"{formatting.count(sum(proven.counts.values()))} of {formatting.count(proven.relays)}"


def _roles(facts: OperatorFacts) -> tuple[RoleRow, ...]:
    """Return a row of each role that has running relays."""
    return tuple(
        RoleRow(
            role=role,
            words=f"{_role(facts, role)} of the network’s {role} weight",  # noqa: RUF001
            proven=None if facts.proven is None else _role(facts.proven, role),
        )
        for role in ROLES
        if facts.counts[role]
    )


def _role(sums: OperatorFacts | Proven, role: Role) -> str:
    share = sums.role_share[role] or "no weight"
    return f"{formatting.count(sums.counts[role])} running, {sums.role_bandwidth[role]}, {share}"


def _networks(composition: Composition) -> str:
    counted = formatting.number_of(composition.networks, "autonomous system")
    crowded = composition.network_grade == "Okay" and composition.networks >= MANY
    return f"{counted}, more than half of the relays in one" if crowded else counted


def _platforms(composition: Composition) -> str:
    counted = formatting.number_of(composition.platforms, "platform")
    alike = composition.platform_grade == "Okay" and composition.platforms > 1
    few = "fewer than a tenth of the relays off the most common one"
    return f"{counted}, {few}" if alike else counted


def _position(facts: OperatorFacts) -> str:
    """Return the operator's position with the relays that it comes from."""
    counts = facts.counts
    label = network_position(counts["guard"], counts["middle"], counts["exit"])
    if facts.running == 0:
        return label
    relays = formatting.number_of(facts.running, "relay")
    if facts.running == 1:
        return f"{label} ({relays})"
    parts = ", ".join(formatting.number_of(counts[role], role) for role in ROLES if counts[role])
    return f"{label} ({relays}: {parts})"


def _grade(grade: Grade | None, facts: OperatorFacts, counted: str) -> str:
    """Return a grade with what was counted; one relay cannot be spread."""
    if facts.running < 2:
        return (
            "not computable (one relay)" if facts.running else "not computable (no running relay)"
        )
    return "not computable" if grade is None else f"{grade} ({counted})"


def _compliance(facts: OperatorFacts) -> str | None:
    """Return how many running relays are on a recommended version."""
    composition = facts.composition
    word = compliance(composition.recommended, composition.judged)
    if word is None:
        return None
    percent = formatting.half_up(100 * composition.recommended, composition.judged)
    unknown = f"; {formatting.count(composition.unjudged)} unknown" if composition.unjudged else ""
    counted = (
        f"{formatting.count(composition.recommended)} of {formatting.count(composition.judged)}"
    )
    return f"{word} ({percent}%): {counted}{unknown}"


def _counted(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(
        f"{name}: {formatting.number_of(count, 'relay')}" for name, count in counts.items()
    )
