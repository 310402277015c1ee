"""The health page's sections on operators and what they prove, families and their keys."""

from typing import Final

from allium import formatting, urls
from allium.analysis.aroi.aroi_adoption import AroiAdoption, aroi_adoption
from allium.analysis.aroi.validation import PROBLEMS, PROVEN
from allium.analysis.family.family_keys import FamilyKeyCounts, Keys, family_key_counts, keys
from allium.analysis.network import Network
from allium.analysis.relay.role import ROLES
from allium.analysis.totals import Totals
from allium.pages.family.family_page import Family
from allium.pages.group.group_context import GroupContext
from allium.pages.parts import count_charts, network_figures
from allium.pages.parts.aroi_texts import STATUS_WORDS
from allium.pages.parts.chart_views import Histogram
from allium.pages.parts.network_figures import (
    NOT_COMPUTABLE,
    FigureRow,
    given,
    known_facts,
    of_whole,
    percent,
)
from allium.pages.parts.page_base import Facts, Figure, Link, Share, Slice, View
from allium.pages.parts.shares import counted_rows, plain, slices

PROBLEM_ROWS: Final = 5
KINSHIP: Final = ("effective_family", "family_ids")
"""The fields by which relays are of one family."""


class Operators(View, frozen=True):
    """Operators by how far their domain is verified, and all relays by their AROI status.

    `problems` count relays with a complete AROI by the reason why a proof fails; a row of `proofs`
    has the verified relays of all with that type of proof.
    """

    given: bool
    """Whether the data has any contact."""
    operators: tuple[Share, ...]
    contacts: Facts
    statuses: tuple[Share, ...]
    problems: tuple[FigureRow, ...]
    proofs: Facts


class Families(View, frozen=True):
    """Families of all relays, and keys of running ones; `families` and `members` have a noun."""

    families: str
    largest: Link | None
    members: str | None
    sizes: Histogram | None
    inside: tuple[Slice, ...]
    declared: Facts
    keyed: Facts


def operators(context: GroupContext) -> Operators:
    """Return who runs the network."""
    network = context.stats.network
    adoption = aroi_adoption(network)
    relays = network.totals.relays
    problems = list(adoption.problems.items())[:PROBLEM_ROWS]
    return Operators(
        given=not network.lacks("contact"),
        operators=_operators(adoption),
        contacts=(
            ("Relays with a contact", of_whole(relays - adoption.without_contact, relays)),
            ("Relays without contact", of_whole(adoption.without_contact, relays)),
            ("Relays with a complete AROI", of_whole(adoption.complete, relays)),
        ),
        statuses=counted_rows(
            (
                (plain(formatting.capitalized(STATUS_WORDS[status])), count)
                for status, count in adoption.statuses.items()
                if count
            ),
            relays,
        ),
        problems=network_figures.rows(
            {PROBLEMS[code].words: count for code, count in problems}, adoption.complete
        ),
        proofs=tuple(
            (
                proof,
                Figure(
                    value=percent(valid / every),
                    remark=f"({formatting.count(valid)} of {formatting.count(every)})",
                ),
            )
            for proof, (valid, every) in adoption.proofs.items()
        ),
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
        declared=_declared(counts, network),
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
