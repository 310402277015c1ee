"""An operator: how their relays do, what part of the network they are, is their domain proven."""

from typing import Any, Final

from allium import formatting, urls
from allium.analysis.aroi.validation import PROVEN
from allium.analysis.network import Operator
from allium.pages.boards.board_titles import BoardRanking
from allium.pages.operator.operator_bandwidth import RatioRow
from allium.pages.operator.operator_display import NOBODY, TITLE_LENGTH, OperatorDisplay, display
from allium.pages.operator.operator_facts import Facts, OperatorGroup
from allium.pages.operator.operator_findings import findings
from allium.pages.operator.operator_reliability import Reliability
from allium.pages.operator.operator_validation import ValidationPart, validation
from allium.pages.parts import group_links, relay_rows
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
from allium.pages.relay.relay_display import AROI_WORDS

LABEL_LENGTH: Final = 60


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

    The parts that are dear to compute are stored flat, under the names that other programs know.
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


def title(domain: str | None, contact: str | None, length: int = TITLE_LENGTH) -> str:
    """Return what an operator is called: the domain claimed completely, else the contact, cut."""
    if domain is not None:
        return domain
    return NOBODY if contact is None else formatting.cut(" ".join(contact.split()), length)


def path(operator: Operator) -> str:
    """Return where every page links to when it links to this operator."""
    if operator.vanity is not None:
        return urls.vanity(operator.vanity)
    return urls.contact(operator.contact_id)


def link(operator: Operator) -> Link:
    """Return an operator's name as a link."""
    name = title(operator.claim.domain, operator.contact, LABEL_LENGTH)
    return Link(text=name, path=path(operator))


def build(own: Facts) -> OperatorPage:
    """Return the view of an operator's first page."""
    name, relays = title(own.domain, own.contact), own.relays
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
        findings=findings(own),
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


def _head(facts: Facts, name: str) -> Head:
    return Head(
        kind="operator",
        title=name,
        description=f"All Tor relays of {name}: how they do and what part of the network they are.",
        crumbs=(*group_links.below("operators"), Link(text=name)),
        section="operators",
        canonical=None if facts.vanity is None else urls.vanity(facts.vanity),
        twin=True,
    )


def _verdict(facts: Facts) -> str:
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
    caption = f"{relays}, {AROI_WORDS[group.status]}" if aroi else "All relays"
    if shown < count:
        caption = f"{caption} (the first {formatting.count(shown)} here)"
    return RelayTable(
        id=f"relays-{group.status.replace('_', '-')}",
        caption=f"{caption}, by weight; those that are down last",
        rows=group.rows,
        aroi=aroi,
        uptime=True,
    )


def contents(contact_id: str, number: int, count: int) -> Pages | None:
    """Return links to all pages of an operator's relays, seen from page `number`."""
    return relay_rows.contents(number, count, lambda page: urls.contact(contact_id, page))
