"""The health page's sections on operators and what they prove, families and their keys."""

from functools import partial
from typing import Final

from allium import formatting, urls
from allium.analysis.aroi.aroi_adoption import AroiAdoption, aroi_adoption
from allium.analysis.aroi.validation import PROBLEMS
from allium.analysis.family.family_keys import Keys, family_key_counts, keys
from allium.analysis.network import Network
from allium.analysis.relay.role import ROLES
from allium.pages.family.family_page import Family
from allium.pages.group.group_context import GroupContext
from allium.pages.parts import count_charts, network_figures
from allium.pages.parts.aroi_texts import STATE_WORDS, STATUS_WORDS
from allium.pages.parts.chart_views import Histogram
from allium.pages.parts.levels import level
from allium.pages.parts.network_figures import (
    NOT_COMPUTABLE,
    FigureRow,
    counted,
    given,
    percent,
    rows,
)
from allium.pages.parts.page_base import Link, Share, View

PROBLEM_ROWS: Final = 5
KINSHIP: Final = ("effective_family", "family_ids")
"""The fields by which relays are of one family."""
CLAIMED: Final = ("validated", "unauthorized", "misconfigured", "not_checked")
"""The statuses of relays whose AROI is complete."""


class Operators(View, frozen=True):
    """Operators and relays that are known, by what they claim and what is proven.

    A row of `proofs` has relays, proven ones and their part; `claimed` has the parts of the relays
    with a complete AROI, by status in words.
    """

    operators: str
    claiming: str
    proven: str
    states: tuple[FigureRow, ...]
    complete: str
    with_contact: str
    without_contact: str
    claimed: tuple[FigureRow, ...]
    statuses: tuple[Share, ...]
    proofs: tuple[FigureRow, ...]
    problems: tuple[FigureRow, ...]


class Families(View, frozen=True):
    """Families of the relays known, and who is in one by key; ready relays by role."""

    families: str
    inside: str
    outside: str
    largest: Link | None
    members: str | None
    large: str
    incomplete: str
    alleged: str
    keyed: str
    keys: str
    some: str
    ready: str
    ready_roles: dict[str, str]
    ready_weight: str
    ready_bandwidth: str
    sizes: Histogram | None


def operators(context: GroupContext) -> Operators:
    """Return who runs the network."""
    network = context.stats.network
    adoption = aroi_adoption(network)
    relays = network.totals.relays
    proven = sum(adoption.states.get(state, 0) for state in ("validated", "partially_validated"))
    return Operators(
        operators=given(network.absent, formatting.count(adoption.operators), "contact"),
        claiming=given(network.absent, counted(adoption.claiming, adoption.operators), "contact"),
        proven=given(network.absent, counted(proven, adoption.operators), "contact"),
        states=rows(
            {STATE_WORDS[state]: count for state, count in adoption.states.items()},
            adoption.operators,
        ),
        complete=given(network.absent, counted(adoption.complete, relays), "contact"),
        with_contact=given(
            network.absent, counted(relays - adoption.without_contact, relays), "contact"
        ),
        without_contact=given(network.absent, counted(adoption.without_contact, relays), "contact"),
        claimed=rows(
            {STATUS_WORDS[status]: adoption.statuses[status] for status in CLAIMED},
            adoption.complete,
        ),
        statuses=_statuses(adoption, relays),
        proofs=tuple(
            FigureRow(
                name=Link(text=proof),
                values=(formatting.count(every), formatting.count(valid), percent(valid / every)),
            )
            for proof, (valid, every) in adoption.proofs.items()
        ),
        problems=rows(
            {PROBLEMS[code].words: n for code, n in list(adoption.problems.items())[:PROBLEM_ROWS]},
            adoption.complete,
        ),
    )


def _statuses(adoption: AroiAdoption, relays: int) -> tuple[Share, ...]:
    return tuple(
        Share(
            name=Link(text=STATUS_WORDS[status]),
            count=formatting.count(count),
            share=formatting.share(count, relays) or "no part",
            level=level(count, relays),
        )
        for status, count in adoption.statuses.items()
    )


def families(context: GroupContext, units: formatting.Units) -> Families:
    """Return what families there are."""
    network = context.stats.network
    counts, by_key = family_key_counts(network, context.declarations.values()), keys(network)
    in_data = partial(given, network.absent)
    totals, running = network.totals, network.totals.running
    largest = None if counts.largest is None else _largest(counts.largest[0], context)
    return Families(
        families=in_data(formatting.count(counts.families), *KINSHIP),
        inside=in_data(counted(counts.relays, totals.relays), *KINSHIP),
        outside=in_data(counted(totals.relays - counts.relays, totals.relays), *KINSHIP),
        largest=largest,
        members=None
        if counts.largest is None
        else formatting.number_of(counts.largest[1], "relay"),
        large=in_data(formatting.count(counts.large), *KINSHIP),
        incomplete=in_data(counted(counts.incomplete, counts.families), *KINSHIP),
        alleged=in_data(_alleged(counts.alleged, counts.listed), "effective_family"),
        keyed=in_data(counted(by_key.relays, running), "family_ids"),
        keys=in_data(formatting.count(by_key.keys), "family_ids"),
        some=in_data(
            f"{formatting.count(by_key.some)}, of them "
            f"{formatting.count(by_key.every)} on all their relays",
            "family_ids",
        ),
        ready=in_data(counted(by_key.ready.running, running), "version"),
        ready_roles=_ready_roles(by_key, network),
        ready_weight=in_data(
            formatting.share(by_key.ready.weight, totals.weight) or NOT_COMPUTABLE, "version"
        ),
        ready_bandwidth=in_data(network_figures.carried(by_key.ready, network, units), "version"),
        sizes=count_charts.classes(
            "family-sizes",
            "Families by number of members",
            {str(least): count for least, count in counts.sizes.items()},
        ),
    )


def _ready_roles(by_key: Keys, network: Network) -> dict[str, str]:
    return {
        role: given(
            network.absent,
            counted(by_key.ready.parts[role].relays, network.totals.parts[role].relays),
            "version",
        )
        for role in ROLES
    }


def _alleged(alleged: int, listed: int) -> str:
    if not listed:
        return "nobody lists anybody"
    return f"{formatting.percent(100 * alleged / listed, 0)} of {formatting.count(listed)}"


def _largest(name: str, context: GroupContext) -> Link:
    network = context.stats.network
    names = set(network.families[name])
    members = [member for member in network.members if member.relay.fingerprint in names]
    return Link(text=Family(name, members, context).title, path=urls.family(name))
