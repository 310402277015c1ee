"""The largest countries, networks and versions of the whole network, by weight."""

from collections.abc import Sequence
from typing import Final

from allium.model.relay import Relay
from allium.views import links
from allium.views.base import Share, View
from allium.views.shares import (
    AS_NAME,
    ASN,
    COUNTRY,
    COUNTRY_NAME,
    first_names,
    network_name,
    shares,
    versions,
)

NAME_LENGTH: Final = 24


class Largest(View, frozen=True):
    """Share tables that the front page and the page of the network's health have."""

    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]


def largest(relays: Sequence[Relay]) -> Largest:
    """Return where most of the weight is."""
    names = first_names(map(COUNTRY_NAME, relays))
    networks = first_names(map(AS_NAME, relays))
    return Largest(
        countries=shares(relays, COUNTRY, lambda code: links.country(code, names.get(code))),
        networks=shares(
            relays,
            ASN,
            lambda asn: links.network(asn, network_name(asn, networks.get(asn), NAME_LENGTH)),
        ),
        versions=versions(relays),
    )
