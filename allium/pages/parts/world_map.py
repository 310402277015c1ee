"""The map of the world: one tile per country or territory, each near its neighbours."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from allium import formatting
from allium.model.relay import Relay
from allium.pages.parts import group_links
from allium.pages.parts.country_names import short_name
from allium.pages.parts.page_base import Link, View

_GRID: Final = """
.. .. .. .. .. .. GL .. .. IS .. .. .. NO SE FI .. .. .. .. RU .. .. .. ..
.. CA .. .. .. .. .. .. .. IE GB .. .. DK LT LV EE .. .. KZ .. MN .. .. ..
.. US .. .. .. .. .. .. .. .. BE NL DE PL BY .. .. .. UZ KG .. CN KP .. JP
.. .. .. .. .. .. .. .. .. .. FR LU LI CZ SK UA MD GE TM TJ .. .. KR .. ..
.. MX .. BS .. .. .. .. .. PT ES CH AT HU RO .. .. AM AZ AF NP BT .. TW ..
.. GT BZ CU HT DO PR .. .. .. AD MC IT SI HR RS BG TR IR PK IN BD MM HK ..
.. SV HN JM .. AG DM .. .. .. GI SM VA BA ME MK GR .. IQ .. LK .. TH LA VN
.. NI CR .. CW BB TT .. .. .. .. MT .. .. AL XK CY SY LB .. MV .. MY KH PH
.. .. PA .. VE GY SR .. .. MA DZ TN LY EG .. .. .. IL JO KW QA .. SG BN ID
.. .. .. CO EC BR .. .. .. MR ML NE TD SD ER DJ .. PS SA BH AE .. .. TL PG
.. .. .. PE BO PY .. .. SN GM BF NG CM CF SS ET SO .. YE OM .. .. .. .. ..
.. .. .. CL AR UY .. .. GN CI TG BJ GA CG CD UG KE .. .. .. .. .. AU .. ..
.. .. .. .. FK .. .. .. SL LR GH GQ AO ZM RW BI TZ SC .. .. .. .. .. NZ FJ
.. .. .. .. .. .. .. .. .. .. .. .. NA ZW MW MZ MG MU .. .. .. .. .. PF ..
.. .. .. .. .. .. .. .. .. .. .. .. BW ZA LS SZ .. RE .. .. .. .. .. .. ..
"""
TILES: Final[Mapping[str, tuple[int, int]]] = {
    code: (column, row)
    for row, line in enumerate(_GRID.strip().splitlines(), start=1)
    for column, code in enumerate(line.split(), start=1)
    if code != ".."
}
"""The place of each country's tile, column and row from 1, in the order of reading."""
STEPS: Final = ((15, 1), (5, 1), (1, 1), (1, 10))
"""The least share of the weight of each darker step, in percent as a fraction; a choice of this
site: neighbours of unlike weight differ. Below the last one a share has the palest step."""


class MapTile(View, frozen=True):
    """A country on the map: its place, and, where it has running relays, its page and share.

    `step` (1 to 5) is how dark the tile is, 0 where the relays have no weight.
    """

    column: int
    row: int
    country: Link | None = None
    code: str = ""
    share: str = ""
    step: int = 0


def world_map(relays: Iterable[Relay]) -> tuple[MapTile, ...]:
    """Return all tiles; a country that has none is in lists only."""
    weights: Counter[str] = Counter()
    total = 0
    for relay in relays:
        if relay.running:
            weight = relay.consensus_weight or 0
            total += weight
            if relay.country is not None and relay.country in TILES:
                weights[relay.country] += weight
    return tuple(
        _tile(code, place, weights[code], total) if code in weights else _empty(place)
        for code, place in TILES.items()
    )


def _empty(place: tuple[int, int]) -> MapTile:
    return MapTile(column=place[0], row=place[1])


def _tile(code: str, place: tuple[int, int], weight: int, total: int) -> MapTile:
    return MapTile(
        column=place[0],
        row=place[1],
        country=group_links.country(code, short_name(code)),
        code=code,
        share=formatting.share(weight, total) or "no weight",
        step=_step(weight, total),
    )


def _step(weight: int, total: int) -> int:
    """Return how dark a tile is, from its share of the weight: 0 (none) to 5."""
    if not weight:
        return 0
    passed = sum(100 * weight * parts >= percent * total for percent, parts in STEPS)
    return 1 + passed
