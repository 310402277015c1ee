"""The page of an operator: the view that `precompute` makes from the facts, and its JSON twin."""

from typing import Any

from allium import urls
from allium.analysis.aroi.validation import PROVEN, RelayStatus
from allium.pages.boards.board_titles import BoardRanking
from allium.pages.operator.operator_display import OperatorDisplay, RoleRow, display
from allium.pages.operator.operator_facts import OperatorFacts, RatioRow
from allium.pages.operator.operator_findings import findings
from allium.pages.operator.operator_reliability import Reliability
from allium.pages.operator.operator_rows import contents, table
from allium.pages.operator.operator_summary import more_roles, running, tiles, verdict
from allium.pages.operator.operator_validation import ValidationPart, validation
from allium.pages.parts import group_links, operator_links
from allium.pages.parts.chart_views import Chart
from allium.pages.parts.page_base import (
    FindingText,
    Head,
    Link,
    Pages,
    RelayTable,
    Share,
    Tile,
    Verdict,
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
    fingerprints: dict[RelayStatus, tuple[str, ...]]
    problems: dict[str, tuple[str, ...]]
    outliers: dict[str, tuple[str, ...]]


class OperatorPage(View, frozen=True):
    """The first page of one operator and its twin.

    The parts that are expensive to compute are stored flat, under the names that other programs
    know. `running` says how many relays run, in the head of the page.
    """

    head: Head
    id: str
    verdict: Verdict
    running: str
    tiles: tuple[Tile, ...]
    more_roles: tuple[RoleRow, ...]
    """Those with running relays that have no tile."""
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
    table: RelayTable
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
    shown = display(facts, name, relays)
    return OperatorPage(
        head=_head(facts, name),
        id=facts.id,
        verdict=verdict(facts),
        running=running(facts),
        tiles=tiles(facts, shown),
        more_roles=more_roles(facts.counts, shown.roles),
        contact_display_data=shown,
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
        ratios=tuple(row for row in facts.ratios if row.own is not None),
        countries=facts.countries,
        networks=facts.networks,
        versions=facts.versions,
        platforms=facts.platforms,
        table=table(facts.rows, 1, relays, shows_status=facts.shows_status),
        pages=contents(facts.id, 1, relays),
        raw=_raw(facts),
        links={"html": "index.html"},
    )


def _raw(facts: OperatorFacts) -> OperatorRaw:
    return OperatorRaw(
        is_validated_aroi=facts.state in PROVEN,
        aroi_state=facts.state,
        relays=facts.relays,
        running=facts.running,
        fingerprints=facts.statuses,
        problems=facts.problems,
        outliers=facts.outliers,
    )


def _head(facts: OperatorFacts, name: str) -> Head:
    return Head(
        kind="operator",
        title=name,
        description=f"The Tor relays of {name}: how reliably they run, what they carry, and their"
        " share of the network.",
        crumbs=(*group_links.below("operators"), Link(text=name)),
        section="operators",
        canonical=None if facts.vanity is None else urls.vanity(facts.vanity),
        twin=True,
    )
