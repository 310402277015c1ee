"""What the histories of an operator's relays say: uptime and bandwidth."""

from collections.abc import Mapping
from typing import Final

from allium import text
from allium.analysis.network import Operator
from allium.analysis.survey import Survey
from allium.model.relay import Fingerprint
from allium.views.base import View
from allium.views.contact_bandwidth import Throughputs, throughputs
from allium.views.contact_uptime import Compared, Uptimes, uptimes

OUTLIER_RELAYS: Final = 3
"""With fewer relays than this nothing is said of outliers."""


class Reliability(View, frozen=True):
    """Uptime and bandwidth statistics of one operator; `None` where nothing is known."""

    uptime: Uptimes | None
    bandwidth: Throughputs | None
    judges_outliers: bool


def reliability(
    operator: Operator,
    survey: Survey,
    compared: Compared | None,
    names: Mapping[Fingerprint, str],
    units: text.Units,
) -> Reliability | None:
    """Return an operator's history; `None` when nothing at all is known of it.

    `names` are the nicknames of the operator's relays.
    """
    found = survey.performances.operators[operator.contact_id]
    uptime = uptimes(found.uptime, compared, names)
    bandwidth = throughputs(operator, survey, names, units)
    if uptime is None and bandwidth is None:
        return None
    return Reliability(
        uptime=uptime,
        bandwidth=bandwidth,
        judges_outliers=len(operator.members) >= OUTLIER_RELAYS,
    )
