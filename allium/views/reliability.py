"""What the histories of an operator's relays say: uptime and bandwidth."""

from collections.abc import Mapping, Sequence
from typing import Final

from allium.analysis.network import Member
from allium.analysis.operator.operator_history import Histories, OperatorHistory
from allium.model.relay import Fingerprint
from allium.views.base import View
from allium.views.contact_bandwidth import Throughputs, throughputs
from allium.views.contact_position import Position
from allium.views.contact_uptime import Uptimes, uptimes

OUTLIER_RELAYS: Final = 3
"""With fewer relays than this nothing is said of outliers."""


class Reliability(View, frozen=True):
    """Uptime and bandwidth statistics of one operator; `None` where nothing is known."""

    uptime: Uptimes | None
    bandwidth: Throughputs | None
    judges_outliers: bool


def reliability(
    position: Position,
    members: Sequence[Member],
    histories: Histories,
    own: OperatorHistory,
    names: Mapping[Fingerprint, str],
) -> Reliability | None:
    """Return an operator's history; `None` when nothing at all is known of it.

    `names` are the nicknames of the operator's relays.
    """
    carried = (histories.bandwidth or {}).values()
    uptime = uptimes(own.uptime, position.uptime, names)
    bandwidth = throughputs(own, position.bandwidth, carried, names, position.units)
    if uptime is None and bandwidth is None:
        return None
    return Reliability(
        uptime=uptime,
        bandwidth=bandwidth,
        judges_outliers=len(members) >= OUTLIER_RELAYS,
    )
