"""The text of every finding: its statement, for one relay and for several, and the advice."""

from typing import Final

from msgspec import Struct

from allium import formatting
from allium.analysis.relay.findings import HOUR as REPORT_HOUR
from allium.analysis.relay.findings import RECENT, Severity
from allium.analysis.relay.flag_rules import (
    DAY,
    GUARD_KNOWN,
    GUARD_UPTIME,
    HOUR,
    HSDIR_UPTIME,
    STALE_DESCRIPTOR,
)
from allium.pages.parts.page_base import Colour


class Advice(Struct, frozen=True, kw_only=True):
    """A finding's words: what is so, and what to do.

    `one` and `many` say the same of several relays of an operator, whose number stands for `{}`;
    only what an operator's page shows has them.
    """

    says: str
    one: str = ""
    many: str = ""
    does: str | None = None
    about: str

    def of(self, relays: int) -> str:
        """Return what is so of a number of relays."""
        words = self.one if relays == 1 else self.many
        return words.format(formatting.number_of(relays, "relay"))


COLOURS: Final[dict[Severity, Colour]] = {
    "Critical": "crit",
    "Warning": "warn",
    "Notice": "note",
    "Good to know": "off",
}

ADVICE: Final = {
    "offline": Advice(
        says="The relay is down.",
        one="{} is down.",
        many="{} are down.",
        does="Check that the tor process runs, that its ORPort can be reached from outside, and"
        " that the system clock is right. A relay that stays down for 7 days is removed from this"
        " site.",
        about="running",
    ),
    "bad_exit": Advice(
        says="The authorities consider this exit unsafe (BadExit).",
        one="{} is marked as a bad exit.",
        many="{} are marked as bad exits.",
        does="Check your DNS resolver and that nothing filters or changes traffic. Then write to"
        " the bad-relays team.",
        about="flags",
    ),
    "version_obsolete": Advice(
        says="The Tor version is obsolete.",
        one="{} runs an obsolete Tor version.",
        many="{} run an obsolete Tor version.",
        does="Upgrade to a recommended version. Authorities will stop accepting this one.",
        about="version_status",
    ),
    "overload_fd": Advice(
        says="The relay ran out of file descriptors.",
        one="{} ran out of file descriptors.",
        many="{} ran out of file descriptors.",
        does="Raise the limit of open files for the tor service.",
        about="overload_state",
    ),
    "middle_only_bad_exit": Advice(
        says="The authorities mark this relay as a bad exit (BadExit) and allow it only in the"
        " middle position (MiddleOnly).",
        one="{} is marked as a bad exit and allowed only in the middle position.",
        many="{} are marked as bad exits and allowed only in the middle position.",
        does="The two flags come together, and are usual while something is being examined. Write"
        " to the bad-relays team if they last.",
        about="flags",
    ),
    "middle_only": Advice(
        says="The authorities allow this relay only in the middle position (MiddleOnly).",
        one="{} is allowed only in the middle position.",
        many="{} are allowed only in the middle position.",
        does="This is usual while something is being examined. Write to the bad-relays team if it"
        " lasts.",
        about="flags",
    ),
    "stale_desc": Advice(
        says=f"The relay has not published a descriptor for more than {STALE_DESCRIPTOR // HOUR}"
        " hours.",
        one="{} has a stale descriptor.",
        many="{} have a stale descriptor.",
        does="Check that it can connect to the directory authorities, or they will drop it.",
        about="flags",
    ),
    "overload_general": Advice(
        says="The relay reported that it was overloaded.",
        one="{} reported an overload.",
        many="{} reported an overload.",
        does="Check, in this order: CPU, memory, DNS timeouts, free TCP ports. The report"
        f" disappears {RECENT // REPORT_HOUR} hours after the last overload.",
        about="overload_state",
    ),
    "or_unreachable": Advice(
        says="The authorities cannot reach one of its addresses.",
        one="{} has an address that the authorities cannot reach.",
        many="{} have an address that the authorities cannot reach.",
        does="Open the firewall for this address, or stop announcing it.",
        about="running",
    ),
    "not_measured": Advice(
        says="The bandwidth authorities have not measured this relay, so its weight stays small.",
        one="{} is not measured.",
        many="{} are not measured.",
        does="Usual causes: a slow or blocked path to the measuring servers, or little bandwidth."
        " Without a measurement there is no Fast and no Guard flag.",
        about="measured",
    ),
    "not_measured_new": Advice(
        says="The bandwidth authorities have not measured this relay yet.",
        does="Wait: measurements take several days. Until then the weight stays small, and most"
        " authorities that measure give no Fast and no Guard flag.",
        about="measured",
    ),
    "not_fast_limit": Advice(
        says="The relay does not have the Fast flag: a configured limit is too low.",
        one="{} does not have the Fast flag: a configured limit is too low.",
        many="{} do not have the Fast flag: a configured limit is too low.",
        does="Raise BandwidthRate and BandwidthBurst above what the flag requires.",
        about="flags",
    ),
    "not_fast": Advice(
        says="The relay does not have the Fast flag: its advertised bandwidth is too low.",
        one="{} does not have the Fast flag: its bandwidth is too low.",
        many="{} do not have the Fast flag: their bandwidth is too low.",
        does="A relay advertises the most that it carried in the last days. Check the speed of its"
        " line and the load of the machine.",
        about="flags",
    ),
    "not_fast_measured": Advice(
        says="The relay does not have the Fast flag: its measured bandwidth is too low.",
        one="{} does not have the Fast flag: its measured bandwidth is too low.",
        many="{} do not have the Fast flag: their measured bandwidth is too low.",
        does="Their measurement counts, not what the relay advertises. Check the route to other"
        " networks and the load of the machine. The relay is not at fault when the measuring"
        " servers are far away.",
        about="flags",
    ),
    "not_fast_yet": Advice(
        says="The relay does not have the Fast flag yet.",
        does="Wait: the relay is new, and measurements take several days.",
        about="lifecycle",
    ),
    "not_fast_unclear": Advice(
        says="The relay does not have the Fast flag.",
        does="What the relay and the consensus publish does not show why. Wait for the next"
        " measurements of the authorities.",
        about="flags",
    ),
    "not_stable": Advice(
        says="The relay does not have the Stable flag.",
        one="{} does not have the Stable flag.",
        many="{} do not have the Stable flag.",
        does="Avoid restarts and bundle updates: every restart, and every time that the authorities"
        " cannot reach the relay, counts against Stable.",
        about="flags",
    ),
    "not_stable_unreached": Advice(
        says="The relay does not have the Stable flag, although it was not restarted lately.",
        one="{} does not have the Stable flag, although it was not restarted lately.",
        many="{} do not have the Stable flag, although they were not restarted lately.",
        does="The authorities could not reach it at times. Check the line, the firewall and the"
        " load of the machine.",
        about="flags",
    ),
    "no_hsdir_yet": Advice(
        says="The relay does not have the HSDir flag yet.",
        does=f"Authorities require {HSDIR_UPTIME // HOUR} hours without a restart.",
        about="flags",
    ),
    "no_hsdir": Advice(
        says="The relay does not have the HSDir flag.",
        does=f"Authorities count the {HSDIR_UPTIME // HOUR} hours from the last restart or from the"
        " last time that they could not reach the relay, whichever is later. Nothing that is"
        " published says when that was.",
        about="flags",
    ),
    "no_v2dir": Advice(
        says="The relay does not serve directory information, so it gets neither Guard nor HSDir.",
        one="{} does not serve directory information.",
        many="{} do not serve directory information.",
        does="Set DirCache to 1 in torrc, which is the default. Tor may also switch the service off"
        " by itself: on a machine with little memory, or with an accounting limit.",
        about="flags",
    ),
    "no_v2dir_exit": Advice(
        says="The relay does not serve directory information, so it does not get the HSDir flag.",
        does="Set DirCache to 1 in torrc, which is the default, unless you switched it off on"
        " purpose. Tor may also switch the service off by itself: on a machine with little memory,"
        " or with an accounting limit.",
        about="flags",
    ),
    "no_guard_limit": Advice(
        says="The relay does not have the Guard flag: a configured limit is too low.",
        one="{} does not have the Guard flag: a configured limit is too low.",
        many="{} do not have the Guard flag: a configured limit is too low.",
        does="Raise BandwidthRate and BandwidthBurst above what the flag requires, if you want a"
        " guard.",
        about="flags",
    ),
    "no_guard_bandwidth": Advice(
        says="The relay does not have the Guard flag: its advertised bandwidth is too low.",
        one="{} does not have the Guard flag: its bandwidth is too low.",
        many="{} do not have the Guard flag: their bandwidth is too low.",
        does="A relay advertises the most that it carried in the last days. Check the speed of its"
        " line and the load of the machine, if you want a guard.",
        about="flags",
    ),
    "no_guard_measured": Advice(
        says="The relay does not have the Guard flag: its measured bandwidth is too low.",
        one="{} does not have the Guard flag: its measured bandwidth is too low.",
        many="{} do not have the Guard flag: their measured bandwidth is too low.",
        does="Their measurement counts, not what the relay advertises. Check the route to other"
        " networks and the load of the machine. The relay is not at fault when the measuring"
        " servers are far away.",
        about="flags",
    ),
    "no_guard": Advice(
        says="The relay does not have the Guard flag, although its bandwidth is enough.",
        one="{} does not have the Guard flag.",
        many="{} do not have the Guard flag.",
        does=f"Authorities also require a weighted uptime of {GUARD_UPTIME}%, or the median. Avoid"
        " restarts and times out of reach.",
        about="flags",
    ),
    "no_guard_yet": Advice(
        says="The relay does not have the Guard flag yet.",
        does=f"The flag needs more than {GUARD_KNOWN // DAY} days of steady service.",
        about="lifecycle",
    ),
    "rate_limited": Advice(
        says="Bandwidth is capped below what the relay has carried.",
        does="The cap limits the consensus weight. Raise it if you want more traffic.",
        about="weight",
    ),
    "underutilised": Advice(
        says="The weight is far below what is typical for this bandwidth.",
        one="{} gets far less weight than its bandwidth suggests.",
        many="{} get far less weight than their bandwidth suggests.",
        does="Check the route to other networks and the load of the machine. The relay is not at"
        " fault when the measuring servers are far away.",
        about="cw_bw_ratio",
    ),
    "exit_hint": Advice(
        says="The exit policy allows some traffic, but the relay has no Exit flag: ports 80 and 443"
        " are not both open to most addresses.",
        about="flags",
    ),
    "version_unrecommended": Advice(
        says="The Tor version is not recommended.",
        one="{} runs a Tor version that is not recommended.",
        many="{} run a Tor version that is not recommended.",
        does="Upgrade to a recommended version.",
        about="version_status",
    ),
    "aroi_unauthorized": Advice(
        says="The AROI proof does not list this relay.",
        one="The AROI proof does not list {}.",
        many="The AROI proof does not list {}.",
        does="Add this relay’s fingerprint to the published proof.",  # noqa: RUF001
        about="aroi",
    ),
    "aroi_misconfigured": Advice(
        says="The AROI proof cannot be read.",
        one="The AROI proof of {} cannot be read.",
        many="The AROI proof of {} cannot be read.",
        does="Fix what keeps the proof from being read (see the reason).",
        about="aroi",
    ),
    "aroi_incomplete": Advice(
        says="The AROI is incomplete.",
        does="Add url:, proof: and ciissversion: to ContactInfo.",
        about="aroi",
    ),
    "no_contact": Advice(
        says="The relay publishes no contact information.",
        does="With a contact, the directory authorities can warn you before they remove a relay.",
        about="aroi",
    ),
    "family_one_sided": Advice(
        says="The family is one-sided.",
        one="{} lists family members that do not list it back.",
        many="{} list family members that do not list them back.",
        does="List this relay in the configuration of the other ones, or use one family key for"
        " all.",
        about="family",
    ),
    "family_gone": Advice(
        says="The family list names relays that are no longer in the network.",
        does="Remove them from MyFamily, if they are gone for good.",
        about="family",
    ),
    "overload_rate": Advice(
        says="The rate limit was reached.",
        does="Nothing to do if the limit is intended. Otherwise raise it.",
        about="overload_state",
    ),
    "phase": Advice(
        says="The relay is new: its traffic will still change.",
        does="Wait. Weight comes from measurements over several days, and the Guard flag lowers"
        " traffic before it raises it.",
        about="lifecycle",
    ),
    "no_ipv6": Advice(
        says="The relay has no IPv6 address.",
        does="Add an IPv6 ORPort if the host has IPv6.",
        about="ipv6",
    ),
    "hibernating": Advice(
        says="The relay is hibernating: it has used up its traffic for this accounting period.",
        does="It comes back by itself at the next period. A larger AccountingMax makes the period"
        " last longer.",
        about="running",
    ),
    "version_ahead": Advice(
        says="The Tor version is newer than the recommended ones.",
        about="version_status",
    ),
    "aroi_not_checked": Advice(
        says="The AROI has not been checked yet.",
        about="aroi",
    ),
}
