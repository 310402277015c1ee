"""The largest countries, networks and versions of the whole network, by weight."""

from collections.abc import Iterable, Sequence
from typing import Final

from allium import text
from allium.model.relay import Relay
from allium.views import links
from allium.views.base import Share, View
from allium.views.shares import ROWS, shares

NAME_LENGTH: Final = 24


class Largest(View, frozen=True):
    """Share tables that the front page and the page of the network's health have."""

    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]


def largest(relays: Sequence[Relay]) -> Largest:
    """Return where most of the weight is."""
    names = _names((relay.country, relay.country_name) for relay in relays)
    networks = _names((relay.asn, relay.as_name) for relay in relays)
    return Largest(
        countries=shares(
            relays,
            lambda relay: relay.country,
            lambda code: links.country(code, names.get(code)),
        ),
        networks=shares(
            relays,
            lambda relay: relay.asn,
            lambda asn: links.network(asn, _network(asn, networks.get(asn))),
        ),
        versions=versions(relays, ROWS),
    )


def versions(relays: Sequence[Relay], most: int) -> tuple[Share, ...]:
    """Return the versions of most weight."""
    return shares(relays, lambda relay: relay.version, links.version, most)


def _network(asn: str, name: str | None) -> str:
    """Return number and name of an AS."""
    return asn if name is None else f"{asn} {text.cut(name, NAME_LENGTH)}"


def _names(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Return the name of each code; of several the first by letter."""
    known = {(code, name) for code, name in pairs if code is not None and name is not None}
    return dict(sorted(known, reverse=True))
