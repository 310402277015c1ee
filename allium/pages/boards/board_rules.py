"""What each leaderboard says about its rule, and the column that only this board has."""

from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct

from allium import formatting
from allium.analysis.leaderboards import ALL_ROUND, MANY, ROWS, Candidate, veteran_scale
from allium.analysis.rarity import EU
from allium.analysis.relay.role import Role
from allium.model.history import Period
from allium.pages.boards.board_titles import PrintContext, codes
from allium.pages.parts.network_figures import observed
from allium.pages.parts.page_base import PERIOD_WORDS

Cell: TypeAlias = Callable[[Candidate, PrintContext], str]
MANY_RUNNING: Final = f"Only operators with more than {MANY} running relays."
MANY_KNOWN: Final = f"Only operators with more than {MANY} relays that have such a history."
RUNNING: Final = "Only operators with a running relay."


class BoardRule(Struct, frozen=True, kw_only=True):
    """A board's rule: for its page, and in at most eight words for a card; who is on the board.

    `change` ends a sentence: what moves an operator up. `column` is the head of the board's own
    column, if it has one, and `cell` makes its cells. `measure` is the head of the values where
    the board's title is none. `compared` tells whether bars compare the values: not where all are
    near 100%. `worded` tells whether the cells are words, which may be many.
    """

    words: str
    short: str
    change: str
    eligible: str = RUNNING
    column: str | None = None
    cell: Cell = lambda _, __: ""
    measure: str | None = None
    compared: bool = True
    worded: bool = False


def _of_role(role: Role) -> Cell:
    def cell(candidate: Candidate, context: PrintContext) -> str:
        own, every = (
            sums.parts[role].relays for sums in (candidate.operator.totals, context.totals)
        )
        return formatting.share(own, every) or "0%"

    return cell


def _bandwidth(role: Role) -> Cell:
    return lambda candidate, context: observed(
        context.absent, candidate.operator.totals.parts[role].bandwidth, context.units
    )


def _boards(candidate: Candidate, _: PrintContext) -> str:
    return formatting.count(len(candidate.ranks))


def _spread(candidate: Candidate, _: PrintContext) -> str:
    composition = candidate.composition
    return ", ".join(
        (
            formatting.number_of(len(composition.countries), "country", "countries"),
            formatting.number_of(len(composition.networks), "network"),
            formatting.number_of(len(composition.platforms), "system"),
        )
    )


def _platforms(candidate: Candidate, _: PrintContext) -> str:
    return codes(tuple(sorted(candidate.composition.platforms))) or "Unknown"


def _rare(candidate: Candidate, _: PrintContext) -> str:
    return codes(candidate.rare_countries)


def _outside(candidate: Candidate, _: PrintContext) -> str:
    return (
        codes(tuple(name for name in sorted(candidate.composition.countries) if name not in EU))
        or "None"
    )


def _with_uptime(period: Period) -> Cell:
    def cell(candidate: Candidate, _: PrintContext) -> str:
        uptime = candidate.performance.uptime
        moments = uptime.periods.get(period) if uptime is not None else None
        return formatting.count(0 if moments is None else moments.count)

    return cell


def _with_throughput(period: Period) -> Cell:
    def cell(candidate: Candidate, _: PrintContext) -> str:
        throughput = candidate.performance.throughput
        moments = throughput.relays.get(period) if throughput is not None else None
        return formatting.count(0 if moments is None else moments.count)

    return cell


def _period(candidate: Candidate, _: PrintContext) -> str:
    volume = candidate.performance.volume
    return "Too little history" if volume is None else f"Up to {PERIOD_WORDS[volume.period]}"


def _score(candidate: Candidate, _: PrintContext) -> str:
    """Return the years since the first relay, of 365.25 days, times the factor."""
    scale = veteran_scale(candidate.running)
    score = formatting.half_up(4 * candidate.age * scale, 1461)
    return f"{formatting.fixed(score, 2)} (factor {formatting.fixed(scale, 2)})"


def _all(candidate: Candidate, _: PrintContext) -> str:
    return formatting.count(len(candidate.operator.members))


def _judged(candidate: Candidate, _: PrintContext) -> str:
    return formatting.count(candidate.composition.judged)


def _verified(candidate: Candidate, _: PrintContext) -> str:
    verified = sum(member.status == "validated" for member in candidate.operator.members)
    return formatting.share(verified, len(candidate.operator.members)) or "0%"


ADD: Final = "more such relays."
MORE: Final = "more bandwidth that is used and measured."
STEADY: Final = "relays that run more of the time."
CARRY: Final = "relays that carry more traffic."
RULES: Final = {
    "bandwidth": BoardRule(
        words="Sum of the observed bandwidth of running relays.",
        short="Sum over running relays",
        change=MORE,
    ),
    "consensus-weight": BoardRule(
        words="Share of the network’s consensus weight: "  # noqa: RUF001  as pages print it
        "how often clients choose the operator’s relays.",  # noqa: RUF001
        short="Share of the network’s consensus weight",  # noqa: RUF001
        change=MORE,
    ),
    "exit-weight": BoardRule(
        words="Share of the consensus weight of all exits.",
        short="Share of the consensus weight of all exits",
        column="Exit bandwidth",
        cell=_bandwidth("exit"),
        change=MORE,
    ),
    "guard-weight": BoardRule(
        words="Share of the consensus weight of all guards.",
        short="Share of the consensus weight of all guards",
        column="Guard bandwidth",
        cell=_bandwidth("guard"),
        change=MORE,
    ),
    "exit-relays": BoardRule(
        words="Number of running exits.",
        short="Running exits",
        column="Of all exits",
        cell=_of_role("exit"),
        change=ADD,
    ),
    "guard-relays": BoardRule(
        words="Number of running guards.",
        short="Running guards",
        column="Of all guards",
        cell=_of_role("guard"),
        change=ADD,
    ),
    "reliability": BoardRule(
        words="Average uptime of the relays over 6 months.",
        short="Average uptime of the relays",
        column="Relays with history",
        cell=_with_uptime("6_months"),
        change=STEADY,
        eligible=MANY_KNOWN,
        compared=False,
    ),
    "reliability-5-years": BoardRule(
        words="Average uptime of the relays over 5 years.",
        short="Average uptime of the relays",
        column="Relays with history",
        cell=_with_uptime("5_years"),
        change=STEADY,
        eligible=MANY_KNOWN,
        compared=False,
    ),
    "diversity": BoardRule(
        words="3 points per country, 0.4 per rarity point of a network, 1 per operating system.",
        short="Points for countries, rare networks and operating systems",
        column="Spread",
        cell=_spread,
        worded=True,
        change="relays in further countries, in rare networks, or on other operating systems.",
        eligible="Only operators with at least 2 running relays.",
    ),
    "non-linux": BoardRule(
        words="Number of running relays on a system other than Linux.",
        short="Running relays",
        column="Operating systems",
        cell=_platforms,
        worded=True,
        change=ADD,
    ),
    "outside-eu": BoardRule(
        words="Number of running relays in countries outside the EU.",
        short="Running relays",
        column="Outside the EU",
        cell=_outside,
        worded=True,
        change=ADD,
    ),
    "rare-countries": BoardRule(
        words="Countries where the operator has relays and the network has at most 5, or less than"
        " 0.2% of all.",
        short="Countries with few relays",
        column="Countries",
        cell=_rare,
        worded=True,
        change="a relay in a further rare country.",
    ),
    "veterans": BoardRule(
        words="Age of the first relay, times a factor for the number of running relays: 1.05 from"
        " 10, 1.10 from 20, 1.15 from 50, 1.20 from 100, 1.25 from 200, 1.30 from 300.",
        short="Age of the first relay, scaled by size",
        column="Score in years",
        cell=_score,
        change="only more running relays: time moves everyone alike.",
        measure="First relay",
        compared=False,
    ),
    "ipv4-addresses": BoardRule(
        words="Number of distinct IPv4 addresses of running relays.",
        short="Distinct addresses of running relays",
        column="All relays",
        cell=_all,
        change=ADD,
    ),
    "ipv6-addresses": BoardRule(
        words="Number of distinct IPv6 addresses of running relays.",
        short="Distinct addresses of running relays",
        column="All relays",
        cell=_all,
        change=ADD,
    ),
    "throughput": BoardRule(
        words="Average traffic read by all relays together over 6 months.",
        short="Average over all relays together",
        column="Relays with history",
        cell=_with_throughput("6_months"),
        change=CARRY,
        eligible=MANY_KNOWN,
    ),
    "throughput-5-years": BoardRule(
        words="Average traffic read by all relays together over 5 years.",
        short="Average over all relays together",
        column="Relays with history",
        cell=_with_throughput("5_years"),
        change=CARRY,
        eligible=MANY_KNOWN,
    ),
    "validated-relays": BoardRule(
        words="Number of relays that the AROI proof of the domain lists.",
        short="Relays listed in the AROI proof",
        column="Of own relays",
        cell=_verified,
        change="relays that are added to the proof.",
        eligible="Relays that are down count too.",
    ),
    "total-data": BoardRule(
        words="All data that the relays are known to have read and written.",
        short="Read and written in up to 5 years",
        column="Over",
        cell=_period,
        change=CARRY,
    ),
    "recommended-versions": BoardRule(
        words="Share of running relays on a recommended version; more relays break ties.",
        short="Share of relays on a recommended version",
        column="Versions known",
        cell=_judged,
        change="updates of Tor.",
        eligible=MANY_RUNNING,
        compared=False,
    ),
    ALL_ROUND: BoardRule(
        words=f"Points for each other leaderboard: {ROWS} for the first place, 1 for the last.",
        short="Points for the places on all leaderboards",
        column="Leaderboards",
        cell=_boards,
        measure="Points",
        change="better places, or places on more leaderboards.",
    ),
}
"""Every board's words by its name."""
