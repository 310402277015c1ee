"""How the network is, in eleven sections, and how fresh the data is."""

from typing import Final

from allium import text, urls
from allium.analysis import spread
from allium.analysis.notices import Notice
from allium.analysis.survey import Survey
from allium.views import health_people as people
from allium.views import health_places as places
from allium.views import health_relays, health_software, health_sources
from allium.views.base import Head, Link, View
from allium.views.ground import Ground
from allium.views.health_people import Families, Operators
from allium.views.health_places import Countries, Networks
from allium.views.health_relays import Bandwidth, Relays
from allium.views.health_software import Exits, Software
from allium.views.health_sources import Notices, Sources
from allium.views.health_uptime import Uptime, uptime
from allium.views.largest import Largest
from allium.views.shares import versions

TITLE: Final = "Network health"
VERSIONS: Final = 10


class Printed(View, frozen=True):
    """Everything that the page prints; `uptime` is `None` without the document."""

    head: Head
    sources: Sources
    notices: Notices
    relays: Relays
    bandwidth: Bandwidth
    uptime: Uptime | None
    operators: Operators
    families: Families
    countries: Countries
    networks: Networks
    software: Software
    exits: Exits


def build(
    survey: Survey,
    found: tuple[Notice, ...],
    ground: Ground,
    largest: Largest,
    units: text.Units,
) -> Printed:
    """Return the view of the network's health; `found` are the notices, `largest` the shares."""
    relays = [member.relay for member in survey.network.members]
    networks = spread.spread(relays, lambda relay: relay.asn)
    able, bandwidth = health_relays.bandwidth(survey, units)
    return Printed(
        head=_head(),
        sources=health_sources.sources(survey.snapshot),
        notices=health_sources.noticed(found),
        relays=health_relays.relays(survey, able),
        bandwidth=bandwidth,
        uptime=uptime(survey),
        operators=people.operators(ground),
        families=people.families(ground, units),
        countries=places.countries(survey, relays, largest.countries),
        networks=places.networks(survey, networks, relays, largest.networks),
        software=health_software.runs(survey, relays, versions(relays, VERSIONS)),
        exits=health_software.exits(survey, networks, relays),
    )


def _head() -> Head:
    return Head(
        kind="network",
        title=TITLE,
        description="How the Tor network is: relays, bandwidth, operators, places, software, and"
        " how fresh the data is.",
        crumbs=(Link(text="Overview", path=urls.INDEX), Link(text=TITLE)),
        section="health",
        canonical=urls.HEALTH,
    )
