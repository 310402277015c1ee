"""The page of a relay: its findings, facts, flags, history and operator, and its JSON twin."""

from allium import formatting, urls
from allium.analysis.relay.flag_rules import DAY, HOUR
from allium.model.relay import Relay
from allium.pages.parts import group_links
from allium.pages.parts.chart_views import Chart
from allium.pages.parts.history_charts import traffic_chart, uptime_chart, weight_chart
from allium.pages.parts.page_base import FindingText, Head, Link, View
from allium.pages.parts.tables import FlagRow, FlagStrip
from allium.pages.relay.flag_table import flag_strip, flag_table
from allium.pages.relay.relay_display import RelayDisplay, Times, display, more, times
from allium.pages.relay.relay_findings import findings
from allium.pages.relay.relay_head import RelayHead, relay_head
from allium.pages.relay.relay_history import RelayUptimeRow
from allium.pages.relay.relay_life import RelayLife, life
from allium.pages.relay.relay_past import FlagHeld, Transferred
from allium.pages.relay.relay_raw import RelayRaw, raw
from allium.pages.relay.relay_remarks import Remarks, probabilities, remarks
from allium.pages.relay.relay_shard import ALLEGED, RelayPosition, RelayShard
from allium.pages.relay.relay_weights import PastWeights

POLICY_LINES = 50
SUMMARY_LENGTH = 120
"""So many characters take three lines of half a row; a choice of this site."""
FINDINGS = 8


class Groups(View, frozen=True):
    """The groups that the relay belongs to, with the words that lead to them."""

    country: Link
    network: Link
    platform: Link
    version: Link
    first_seen: Link
    family: Link


class Policy(View, frozen=True):
    """The exit policy: its first lines, how many it has, how many more these are.

    One with a long summary has a `wide` card.
    """

    lines: tuple[str, ...]
    length: str
    more: str | None
    wide: bool


class RelayPage(View, frozen=True):
    """The page of one relay and its twin."""

    head: Head
    id: str
    top: RelayHead
    display: RelayDisplay
    times: Times
    remarks: Remarks
    probabilities: str | None
    life: RelayLife
    findings: tuple[FindingText, ...]
    further_findings: tuple[FindingText, ...]
    flags: FlagStrip
    missing: tuple[FlagRow, ...]
    votes: bool
    """Whether there is a page of the votes on the relay."""
    uptimes: tuple[RelayUptimeRow, ...]
    uptime_flag: str | None
    uptime_same: bool
    traffic: Chart | None
    uptime: Chart | None
    weights: PastWeights | None
    weight: Chart | None
    flags_held: tuple[FlagHeld, ...]
    transferred: tuple[Transferred, ...]
    limits: tuple[tuple[str, str], ...]
    operator: Link
    aroi_reason: str | None
    """Why the operator's claim of a domain is incomplete."""
    groups: Groups
    alleged: tuple[Link, ...]
    alleged_more: str | None
    strangers: tuple[str, ...]
    strangers_more: str | None
    policy: Policy
    raw: RelayRaw
    links: dict[str, str]


def build(shard: RelayShard) -> RelayPage:
    """Return the view of one relay."""
    relay, position, history = shard.relay, shard.position, shard.history
    shown = display(shard)
    relay_findings = findings(shard)
    return RelayPage(
        head=_head(relay),
        id=relay.fingerprint,
        top=relay_head(shard, shown, relay_findings),
        display=shown,
        times=times(relay, history),
        remarks=remarks(shard, shown),
        probabilities=probabilities(shard),
        life=life(relay, history.lifecycle),
        findings=relay_findings[:FINDINGS],
        further_findings=relay_findings[FINDINGS:],
        flags=flag_strip(shard),
        missing=flag_table(shard),
        votes=shard.votes is not None and shard.votes.has_page,
        uptimes=history.uptime,
        uptime_flag=history.flag,
        uptime_same=history.same,
        traffic=traffic_chart(history.traffic, shard.units, "the relay"),
        uptime=uptime_chart(history.running, _down_from(relay)),
        weights=shard.weights,
        weight=None if shard.weights is None else weight_chart(shard.weights.figures),
        flags_held=history.flags_held,
        transferred=history.transferred,
        limits=tuple(history.limits.items()),
        operator=_operator(position, relay),
        aroi_reason=shown.aroi if position.aroi_status == "incomplete" else None,
        groups=_groups(relay, shown, position),
        alleged=shard.alleged,
        alleged_more=more(shard.one_sided, ALLEGED, "relay"),
        strangers=shard.strangers,
        strangers_more=more(shard.gone, ALLEGED, "relay"),
        policy=_policy(shard, shown),
        raw=raw(shard),
        links=_links(relay, position),
    )


def _down_from(relay: Relay) -> int | None:
    """Return the day of the first hour in which a relay did not run any more."""
    return None if relay.running else (formatting.seconds(relay.last_seen) + HOUR) // DAY


def _groups(relay: Relay, shown: RelayDisplay, position: RelayPosition) -> Groups:
    return Groups(
        country=group_links.country(relay.country, shown.country),
        network=group_links.network(relay.asn),
        platform=Link(text=shown.platform, path=position.platform),
        version=group_links.version(relay.version),
        first_seen=group_links.first_seen(relay.first_seen),
        family=Link(text=shown.effective_family, path=position.family),
    )


def _operator(position: RelayPosition, relay: Relay) -> Link:
    """Return who runs the relay; who is not known has a page, too."""
    if relay.contact is None:
        return Link(text="No contact information", path=position.operator.path)
    return position.operator


def _policy(shard: RelayShard, shown: RelayDisplay) -> Policy:
    lines = shard.relay.exit_policy
    return Policy(
        lines=lines[:POLICY_LINES],
        length=formatting.number_of(len(lines), "line"),
        more=more(len(lines), POLICY_LINES, "line"),
        wide=len(shown.exit_policy_summary) > SUMMARY_LENGTH,
    )


def _head(relay: Relay) -> Head:
    return Head(
        kind="relay",
        title=relay.nickname,
        description=f"The Tor relay {relay.nickname} ({relay.fingerprint}): is it up, what does it"
        " carry, who runs it.",
        crumbs=(*group_links.below("relays"), Link(text=relay.nickname)),
        section="relays",
        twin=True,
    )


def _links(relay: Relay, position: RelayPosition) -> dict[str, str]:
    """Return the twin's links, relative to the twin itself."""
    root = urls.root(urls.twin(urls.relay(relay.fingerprint)))
    links = {"html": "index.html", "index": f"{root}index.html"}
    if position.operator.path is not None:
        links["operator"] = root + urls.html(position.operator.path)
    if position.family is not None:
        links["family"] = root + urls.html(position.family)
    return links
