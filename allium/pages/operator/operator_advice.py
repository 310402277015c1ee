"""What to do about a finding of several relays, where the advice to one relay does not fit."""

from typing import Final

from allium.pages.relay.finding_texts import ADVICE

FAR_AWAY: Final = (
    "Check the route to other networks and the load of the machines. Relays are not at fault when"
    " the measuring servers are far away."
)
TO_MANY: Final = {
    "version_obsolete": "Upgrade to a recommended version. Authorities will stop accepting obsolete"
    " ones.",
    "stale_desc": "Check that they can connect to the directory authorities, or these will drop"
    " them.",
    "not_fast_measured": f"The measurement counts, not what a relay advertises. {FAR_AWAY}",
    "not_stable_unreached": "The authorities could not reach them at times. Check the line, the"
    " firewall and the load of the machines.",
    "no_guard_measured": f"The measurement counts, not what a relay advertises. {FAR_AWAY}",
    "underutilised": FAR_AWAY,
    "aroi_unauthorized": "Add their fingerprints to the published proof.",
    "aroi_misconfigured": "Fix what keeps the proof from being read; the reasons stand under AROI.",
    "family_one_sided": "Add each relay to the configuration of the others, or use one family key"
    " for all.",
}
"""By the code of the finding."""


def advice(code: str, count: int) -> str | None:
    """Return what to do about a finding of so many relays."""
    does = ADVICE[code].does
    return does if count == 1 else TO_MANY.get(code, does)
