"""What each leaderboard's page says about its rule, and the column that only this board has."""

from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.analysis.leaderboards import MANY, Candidate
from allium.analysis.rarity import EU
from allium.analysis.relay.role import Role
from allium.analysis.totals import Totals
from allium.model.history import Period
from allium.pages.boards.board_titles import codes
from allium.pages.parts.page_base import PERIOD_WORDS

Cell: TypeAlias = Callable[[Candidate, Totals], str]
MANY_RUNNING: Final = f"Only operators with more than {MANY} running relays."
MANY_KNOWN: Final = f"Only operators with more than {MANY} relays that have such a history."
RUNNING: Final = "Only operators with a running relay."


class BoardRule(Struct, frozen=True):
    """A board's rule in one sentence, its own column, what moves an operator, who is on it."""

    words: str
    column: str
    cell: Cell
    change: str
    eligible: str = RUNNING


def _roles(candidate: Candidate, _: Totals) -> str:
    parts = candidate.operator.totals.parts
    return ", ".join(
        formatting.number_of(part.relays, role) for role, part in parts.items() if part.relays
    )


def _of_role(role: Role) -> Cell:
    def cell(candidate: Candidate, network: Totals) -> str:
        return (
            formatting.share(
                candidate.operator.totals.parts[role].relays, network.parts[role].relays
            )
            or "0%"
        )

    return cell


def _spread(candidate: Candidate, _: Totals) -> str:
    composition = candidate.composition
    return ", ".join(
        (
            formatting.number_of(len(composition.countries), "country", "countries"),
            f"{formatting.count(len(composition.networks))} AS",
            formatting.number_of(len(composition.platforms), "platform"),
        )
    )


def _platforms(candidate: Candidate, _: Totals) -> str:
    return codes(tuple(sorted(candidate.composition.platforms))) or "unknown"


def _countries(candidate: Candidate, _: Totals) -> str:
    return codes(tuple(sorted(candidate.composition.countries))) or "unknown"


def _outside(candidate: Candidate, _: Totals) -> str:
    return (
        codes(tuple(name for name in sorted(candidate.composition.countries) if name not in EU))
        or "none"
    )


def _with_uptime(period: Period) -> Cell:
    def cell(candidate: Candidate, _: Totals) -> str:
        uptime = candidate.performance.uptime
        moments = uptime.periods.get(period) if uptime is not None else None
        return formatting.count(0 if moments is None else moments.count)

    return cell


def _with_throughput(period: Period) -> Cell:
    def cell(candidate: Candidate, _: Totals) -> str:
        throughput = candidate.performance.throughput
        moments = throughput.relays.get(period) if throughput is not None else None
        return formatting.count(0 if moments is None else moments.count)

    return cell


def _period(candidate: Candidate, _: Totals) -> str:
    volume = candidate.performance.volume
    return "no history" if volume is None else f"up to {PERIOD_WORDS[volume.period]}"


def _all(candidate: Candidate, _: Totals) -> str:
    return formatting.count(len(candidate.operator.members))


def _judged(candidate: Candidate, _: Totals) -> str:
    return formatting.count(candidate.composition.judged)


def _proven(candidate: Candidate, _: Totals) -> str:
    proven = sum(member.status == "validated" for member in candidate.operator.members)
    return formatting.share(proven, len(candidate.operator.members)) or "0%"


ADD: Final = "More such relays, or fewer with an operator above."
MORE: Final = "More bandwidth that is used and measured moves an operator up."
STEADY: Final = "Relays that are up more of the time move an operator up."
CARRY: Final = "Relays that carry more traffic move an operator up."
RULES: Final = {
    "bandwidth": BoardRule(
        "The sum of the observed bandwidth of running relays.", "By role", _roles, MORE
    ),
    "consensus-weight": BoardRule(
        "The share of the consensus weight of the network.", "By role", _roles, MORE
    ),
    "exit-weight": BoardRule(
        "The share of the weight of all exits.", "Of all exits", _of_role("exit"), MORE
    ),
    "guard-weight": BoardRule(
        "The share of the weight of all guards.", "Of all guards", _of_role("guard"), MORE
    ),
    "exit-relays": BoardRule("The number of running exits.", "Of all exits", _of_role("exit"), ADD),
    "guard-relays": BoardRule(
        "The number of running guards.", "Of all guards", _of_role("guard"), ADD
    ),
    "reliability": BoardRule(
        "The mean uptime of the relays over 6 months.",
        "Relays with history",
        _with_uptime("6_months"),
        STEADY,
        MANY_KNOWN,
    ),
    "reliability-5-years": BoardRule(
        "The mean uptime of the relays over 5 years.",
        "Relays with history",
        _with_uptime("5_years"),
        STEADY,
        MANY_KNOWN,
    ),
    "diversity": BoardRule(
        "Three points for each country, 0.4 for each point of the rarity of an AS, "
        "one for each platform.",
        "Spread",
        _spread,
        "Relays in further countries, in rare AS or on other platforms.",
        "Only operators with at least 2 running relays.",
    ),
    "non-linux": BoardRule(
        "The number of running relays on a system other than Linux.", "Platforms", _platforms, ADD
    ),
    "outside-eu": BoardRule(
        "The number of running relays in countries outside the EU.", "Outside the EU", _outside, ADD
    ),
    "rare-countries": BoardRule(
        "The number of countries with the operator's relays that have at most 5 running relays, "
        "or less than 0.2 % of the network's.",
        "All countries",
        _countries,
        "A relay in a further rare country moves an operator up.",
    ),
    "veterans": BoardRule(
        "The days since the first relay, times a factor for the running relays: 1.05 from 10, "
        "1.10 from 20, 1.15 from 50, 1.20 from 100, 1.25 from 200, 1.30 from 300.",
        "All relays",
        _all,
        "Time moves all alike; only more running relays raise the factor.",
    ),
    "ipv4-addresses": BoardRule(
        "The number of distinct IPv4 addresses of running relays.", "All relays", _all, ADD
    ),
    "ipv6-addresses": BoardRule(
        "The number of distinct IPv6 addresses of running relays.", "All relays", _all, ADD
    ),
    "throughput": BoardRule(
        "The mean traffic of all relays together over 6 months, as read.",
        "Relays with history",
        _with_throughput("6_months"),
        CARRY,
        MANY_KNOWN,
    ),
    "throughput-5-years": BoardRule(
        "The mean traffic of all relays together over 5 years, as read.",
        "Relays with history",
        _with_throughput("5_years"),
        CARRY,
        MANY_KNOWN,
    ),
    "validated-relays": BoardRule(
        "The number of relays that are proven to belong to the domain.",
        "Of own relays",
        _proven,
        "Relays whose proof is added or lost.",
        "Relays that are down count too.",
    ),
    "total-data": BoardRule(
        "All data that the relays are known to have read and written.", "Over", _period, CARRY
    ),
    "recommended-versions": BoardRule(
        "The part of running relays on a recommended version; of equals, the one with more leads.",
        "Relays judged",
        _judged,
        "Updates of Tor, and new versions that replace old ones.",
        MANY_RUNNING,
    ),
}
"""Every board's words by its name."""
