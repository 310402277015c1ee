"""The health page's sections on operators and what they prove, families and their keys."""

from collections.abc import Iterable, Sequence
from typing import Final

from allium import formatting, urls
from allium.analysis.aroi.aroi_adoption import AroiAdoption, aroi_adoption
from allium.analysis.aroi.aroi_claim import REASONS
from allium.analysis.aroi.validation import PROBLEMS, PROVEN
from allium.analysis.family.family_keys import (
    Confirmation,
    FamilyKeyCounts,
    Keys,
    family_key_counts,
    keys,
)
from allium.analysis.health.operator_counts import OperatorCounts, operator_counts
from allium.analysis.network import Network
from allium.analysis.operator.composition import FamilySupport
from allium.analysis.operator.peers import SizeMedians
from allium.analysis.relay.role import ROLES
from allium.analysis.totals import Totals
from allium.model.history import WHOLE
from allium.pages.family.family_page import Family
from allium.pages.group.group_context import GroupContext
from allium.pages.parts import count_charts, group_links, network_figures
from allium.pages.parts.aroi_texts import STATUS_WORDS
from allium.pages.parts.chart_views import Histogram
from allium.pages.parts.country_names import short_name
from allium.pages.parts.network_figures import (
    NOT_COMPUTABLE,
    NOT_IN_DATA,
    FigureRow,
    given,
    known_facts,
    of_whole,
    percent,
)
from allium.pages.parts.page_base import Facts, Figure, Link, Share, Slice, View
from allium.pages.parts.shares import ROWS, counted_rows, plain, slices

PROBLEM_ROWS: Final = 5
LISTS: Final[dict[Confirmation, tuple[str, str]]] = {
    "all": ("All confirmed", "k2"),
    "some": ("Some one-sided", "k3"),
    "none": ("All one-sided", "k5"),
    "no list": ("No list", "k0"),
}
"""What is said of relays whose lists are so confirmed, and the colour of that."""
SUPPORTS: Final[dict[FamilySupport, tuple[str, str]]] = {
    "both": ("Key and MyFamily", "k1"),
    "family key": ("Key only", "k2"),
    "MyFamily": ("MyFamily only", "k4"),
    "none": ("Neither", "k0"),
}
KINSHIP: Final = ("effective_family", "family_ids")
"""The fields by which relays are of one family."""


class Operators(View, frozen=True):
    """Operators by how far their domain is verified, and all relays by their AROI status.

    `problems` count relays with a complete AROI by the reason why a proof fails, `gaps` the others
    with an AROI by what it lacks; a row of `proofs` has the verified relays of all with that type
    of proof. `sizes` count operators by their running relays, `running` says how many those are. A
    row of `medians` has the operators of one size, and what is in their middle. `claiming` counts
    by country those with a complete AROI.
    """

    given: bool
    """Whether the data has any contact."""
    operators: tuple[Share, ...]
    contacts: Facts
    statuses: tuple[Share, ...]
    problems: tuple[FigureRow, ...]
    proofs: Facts
    gaps: tuple[FigureRow, ...]
    sizes: Histogram | None
    medians: tuple[FigureRow, ...]
    running: str
    run: Facts
    ipv6: tuple[Slice, ...]
    claiming: tuple[Share, ...]


class Families(View, frozen=True):
    """Families of all relays, and keys of running ones; `families` and `members` have a noun.

    `lists` are relays by whether those that they list confirm it, `supports` running ones by how
    they say which family they belong to.
    """

    families: str
    largest: Link | None
    members: str | None
    sizes: Histogram | None
    inside: tuple[Slice, ...]
    lists: tuple[Slice, ...]
    declared: Facts
    supports: tuple[Slice, ...]
    keyed: Facts


def operators(context: GroupContext, medians: Sequence[SizeMedians]) -> Operators:
    """Return who runs the network; `medians` are of the operators of each size."""
    network = context.stats.network
    adoption = aroi_adoption(network)
    found = operator_counts(network, context.stats.compositions)
    relays = network.totals.relays
    problems = list(adoption.problems.items())[:PROBLEM_ROWS]
    return Operators(
        given=not network.lacks("contact"),
        operators=_operators(adoption),
        contacts=_contacts(adoption, relays),
        statuses=_statuses(adoption, relays),
        problems=network_figures.rows(
            {PROBLEMS[code].words: count for code, count in problems}, adoption.complete
        ),
        proofs=_proofs(adoption),
        gaps=_gaps(adoption),
        sizes=count_charts.classes(
            "operator-sizes",
            "Operators by number of running relays",
            {str(least): count for least, count in found.sizes.items()},
        ),
        medians=tuple(_median_row(one, context.units) for one in medians),
        running=formatting.number_of(sum(found.sizes.values()), "operator"),
        run=_run(found, network.totals),
        ipv6=_coloured(
            (
                ("On all relays", found.all_ipv6, "k2"),
                ("On some", found.some_ipv6, "k4"),
                ("IPv4 only", found.no_ipv6, "k0"),
            )
        ),
        claiming=_claiming(found, adoption.claiming),
    )


def _statuses(adoption: AroiAdoption, relays: int) -> tuple[Share, ...]:
    return counted_rows(
        (
            (plain(formatting.capitalized(STATUS_WORDS[status])), count)
            for status, count in adoption.statuses.items()
            if count
        ),
        relays,
    )


def _median_row(medians: SizeMedians, units: formatting.Units) -> FigureRow:
    bandwidth, uptime = medians.bandwidth, medians.uptime
    return FigureRow(
        name=plain(network_figures.size(medians.least, medians.most)),
        values=(
            formatting.count(medians.operators),
            NOT_IN_DATA if bandwidth is None else formatting.bandwidth(bandwidth, units),
            NOT_IN_DATA if uptime is None else formatting.percent(100 * uptime / WHOLE, 1),
        ),
    )


def _contacts(adoption: AroiAdoption, relays: int) -> Facts:
    return (
        ("Relays with a contact", of_whole(relays - adoption.without_contact, relays)),
        ("Relays without contact", of_whole(adoption.without_contact, relays)),
        ("Relays with a complete AROI", of_whole(adoption.complete, relays)),
    )


def _proofs(adoption: AroiAdoption) -> Facts:
    return tuple(
        (
            proof,
            Figure(
                value=percent(valid / every),
                remark=f"({formatting.count(valid)} of {formatting.count(every)})",
            ),
        )
        for proof, (valid, every) in adoption.proofs.items()
    )


def _gaps(adoption: AroiAdoption) -> tuple[FigureRow, ...]:
    gaps = adoption.gaps
    words = {formatting.capitalized(REASONS[code]): count for code, count in gaps.items()}
    return network_figures.rows(words, sum(gaps.values()))


def _run(found: OperatorCounts, totals: Totals) -> Facts:
    """Return how many relays operators run, and who runs the rest."""
    mean, exits = found.mean, totals.parts["exit"].weight
    verified = found.verified.parts["exit"].weight
    return (
        (
            "Relays per operator",
            Figure(
                value=network_figures.ratio(mean.total / mean.count if mean.count else None),
                remark=None if found.median is None else f"on average, median {found.median:g}",
            ),
        ),
        ("Without contact", _of_weight(found.anonymous.weight, totals.weight)),
        ("Verified relays", _of_weight(found.verified.weight, totals.weight)),
        ("Verified exits", _of_weight(verified, exits, "exit weight")),
    )


def _of_weight(part: int, total: int, whole: str = "consensus weight") -> Figure:
    return Figure(
        value=formatting.share(part, total) or NOT_COMPUTABLE,
        remark=f"of {whole}" if total else None,
    )


def _claiming(found: OperatorCounts, operators: int) -> tuple[Share, ...]:
    """Return the countries of most operators with a complete AROI, of which there are so many."""
    return counted_rows(
        (
            (group_links.country(code, short_name(code)), count)
            for code, count in [*found.claiming.items()][:ROWS]
        ),
        operators,
    )


def _coloured(parts: Iterable[tuple[str, int, str]]) -> tuple[Slice, ...]:
    return slices(
        [(plain(words), count, formatting.count(count), colour) for words, count, colour in parts]
    )


def _operators(adoption: AroiAdoption) -> tuple[Share, ...]:
    counts = {
        "All operators": adoption.operators,
        "Complete AROI": adoption.claiming,
        "Verified domain": sum(
            count for state, count in adoption.states.items() if state in PROVEN
        ),
        "All relays verified": sum(
            count for state, count in adoption.states.items() if state == "validated"
        ),
    }
    return counted_rows(
        ((plain(words), count) for words, count in counts.items()), adoption.operators
    )


def families(context: GroupContext, units: formatting.Units) -> Families:
    """Return what families there are."""
    network = context.stats.network
    counts, by_key = family_key_counts(network, context.declarations.values()), keys(network)
    relays = network.totals.relays
    known = not network.lacks(*KINSHIP)
    both_known = not any(map(network.lacks, KINSHIP))
    return Families(
        families=given(
            network.absent, formatting.number_of(counts.families, "family", "families"), *KINSHIP
        ),
        largest=None if counts.largest is None else _largest(counts.largest[0], context),
        members=None
        if counts.largest is None
        else formatting.number_of(counts.largest[1], "relay"),
        sizes=count_charts.classes(
            "family-sizes",
            "Families by number of members",
            {str(least): count for least, count in counts.sizes.items()},
        ),
        inside=_inside(counts.relays, relays) if known else (),
        lists=_coloured(
            (words, counts.lists[name], colour) for name, (words, colour) in LISTS.items()
        )
        if not network.lacks("effective_family")
        else (),
        declared=_declared(counts, network),
        supports=_coloured(
            (words, by_key.supports[name], colour) for name, (words, colour) in SUPPORTS.items()
        )
        if both_known
        else (),
        keyed=_keyed(by_key, network, units),
    )


def _inside(inside: int, relays: int) -> tuple[Slice, ...]:
    parts = (("In a family", inside, "k1"), ("In none", relays - inside, "k0"))
    return slices(
        [
            (plain(words), count, percent(count / relays if relays else None), colour)
            for words, count, colour in parts
        ]
    )


def _declared(counts: FamilyKeyCounts, network: Network) -> Facts:
    known = (
        ("Families of ten or more", Figure(value=formatting.count(counts.large))),
        ("Incomplete families", of_whole(counts.incomplete, counts.families)),
    )
    one_sided = Figure(value="None")
    if counts.listed:
        share = formatting.percent(100 * counts.alleged / counts.listed, 0)
        one_sided = Figure(value=share, remark=f"of {formatting.count(counts.listed)} listings")
    return (
        *known_facts(network, known, *KINSHIP),
        *known_facts(network, (("One-sided listings", one_sided),), "effective_family"),
    )


def _keyed(by_key: Keys, network: Network, units: formatting.Units) -> Facts:
    """Return which running relays have a family key, and which could have one."""
    running = network.totals.running
    some, every = formatting.count(by_key.some), formatting.count(by_key.every)
    keyed = (
        ("Relays with a family key", of_whole(by_key.relays, running)),
        ("Family keys in use", Figure(value=formatting.count(by_key.keys))),
        (
            "Operators with family keys",
            Figure(value=some, remark=f"({every} on all their relays)"),
        ),
    )
    return (
        *known_facts(network, keyed, "family_ids"),
        *known_facts(network, _ready(by_key.ready, network, units), "version"),
    )


def _ready(ready: Totals, network: Network, units: formatting.Units) -> Facts:
    totals = network.totals
    weight = formatting.share(ready.weight, totals.weight) or NOT_COMPUTABLE
    return (
        (
            "Ready for family keys",
            of_whole(ready.running, totals.running, "running relays; Tor 0.4.9 or newer"),
        ),
        *(
            (
                f"Ready {role}s",
                of_whole(ready.parts[role].relays, totals.parts[role].relays, f"{role}s"),
            )
            for role in ROLES
        ),
        ("Weight of ready relays", Figure(value=weight)),
        ("Bandwidth of ready relays", network_figures.carried(ready, network, units)),
    )


def _largest(name: str, context: GroupContext) -> Link:
    network = context.stats.network
    names = set(network.families[name])
    members = [member for member in network.members if member.relay.fingerprint in names]
    return Link(text=Family(name, members, context).title, path=urls.family(name))
