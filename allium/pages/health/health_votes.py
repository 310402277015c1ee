"""The health page's section on votes: the consensus, who measures, the switches of families."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from allium import formatting
from allium.analysis.voting.consensus_facts import DEFAULTS
from allium.model.votes import Consensus
from allium.pages.parts.levels import level
from allium.pages.parts.page_base import Link, Share, View, When, minute

FAMILY_SWITCHES: Final = {
    "use-family-ids": "Clients use family keys",
    "use-family-lists": "Clients use family lists",
    "publish-family-list": "Relays publish family lists",
}
"""Parameters of the consensus (Tor's param-spec), and what they switch."""


class VotesSection(View, frozen=True):
    """The consensus of the hour; `coverage` has the relays by how many authorities measure them."""

    valid_after: When | None
    fresh_until: When | None
    method: str
    votes: str
    signatures: str
    switches: tuple[tuple[str, str], ...]
    coverage: tuple[Share, ...]


def votes_section(agreed: Consensus, coverage: Counter[int]) -> VotesSection:
    """Return what the page says of the consensus and of the votes that made it."""
    whole = coverage.total()
    return VotesSection(
        valid_after=minute(agreed.valid_after),
        fresh_until=minute(agreed.fresh_until),
        method=str(agreed.method),
        votes=formatting.count(len(agreed.voters)),
        signatures=formatting.count(len(agreed.signers)),
        switches=tuple(
            (words, _switch(name, agreed.params)) for name, words in FAMILY_SWITCHES.items()
        ),
        coverage=tuple(
            Share(
                name=Link(text=_measured(scanners)),
                count=formatting.count(relays),
                share=formatting.share(relays, whole) or "0%",
                level=level(relays, whole),
            )
            for scanners, relays in sorted(coverage.items(), reverse=True)
        ),
    )


def _switch(name: str, params: Mapping[str, int]) -> str:
    value = params.get(name, DEFAULTS[name])
    words = "Yes" if value else "No"
    return words if name in params else f"{words} (not set, the default)"


def _measured(scanners: int) -> str:
    if not scanners:
        return "No authority"
    return formatting.number_of(scanners, "authority", "authorities")
