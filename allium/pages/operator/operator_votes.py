"""What the authorities' votes say of an operator's relays: who measures them, what is at stake."""

from collections import Counter
from collections.abc import Iterable, Iterator

from allium import formatting
from allium.analysis.voting.vote_findings import AT_STAKE, VoteFinding
from allium.pages.parts.page_base import View


class VotesOfRelay(View, frozen=True):
    """What an operator's page takes from the votes on one of its relays; see `VotesSummary`."""

    measured_by: int
    scanners: int
    findings: tuple[VoteFinding, ...]


class VotesOfOperator(View, frozen=True):
    """In words: relays by how many scanners measure them; flags held by just enough votes."""

    measured: str
    at_stake: str | None


def votes_of_operator(votes: Iterable[VotesOfRelay | None]) -> VotesOfOperator | None:
    """Return what votes say of relays; `None` when no vote lists any."""
    found = [one for one in votes if one is not None]
    if not found:
        return None
    return VotesOfOperator(
        measured="; ".join(_measured(found)), at_stake=", ".join(_at_stake(found)) or None
    )


def _measured(found: list[VotesOfRelay]) -> Iterator[str]:
    counts = Counter((one.measured_by, one.scanners) for one in found)
    for (scanners, whole), relays in sorted(counts.items(), reverse=True):
        yield f"{formatting.number_of(relays, 'relay')} by {scanners} of {whole} scanners"


def _at_stake(found: list[VotesOfRelay]) -> Iterator[str]:
    counts = Counter(
        finding.flag for one in found for finding in one.findings if finding.code == "flag_at_stake"
    )
    for flag in AT_STAKE:
        if counts[flag]:
            yield f"{flag} of {formatting.number_of(counts[flag], 'relay')}"
