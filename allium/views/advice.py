"""The words of every finding: what is so, for one relay and for several, and what to do."""

from typing import Final

from msgspec import Struct

from allium.analysis.rules import Severity


class Advice(Struct, frozen=True, kw_only=True):
    """A finding's words; `many` is what an operator's page says after the number of relays."""

    says: str
    many: str
    does: str | None = None
    about: str


COLOURS: Final[dict[Severity, str]] = {
    "Critical": "bad",
    "Warning": "doubt",
    "Notice": "notice",
    "Good to know": "none",
}

ADVICE: Final = {
    "offline": Advice(
        says="The relay is down.",
        many="down",
        does="Check that the process runs, that the ORPort can be reached from outside and that"
        " the clock is right. A relay that stays away for long is left out of this site.",
        about="running",
    ),
    "bad_exit": Advice(
        says="The authorities think that leaving Tor through this relay is unsafe.",
        many="marked as bad exits",
        does="Check the resolver and that nothing filters or changes traffic, then write to the"
        " bad-relays team of the authorities.",
        about="flags",
    ),
    "version_obsolete": Advice(
        says="This version of Tor is obsolete: older than every recommended one.",
        many="on an obsolete version of Tor",
        does="Upgrade to a recommended version.",
        about="version_status",
    ),
    "overload_fd": Advice(
        says="The relay ran out of file descriptors.",
        many="short of file descriptors",
        does="Raise the limit of open files of the service.",
        about="overload_state",
    ),
    "middle_only": Advice(
        says="The authorities restrict this relay to the middle position.",
        many="restricted to the middle position",
        does="This is usual while something is examined; write to the bad-relays team if it lasts.",
        about="flags",
    ),
    "stale_desc": Advice(
        says="The relay has not published its descriptor for more than 18 hours.",
        many="with a stale descriptor",
        does="Check that outgoing connections to the authorities work; they will forget the relay.",
        about="flags",
    ),
    "overload_general": Advice(
        says="The relay reported that it was overloaded.",
        many="overloaded",
        does="Look at processor, memory, DNS time-outs and the number of TCP ports, in this order."
        " The report ends 72 hours after the last overload.",
        about="overload_state",
    ),
    "or_unreachable": Advice(
        says="An announced address cannot be reached by the authorities.",
        many="with an address that cannot be reached",
        does="Open the firewall for it or stop announcing it.",
        about="running",
    ),
    "not_measured": Advice(
        says="The bandwidth authorities have no measurement of this relay; its weight stays small.",
        many="not measured",
        does="Usual causes are a slow or blocked path to the scanners and little bandwidth.",
        about="measured",
    ),
    "not_fast": Advice(
        says="The relay does not have the Fast flag.",
        many="without the Fast flag",
        does="The authorities need 100 kB/s, or more than the slowest eighth of relays: raise the"
        " rate limit, or the line is too slow.",
        about="flags",
    ),
    "not_stable": Advice(
        says="The relay does not have the Stable flag.",
        many="without the Stable flag",
        does="Avoid restarts and do updates together: each restart counts against it.",
        about="flags",
    ),
    "no_hsdir": Advice(
        says="The relay does not serve as a directory of onion services yet.",
        many="without the HSDir flag",
        does="The authorities need 96 hours without a restart.",
        about="flags",
    ),
    "no_guard": Advice(
        says="The relay does not have the Guard flag.",
        many="without the Guard flag",
        does="The authorities need an uptime of 98% and 2 MB/s, or the top quarter by bandwidth;"
        " the table of flags has each requirement.",
        about="flags",
    ),
    "no_guard_yet": Advice(
        says="The relay does not have the Guard flag yet.",
        many="without the Guard flag yet",
        does="It takes more than eight days of steady service.",
        about="lifecycle",
    ),
    "rate_limited": Advice(
        says="The configured rate limit is below what the relay has carried.",
        many="with a rate limit below their bandwidth",
        does="The limit caps the weight; raise it if more traffic is wanted.",
        about="weight",
    ),
    "underutilised": Advice(
        says="The weight is far below what relays of this bandwidth usually get.",
        many="with far less weight than their bandwidth suggests",
        does="Look at the line to other networks and at the load of the machine. The relay is not"
        " at fault when the scanners are far away.",
        about="cw_bw_ratio",
    ),
    "exit_hint": Advice(
        says="The exit policy lets some traffic out, yet the relay does not count as an exit: ports"
        " 80 and 443 are not both open to most addresses.",
        many="with an exit policy but without the Exit flag",
        about="flags",
    ),
    "version_unrecommended": Advice(
        says="This version of Tor is not recommended.",
        many="on a version of Tor that is not recommended",
        does="Upgrade to a recommended version.",
        about="version_status",
    ),
    "aroi_unauthorized": Advice(
        says="The claimed domain does not confirm this relay.",
        many="not confirmed by the claimed domain",
        does="Add the relay to the published proof.",
        about="aroi",
    ),
    "aroi_misconfigured": Advice(
        says="The proof of the claimed domain cannot be checked.",
        many="whose proof cannot be checked",
        does="Mend what keeps the proof from being read; the reason says what it is.",
        about="aroi",
    ),
    "aroi_incomplete": Advice(
        says="The contact claims a domain, but not completely.",
        many="with an incomplete domain claim",
        does="Give url:, proof: and ciissversion: in the contact line.",
        about="aroi",
    ),
    "no_contact": Advice(
        says="The relay gives no contact information.",
        many="without contact information",
        does="A contact lets the authorities warn before they remove a relay.",
        about="aroi",
    ),
    "family_one_sided": Advice(
        says="This relay lists relays as its family that do not list it back.",
        many="with family members that do not list them back",
        does="Add this relay there as well, or use a family key.",
        about="family",
    ),
    "overload_rate": Advice(
        says="Traffic reached the configured limit.",
        many="at their rate limit",
        does="Nothing, if the limit is meant; else raise it.",
        about="overload_state",
    ),
    "phase": Advice(
        says="The relay is young: its traffic will still change.",
        many="still growing into the network",
        does="Wait: weight comes from measurements over days, and the Guard flag lowers traffic"
        " before it raises it.",
        about="lifecycle",
    ),
    "no_ipv6": Advice(
        says="The relay has no IPv6 address.",
        many="without an IPv6 address",
        does="Announce one if the machine has it.",
        about="ipv6",
    ),
    "hibernating": Advice(
        says="The relay hibernates: it has used up its traffic for this period.",
        many="hibernating",
        about="running",
    ),
    "version_ahead": Advice(
        says="The relay runs a version of Tor that is ahead of the recommended ones.",
        many="on a version ahead of the recommended ones",
        about="version_status",
    ),
    "aroi_not_checked": Advice(
        says="The validator has not checked the present domain claim yet.",
        many="not yet checked by the validator",
        about="aroi",
    ),
}
