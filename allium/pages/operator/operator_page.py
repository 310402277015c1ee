"""An operator: how their relays do, what part of the network they are, is their domain proven."""

from typing import Any

from allium import formatting, urls
from allium.analysis.aroi.validation import PROVEN
from allium.pages.boards.board_titles import BoardRanking
from allium.pages.operator.operator_display import OperatorDisplay, display
from allium.pages.operator.operator_facts import OperatorFacts, OperatorGroup, RatioRow
from allium.pages.operator.operator_findings import findings
from allium.pages.operator.operator_reliability import Reliability
from allium.pages.operator.operator_rows import contents
from allium.pages.operator.operator_validation import ValidationPart, validation
from allium.pages.parts import group_links, operator_links
from allium.pages.parts.aroi_texts import STATUS_WORDS
from allium.pages.parts.page_base import (
    FindingText,
    Head,
    Link,
    Pages,
    RelayTable,
    Share,
    View,
    When,
    day,
)


class OperatorRaw(View, frozen=True):
    """Slow-changing raw values for the twin; `outliers` are all of them."""

    is_validated_aroi: bool
    aroi_state: str
    relays: int
    running: int
    fingerprints: dict[str, tuple[str, ...]]
    problems: dict[str, tuple[str, ...]]
    outliers: dict[str, tuple[str, ...]]


class OperatorPage(View, frozen=True):
    """The first page of one operator and its twin.

    The parts that are expensive to compute are stored flat, under the names that other programs
    know.
    """

    head: Head
    id: str
    verdict: str
    contact_display_data: OperatorDisplay
    contact_rankings: tuple[BoardRanking, ...]
    contact_validation_status: ValidationPart
    operator_reliability: Reliability | None
    is_validated_aroi: bool
    aroi_domain: str | None
    is_operator: bool
    link: str | None
    since: When
    newest: When | None
    vanity: str | None
    findings: tuple[FindingText, ...]
    ratios: tuple[RatioRow, ...]
    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]
    platforms: tuple[Share, ...]
    tables: tuple[RelayTable, ...]
    pages: Pages | None
    raw: OperatorRaw
    links: dict[str, str]

    @property
    def display(self) -> dict[str, Any]:
        """The strings of the page, for its twin."""
        return {
            "figures": self.contact_display_data,
            "rankings": self.contact_rankings,
            "reliability": self.operator_reliability,
        }


def build(own: OperatorFacts) -> OperatorPage:
    """Return the view of an operator's first page."""
    name, relays = operator_links.title(own.domain, own.contact), own.relays
    return OperatorPage(
        head=_head(own, name),
        id=own.id,
        verdict=_verdict(own),
        contact_display_data=display(own, name, relays),
        contact_rankings=own.rankings,
        contact_validation_status=validation(own),
        operator_reliability=own.reliability,
        is_validated_aroi=own.state in PROVEN,
        aroi_domain=own.domain,
        is_operator=own.contact is not None,
        link=f"https://{own.domain}/" if own.state in PROVEN else None,
        since=day(own.first_seen),
        newest=day(own.newest) if own.newest != own.first_seen else None,
        vanity=own.vanity,
        findings=findings(own.affected, own.down),
        ratios=own.ratios,
        countries=own.countries,
        networks=own.networks,
        versions=own.versions,
        platforms=own.platforms,
        tables=tuple(
            _table(group, aroi=own.domain is not None) for group in own.groups if group.rows
        ),
        pages=contents(own.id, 1, relays),
        raw=OperatorRaw(
            is_validated_aroi=own.state in PROVEN,
            aroi_state=own.state,
            relays=relays,
            running=own.running,
            fingerprints=own.statuses,
            problems=own.problems,
            outliers=own.outliers,
        ),
        links={"html": "index.html"},
    )


def _head(facts: OperatorFacts, name: str) -> Head:
    return Head(
        kind="operator",
        title=name,
        description=f"All Tor relays of {name}: how they do and what part of the network they are.",
        crumbs=(*group_links.below("operators"), Link(text=name)),
        section="operators",
        canonical=None if facts.vanity is None else urls.vanity(facts.vanity),
        twin=True,
    )


def _verdict(facts: OperatorFacts) -> str:
    words = (
        f"{formatting.number_of(facts.relays, 'relay')}, {formatting.count(facts.running)} running"
    )
    if facts.domain is None:
        return f"{words}."
    proven = f"{formatting.count(facts.proven_relays)} of {formatting.count(facts.relays)}"
    return f"{words}; domain proven for {proven}."


def _table(group: OperatorGroup, *, aroi: bool) -> RelayTable:
    shown, count = len(group.rows), len(group.fingerprints)
    relays = formatting.number_of(count, "relay")
    caption = f"{relays}, {STATUS_WORDS[group.status]}" if aroi else "All relays"
    if shown < count:
        caption = f"{caption} (the first {formatting.count(shown)} here)"
    return RelayTable(
        id=f"relays-{group.status.replace('_', '-')}",
        caption=f"{caption}, by weight; those that are down last",
        rows=group.rows,
        aroi=aroi,
        uptime=True,
    )
