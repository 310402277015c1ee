"""An operator: how their relays do, what part of the network they are, is their domain proven."""

from collections import Counter
from typing import Final

from allium import text, urls
from allium.analysis.aroi import REASONS
from allium.analysis.network import Member, Operator
from allium.analysis.positions import ROLES, network_position
from allium.analysis.totals import Totals
from allium.analysis.validation import PROBLEMS, PROVEN, STATUS_ORDER
from allium.views import rows
from allium.views.base import Head, Link, Pages, RelayRow, RelayTable, Share, View, When, day, level
from allium.views.relay_display import AROI_WORDS

TITLE_LENGTH: Final = 80
LABEL_LENGTH: Final = 60
SHARE_ROWS: Final = 8
NOBODY: Final = "Relays without contact information"
STATE_BADGES: Final = {
    "validated": ("Validated", "good"),
    "partially_validated": ("Partly validated", "doubt"),
    "unauthorized": ("Unauthorized", "bad"),
    "misconfigured": ("Misconfigured", "doubt"),
    "not_checked": ("Not checked", "none"),
    "incomplete": ("Incomplete", "none"),
    "not_configured": ("No domain", "none"),
    "no_contact": ("No domain", "none"),
}


class Group(View, frozen=True):
    """The relays of one AROI status, as the shard of an operator has them."""

    status: str
    count: int
    rows: tuple[RelayRow, ...]


class Shard(View, frozen=True):
    """All that one operator's page may depend on: own relays, and numbers rounded for print."""

    id: str
    contact: str | None
    domain: str | None
    proof: str | None
    state: str
    aroi_reason: str | None
    problems: dict[str, int]
    vanity: str | None
    counts: dict[str, int]
    bandwidth: str
    role_bandwidth: dict[str, str]
    weight_share: str | None
    role_share: dict[str, str | None]
    proven: str | None
    measured: str | None
    first_seen: str
    newest: str
    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]
    groups: tuple[Group, ...]


class Display(View, frozen=True):
    """The page's figures as printed; `None` where there is nothing to say."""

    title: str
    contact: str | None
    aroi_domain: str | None
    aroi_proof: str | None
    state: str
    badge: str
    badge_class: str
    relays: str
    running: str
    by_role: dict[str, str]
    network_position: str
    bandwidth: str
    role_bandwidth: dict[str, str]
    weight_share: str | None
    role_share: dict[str, str | None]
    proven: str | None
    measured: str | None


class Raw(View, frozen=True):
    """Slow-changing raw values for the twin."""

    is_validated_aroi: bool
    aroi_state: str
    relays: int
    running: int
    statuses: dict[str, int]
    problems: dict[str, int]
    fingerprints: tuple[str, ...]


class Printed(View, frozen=True):
    """The first page of one operator and its twin."""

    head: Head
    id: str
    verdict: str
    display: Display
    is_operator: bool
    link: str | None
    since: When
    newest: When
    vanity: str | None
    statuses: tuple[str, ...]
    problems: tuple[str, ...]
    reason: str | None
    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]
    tables: tuple[RelayTable, ...]
    pages: Pages | None
    raw: Raw
    links: dict[str, str]


def title(domain: str | None, contact: str | None, length: int = TITLE_LENGTH) -> str:
    """Return what an operator is called: the domain claimed completely, else the contact, cut."""
    if domain is not None:
        return domain
    return NOBODY if contact is None else text.cut(" ".join(contact.split()), length)


def path(operator: Operator) -> str:
    """Return where every page links to when it links to this operator."""
    if operator.vanity is not None:
        return urls.vanity(operator.vanity)
    return urls.contact(operator.contact_id)


def link(operator: Operator) -> Link:
    """Return an operator's name as a link."""
    name = title(operator.claim.domain, operator.contact, LABEL_LENGTH)
    return Link(text=name, path=path(operator))


def shard(
    operator: Operator, whole: Totals, units: text.Units, table: dict[str, RelayRow]
) -> Shard:
    """Return what an operator's first page may depend on; `table` has a row of each relay."""
    own = operator.totals
    listed = sorted(operator.members, key=lambda member: STATUS_ORDER.index(member.status))
    first_seen = [member.relay.first_seen for member in operator.members]
    return Shard(
        id=operator.contact_id,
        contact=operator.contact,
        domain=operator.claim.domain,
        proof=operator.claim.proof,
        state=operator.state,
        aroi_reason=operator.claim.reason,
        problems=_problems(operator.members),
        vanity=operator.vanity,
        counts={name: own.parts[name].relays for name in ROLES},
        bandwidth=text.bandwidth(own.bandwidth, units),
        role_bandwidth={name: text.bandwidth(own.parts[name].bandwidth, units) for name in ROLES},
        weight_share=text.share(own.weight, whole.weight),
        role_share={
            name: text.share(own.parts[name].weight, whole.parts[name].weight) for name in ROLES
        },
        proven=_proven(operator, whole.weight),
        measured=_measured(own),
        first_seen=text.date(min(first_seen)),
        newest=text.date(max(first_seen)),
        countries=_shares(operator.members, "country"),
        networks=_shares(operator.members, "asn"),
        versions=_shares(operator.members, "version"),
        groups=_groups(listed, table),
    )


def _groups(listed: list[Member], table: dict[str, RelayRow]) -> tuple[Group, ...]:
    """Return the first page's rows, cut where a status begins; counts are of all rows."""
    counts = Counter(member.status for member in listed)
    shown = listed[: rows.PAGE_ROWS]
    return tuple(
        Group(
            status=status,
            count=counts[status],
            rows=tuple(
                table[member.relay.fingerprint] for member in shown if member.status == status
            ),
        )
        for status in STATUS_ORDER
        if counts[status]
    )


def _problems(members: tuple[Member, ...]) -> dict[str, int]:
    return dict(
        sorted(Counter(member.problem for member in members if member.problem is not None).items())
    )


def _proven(operator: Operator, whole_weight: int) -> str | None:
    """Return the weight share of the proven relays where not all are proven."""
    if operator.state not in PROVEN:
        return None
    proven = [member for member in operator.members if member.status == "validated"]
    if len(proven) == len(operator.members):
        return None
    running = [member.relay for member in proven if member.relay.running]
    return text.share(sum(relay.consensus_weight or 0 for relay in running), whole_weight)


def _measured(own: Totals) -> str | None:
    if not own.measured_known:
        return None
    return f"{text.count(own.measured)} of {text.count(own.measured_known)}"


def _shares(members: tuple[Member, ...], field: str) -> tuple[Share, ...]:
    """Return the largest parts of the operator's own weight, by a field of its relays."""
    weights: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for member in members:
        relay = member.relay
        if relay.running:
            name = getattr(relay, field) or "unknown"
            counts[name] += 1
            weights[name] += relay.consensus_weight or 0
    whole = sum(weights.values())
    largest = sorted(counts, key=lambda name: (-weights[name], -counts[name], name))[:SHARE_ROWS]
    return tuple(
        Share(
            name=Link(text=name),
            count=text.count(counts[name]),
            share=text.share(weights[name], whole) or "no weight",
            level=level(weights[name], whole),
        )
        for name in largest
    )


def build(shard: Shard) -> Printed:
    """Return the view of an operator's first page."""
    statuses = {group.status: group.count for group in shard.groups}
    count = sum(statuses.values())
    display = _display(shard, count)
    return Printed(
        head=_head(shard, display.title),
        id=shard.id,
        verdict=_verdict(shard, statuses),
        display=display,
        is_operator=shard.contact is not None,
        link=f"https://{shard.domain}/" if shard.state in PROVEN else None,
        since=day(shard.first_seen),
        newest=day(shard.newest),
        vanity=shard.vanity,
        statuses=_statuses(statuses) if shard.domain is not None else (),
        problems=_reasons(shard.problems),
        reason=None if shard.aroi_reason is None else REASONS[shard.aroi_reason],
        countries=shard.countries,
        networks=shard.networks,
        versions=shard.versions,
        tables=tuple(
            _table(group, aroi=shard.domain is not None) for group in shard.groups if group.rows
        ),
        pages=contents(shard.id, 1, count),
        raw=_raw(shard, statuses),
        links={"html": "index.html"},
    )


def _display(shard: Shard, count: int) -> Display:
    badge, badge_class = STATE_BADGES[shard.state]
    counts = shard.counts
    return Display(
        title=title(shard.domain, shard.contact),
        contact=shard.contact,
        aroi_domain=shard.domain,
        aroi_proof=shard.proof,
        state=AROI_WORDS.get(shard.state, "domain proven for a part of the relays"),
        badge=badge,
        badge_class=badge_class,
        relays=text.count(count),
        running=text.count(sum(counts.values())),
        by_role={name: text.count(counts[name]) for name in ROLES},
        network_position=network_position(counts["guard"], counts["middle"], counts["exit"]),
        bandwidth=shard.bandwidth,
        role_bandwidth=shard.role_bandwidth,
        weight_share=shard.weight_share,
        role_share=shard.role_share,
        proven=shard.proven,
        measured=shard.measured,
    )


def _head(shard: Shard, name: str) -> Head:
    return Head(
        kind="operator",
        title=name,
        description=f"All Tor relays of {name}: how they do and what part of the network they are.",
        crumbs=(Link(text="Overview", path=urls.INDEX), Link(text=name)),
        section="operators",
        canonical=None if shard.vanity is None else urls.vanity(shard.vanity),
        twin=True,
    )


def _verdict(shard: Shard, statuses: dict[str, int]) -> str:
    count, running = sum(statuses.values()), sum(shard.counts.values())
    words = f"{text.number_of(count, 'relay')}, {text.count(running)} running"
    if shard.domain is None:
        return f"{words}."
    proven = Counter(statuses)["validated"]
    return f"{words}; domain proven for {text.count(proven)} of {text.count(count)}."


def _statuses(statuses: dict[str, int]) -> tuple[str, ...]:
    return tuple(
        f"{AROI_WORDS[status]}: {text.number_of(count, 'relay')}"
        for status, count in statuses.items()
    )


def _reasons(problems: dict[str, int]) -> tuple[str, ...]:
    ordered = sorted(problems.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        f"{PROBLEMS[code].words}: {text.number_of(count, 'relay')}" for code, count in ordered
    )


def _table(group: Group, *, aroi: bool) -> RelayTable:
    shown, words = len(group.rows), AROI_WORDS[group.status]
    caption = f"{text.number_of(group.count, 'relay')}, {words}" if aroi else "All relays"
    if shown < group.count:
        caption = f"{caption} (the first {text.count(shown)} here)"
    return RelayTable(
        id=f"relays-{group.status.replace('_', '-')}",
        caption=f"{caption}, by weight; those that are down last",
        rows=group.rows,
        aroi=aroi,
    )


def contents(contact_id: str, number: int, count: int) -> Pages | None:
    """Return links to all pages of an operator's relays, seen from page `number`."""
    last = rows.pages(count)
    if last == 1:
        return None
    return Pages(
        links=tuple(
            Link(text=str(page), path=None if page == number else urls.contact(contact_id, page))
            for page in range(1, last + 1)
        )
    )


def _raw(shard: Shard, statuses: dict[str, int]) -> Raw:
    return Raw(
        is_validated_aroi=shard.state in PROVEN,
        aroi_state=shard.state,
        relays=sum(statuses.values()),
        running=sum(shard.counts.values()),
        statuses=statuses,
        problems=shard.problems,
        fingerprints=tuple(
            str(row.relay.path).split("/")[1] for group in shard.groups for row in group.rows
        ),
    )
