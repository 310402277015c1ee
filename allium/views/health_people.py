"""Who runs the network: operators and what they prove, families and their keys."""

from fractions import Fraction
from typing import Final

from allium import text, urls
from allium.analysis.kinship import Keys, keys, kinship
from allium.analysis.participation import Participation, participation
from allium.analysis.positions import ROLES
from allium.analysis.totals import Totals
from allium.analysis.validation import PROBLEMS
from allium.views import charts
from allium.views.base import Chart, Link, Share, View, level
from allium.views.contact_validation import STATE_WORDS
from allium.views.family import Family
from allium.views.figures import Row, counted, percent, rows
from allium.views.ground import Ground
from allium.views.relay_display import AROI_WORDS

PROBLEM_ROWS: Final = 5
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
    states: tuple[Row, ...]
    complete: str
    with_contact: str
    without_contact: str
    claimed: tuple[Row, ...]
    statuses: tuple[Share, ...]
    proofs: tuple[Row, ...]
    problems: tuple[Row, ...]


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
    every: str
    ready: str
    ready_roles: dict[str, str]
    ready_weight: str
    ready_bandwidth: str
    sizes: Chart | None


def operators(ground: Ground) -> Operators:
    """Return who runs the network."""
    network = ground.census.network
    found = participation(network)
    whole = network.totals.relays
    proven = sum(found.states.get(state, 0) for state in ("validated", "partially_validated"))
    return Operators(
        operators=text.count(found.operators),
        claiming=counted(found.claiming, found.operators),
        proven=counted(proven, found.operators),
        states=rows(
            {STATE_WORDS[state]: count for state, count in found.states.items()}, found.operators
        ),
        complete=counted(found.complete, whole),
        with_contact=counted(whole - found.without_contact, whole),
        without_contact=counted(found.without_contact, whole),
        claimed=rows(
            {AROI_WORDS[status]: found.statuses[status] for status in CLAIMED}, found.complete
        ),
        statuses=_statuses(found, whole),
        proofs=tuple(
            Row(
                name=Link(text=proof),
                values=(text.count(every), text.count(valid), percent(Fraction(valid, every))),
            )
            for proof, (valid, every) in found.proofs.items()
        ),
        problems=rows(
            {PROBLEMS[code].words: n for code, n in list(found.problems.items())[:PROBLEM_ROWS]},
            found.complete,
        ),
    )


def _statuses(found: Participation, whole: int) -> tuple[Share, ...]:
    return tuple(
        Share(
            name=Link(text=AROI_WORDS[status]),
            count=text.count(count),
            share=text.share(count, whole) or "no part",
            level=level(count, whole),
        )
        for status, count in found.statuses.items()
    )


def families(ground: Ground, units: text.Units) -> Families:
    """Return what families there are."""
    network = ground.census.network
    found, by_key = kinship(network, ground.declarations.values()), keys(network)
    whole, running = network.totals, network.totals.running
    largest = None if found.largest is None else _largest(found.largest[0], ground)
    return Families(
        families=text.count(found.families),
        inside=counted(found.relays, whole.relays),
        outside=counted(whole.relays - found.relays, whole.relays),
        largest=largest,
        members=None if found.largest is None else text.number_of(found.largest[1], "relay"),
        large=text.count(found.large),
        incomplete=counted(found.incomplete, found.families),
        alleged=_alleged(found.alleged, found.listed),
        keyed=counted(by_key.relays, running),
        keys=text.count(by_key.keys),
        some=text.count(by_key.some),
        every=text.count(by_key.every),
        ready=counted(by_key.ready.running, running),
        ready_roles=_ready_roles(by_key, whole),
        ready_weight=text.share(by_key.ready.weight, whole.weight) or "not computable",
        ready_bandwidth=f"{text.bandwidth(by_key.ready.bandwidth, units)}"
        f" ({text.share(by_key.ready.bandwidth, whole.bandwidth) or 'no part'})",
        sizes=charts.classes(
            "family-sizes",
            "Families by number of members",
            {str(least): count for least, count in found.sizes.items()},
        ),
    )


def _ready_roles(by_key: Keys, whole: Totals) -> dict[str, str]:
    return {
        role: counted(by_key.ready.parts[role].relays, whole.parts[role].relays) for role in ROLES
    }


def _alleged(part: int, whole: int) -> str:
    if not whole:
        return "nobody lists anybody"
    return f"{text.percent(Fraction(100 * part, whole), 0)} of {text.count(whole)}"


def _largest(name: str, ground: Ground) -> Link:
    network = ground.census.network
    names = set(network.families[name])
    members = [one for one in network.members if one.relay.fingerprint in names]
    return Link(text=Family(name, members, ground).title, path=urls.family(name))
