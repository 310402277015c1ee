"""The page of an operator: the view that `precompute` makes from the facts, and its JSON twin."""

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
from allium.pages.parts.chart_views import Chart
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
    traffic: Chart | None
    uptime: Chart | None
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


def build(facts: OperatorFacts) -> OperatorPage:
    """Return the view of an operator's first page."""
    name, relays = operator_links.title(facts.domain, facts.contact), facts.relays
    return OperatorPage(
        head=_head(facts, name),
        id=facts.id,
        verdict=_verdict(facts),
        contact_display_data=display(facts, name, relays),
        contact_rankings=facts.rankings,
        contact_validation_status=validation(facts),
        operator_reliability=facts.reliability,
        traffic=facts.charts.traffic,
        uptime=facts.charts.uptime,
        is_validated_aroi=facts.state in PROVEN,
        aroi_domain=facts.domain,
        is_operator=facts.contact is not None,
        link=f"https://{facts.domain}/" if facts.state in PROVEN else None,
        since=day(facts.first_seen),
        newest=day(facts.newest) if facts.newest != facts.first_seen else None,
        vanity=facts.vanity,
        findings=findings(facts.affected, facts.down),
        ratios=facts.ratios,
        countries=facts.countries,
        networks=facts.networks,
        versions=facts.versions,
        platforms=facts.platforms,
        tables=tuple(
            _table(group, aroi=facts.domain is not None) for group in facts.groups if group.rows
        ),
        pages=contents(facts.id, 1, relays),
        raw=OperatorRaw(
            is_validated_aroi=facts.state in PROVEN,
            aroi_state=facts.state,
            relays=relays,
            running=facts.running,
            fingerprints=facts.statuses,
            problems=facts.problems,
            outliers=facts.outliers,
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
