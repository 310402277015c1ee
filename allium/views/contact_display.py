"""The figures of an operator's page, as printed."""

from typing import Final

from allium import text
from allium.analysis.makeup import Grade, compliance
from allium.analysis.positions import ROLES, Role, network_position
from allium.views.base import View
from allium.views.contact_shard import Shard, Traffic

TITLE_LENGTH: Final = 80
NOBODY: Final = "Relays without contact information"


class Display(View, frozen=True):
    """The page's figures; `None` where there is nothing to say."""

    title: str
    contact: str | None
    aroi_domain: str | None
    aroi_proof: str | None
    relays: str
    running: str
    by_role: dict[Role, str]
    network_position: str
    bandwidth: str
    role_bandwidth: dict[Role, str]
    weight_share: str | None
    role_share: dict[Role, str | None]
    proven: str | None
    proven_bandwidth: str | None
    measured: str | None
    data: Traffic | None
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


def display(shard: Shard, title: str, count: int) -> Display:
    """Return an operator's figures; `count` are all relays."""
    made = shard.composition
    return Display(
        title=title,
        contact=shard.contact,
        aroi_domain=shard.domain,
        aroi_proof=shard.proof,
        relays=text.count(count),
        running=text.count(shard.running),
        by_role={role: text.count(shard.counts[role]) for role in ROLES},
        network_position=_position(shard),
        bandwidth=shard.bandwidth,
        role_bandwidth=shard.role_bandwidth,
        weight_share=shard.weight_share,
        role_share=shard.role_share,
        proven=shard.proven,
        proven_bandwidth=shard.proven_bandwidth,
        measured=shard.measured,
        data=shard.data,
        network_diversity=_grade(
            made.network_grade, shard, text.number_of(made.networks, "autonomous system")
        ),
        geographic_diversity=_grade(
            made.geographic_grade, shard, text.number_of(made.countries, "country", "countries")
        ),
        infrastructure_diversity=_grade(
            made.platform_grade, shard, text.number_of(made.platforms, "platform")
        ),
        version_compliance=_compliance(shard),
        version_status=_counted(made.statuses),
        family_support=_counted(made.support),
        ipv4=text.count(made.ipv4),
        ipv6=text.count(made.ipv6),
        dual_stack=text.number_of(made.dual_stack, "relay"),
        underutilised=text.number_of(shard.underutilised, "relay"),
        ratio_rank=shard.ratio_rank,
    )


def _position(shard: Shard) -> str:
    """Return the operator's position with the relays that it comes from."""
    counts = shard.counts
    label = network_position(counts["guard"], counts["middle"], counts["exit"])
    if shard.running == 0:
        return label
    if shard.running == 1:
        return f"{label} (1 relay)"
    parts = ", ".join(text.number_of(counts[role], role) for role in ROLES if counts[role])
    return f"{label} ({text.count(shard.running)} relays: {parts})"


def _grade(grade: Grade | None, shard: Shard, counted: str) -> str:
    """Return a grade with what was counted; one relay cannot be spread."""
    if shard.running < 2:
        return (
            "not computable (one relay)" if shard.running else "not computable (no running relay)"
        )
    return "not computable" if grade is None else f"{grade} ({counted})"


def _compliance(shard: Shard) -> str | None:
    """Return how many running relays are on a recommended version."""
    made = shard.composition
    word = compliance(made.recommended, made.judged)
    if word is None:
        return None
    percent = text.half_up(100 * made.recommended, made.judged)
    return f"{word} ({percent}%): {text.count(made.recommended)} of {text.count(made.judged)}"


def _counted(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(f"{name}: {text.number_of(count, 'relay')}" for name, count in counts.items())
