"""The words of votes: who lists a relay, how far it is from a flag, and what helps."""

from typing import Final

from allium import formatting
from allium.analysis.relay.flag_rules import HOUR, HSDIR_UPTIME
from allium.analysis.voting.distance import Distance
from allium.analysis.voting.relay_votes import RelayVotes
from allium.analysis.voting.vote_findings import VoteFinding
from allium.analysis.voting.vote_rules import Condition

CONDITIONS: Final[dict[Condition, str]] = {
    "measurement": "a measurement",
    "Running": "being reached",
    "Fast": "the Fast flag",
    "Stable": "the Stable flag",
    "V2Dir": "the V2Dir flag",
    "mtbf": "mean time between failures",
    "bandwidth": "bandwidth",
    "wfu": "weighted uptime",
    "known": "time known",
    "unknown": "a reason that votes do not state",
    "listing": "listing it",
}
"""What a relay lacks at an authority."""

ADVICE: Final[dict[Condition, str]] = {
    "measurement": "Some scanners have no result for this relay yet.",
    "Fast": "See what it lacks for the Fast flag.",
    "Stable": "See what it lacks for the Stable flag.",
    "V2Dir": "See what it lacks for the V2Dir flag.",
    "mtbf": "Keep it reachable without a break: that takes 5 days if it never had one, 7.5 to"
    " 12.3 days after one to five short runs.",
    "bandwidth": "What is known of its bandwidth is below the bound. Where an authority measures,"
    " what the relay claims does not count.",
    "wfu": "Weighted uptime falls with each hour in which an authority cannot reach the relay."
    " What lies before the last break loses half of its weight in 6.8 days, so a run without a"
    " break repairs it.",
    "known": "There is nothing to do: authorities have to know the relay for longer.",
    "unknown": "Authorities may have rules and lists of their own.",
    "listing": "These authorities do not list it: its descriptor is older than a day, or they"
    " reject it.",
}
"""What to do about what most authorities lack; being reached is told with the addresses."""

FINDINGS: Final = {
    "reached_by_few": "Only {part} of {whole} authorities reach it; with fewer than the majority it"
    " leaves the consensus.",
    "ipv6_partly": "Only {part} of {whole} authorities that test IPv6 reach its IPv6 address.",
    "measured_by_few": "Only {part} of the authorities measured it; three make a weight.",
    "not_listed_by": "Only {part} of {whole} authorities list it.",
    "flag_at_stake": "Just as many authorities give {flag} as are needed: {part} of {whole}.",
    "spread": "Its measurements differ by ten times or more.",
    "own_rules": "{part} of {whole} authorities find that it meets all that votes state for {flag},"
    " and some do not give it.",
}

FINDING_ADVICE: Final = {
    "reached_by_few": "Check the firewall and the route from other networks; the page of the votes"
    " names the authorities that do not reach it.",
    "ipv6_partly": "Check the IPv6 address and its firewall. An authority that tests IPv6 finds a"
    " relay running only when both addresses answer.",
    "measured_by_few": "Scanners need some days for a new relay. Later this points to a slow or"
    " blocked way to the others.",
    "not_listed_by": "The others reject it, or have no fresh descriptor of it.",
    "flag_at_stake": "One authority less, and the relay loses it.",
    "spread": "Scanners are at different places; the middle value counts.",
    "own_rules": "Authorities may have rules and lists of their own.",
}
"""What to do about each finding, or what it means."""


def presence(votes: RelayVotes) -> str:
    """Return whether a relay is in the consensus, and by how many authorities."""
    listed = f"{votes.listed} of {votes.authorities}"
    if votes.in_consensus:
        return f"In the consensus: {listed} authorities list it."
    if not votes.listed:
        return "No authority lists it."
    running = next(one for one in votes.flags if one.flag == "Running")
    if votes.listed >= votes.needed and running.given < running.needed:
        words = f"{listed} authorities list it, but {running.given} of {running.voting} reach it"
        return f"Not in the consensus: {words}, {_are_needed(running.needed)}."
    return f"Not in the consensus: {listed} authorities list it, {_are_needed(votes.needed)}."


def given(one: Distance) -> str:
    """Return how many authorities give a flag."""
    return f"{one.given} of {one.voting} authorities give it, {_are_needed(one.needed)}"


def distance(one: Distance) -> str:
    """Return how far a relay is from a flag."""
    words = given(one)
    groups = (
        f"{CONDITIONS[group.condition]} ({', '.join(group.authorities)})"
        if group.authorities
        else CONDITIONS[group.condition]
        for group in one.lacking
    )
    return "; ".join((words, f"lacking: {'; '.join(groups)}")) if one.lacking else words


def advice(one: Distance, votes: RelayVotes | None = None) -> str | None:
    """Return what helps with what most authorities lack; `None` when nothing is lacking.

    `votes` say which of the addresses they could not reach.
    """
    if not one.lacking:
        return None
    first = one.lacking[0]
    if first.condition == "unknown" and one.flag == "HSDir":
        return (
            f"HSDir takes {HSDIR_UPTIME // HOUR} hours without a break, which votes do not state."
        )
    if first.condition != "Running":
        return ADVICE[first.condition]
    rows = [row for row in votes.rows if row.authority in first.authorities] if votes else []
    tested = sum(row.ipv6 == "not reached" for row in rows)
    if not rows or 0 < tested < len(rows):
        which = "addresses"
    else:
        which = "IPv6 address" if tested else "IPv4 address"
    return (
        f"Check the {which} and the firewall: {', '.join(first.authorities)} could not reach it"
        " within 45 minutes."
    )


def weight(votes: RelayVotes) -> str:
    """Return how the weight of a relay came about."""
    one = votes.weight
    by = f"{one.measured_by} of {formatting.number_of(one.scanners, 'scanner')}"
    if one.value is None:
        return "No vote says a bandwidth."
    of = " and ".join(one.of)
    values = formatting.number_of(one.measured_by, "measurement")
    if not votes.in_consensus:
        middle = "" if one.unmeasured else f" The middle one of {values} is that of {of}."
        return f"Relays that are not in the consensus have no weight.{middle}"
    if one.unmeasured:
        return f"Measured by {by}: too few, so that its weight is a claim."
    return f"The weight is the middle one of {values}, that of {of}."


def finding(one: VoteFinding) -> str:
    """Return the words of a finding."""
    return FINDINGS[one.code].format(part=one.part, whole=one.whole, flag=one.flag)


def _are_needed(count: int) -> str:
    return f"{count} {'is' if count == 1 else 'are'} needed"
