"""The page of a relay: its findings, facts, flags, history and operator, and its JSON twin."""

from allium import formatting, urls
from allium.analysis.relay_groups import UNKNOWN
from allium.model.relay import Relay
from allium.pages.parts import group_links
from allium.pages.parts.chart_views import Chart
from allium.pages.parts.history_charts import traffic_chart, uptime_chart
from allium.pages.parts.page_base import FindingText, Head, Link, View
from allium.pages.parts.tables import FlagRow
from allium.pages.relay.flag_table import flag_table
from allium.pages.relay.relay_display import RelayDisplay, Times, display, more, times
from allium.pages.relay.relay_findings import findings
from allium.pages.relay.relay_history import RelayUptimeRow
from allium.pages.relay.relay_raw import RelayRaw, raw
from allium.pages.relay.relay_shard import ALLEGED, RelayPosition, RelayShard

POLICY_LINES = 100
FINDINGS = 8


class Groups(View, frozen=True):
    """The groups that the relay belongs to, with the words that lead to them."""

    country: Link
    network: Link
    platform: Link
    version: Link
    flags: tuple[Link, ...]
    first_seen: Link
    family: Link


class RelayPage(View, frozen=True):
    """The page of one relay and its twin."""

    head: Head
    id: str
    verdict: str
    display: RelayDisplay
    times: Times
    findings: tuple[FindingText, ...]
    further_findings: tuple[FindingText, ...]
    flags: tuple[FlagRow, ...]
    uptimes: tuple[RelayUptimeRow, ...]
    uptime_flag: str | None
    uptime_same: bool
    traffic: Chart | None
    uptime: Chart | None
    operator: Link
    groups: Groups
    alleged: tuple[Link, ...]
    alleged_more: str | None
    strangers: tuple[str, ...]
    strangers_more: str | None
    policy: tuple[str, ...]
    policy_more: str | None
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
        verdict=_verdict(relay, relay_findings),
        display=shown,
        times=times(relay, history),
        findings=relay_findings[:FINDINGS],
        further_findings=relay_findings[FINDINGS:],
        flags=flag_table(shard),
        uptimes=history.uptime,
        uptime_flag=history.flag,
        uptime_same=history.same,
        traffic=traffic_chart(history.traffic, shard.units, "the relay"),
        uptime=uptime_chart(history.running),
        operator=position.operator,
        groups=_groups(relay, shown, position),
        alleged=shard.alleged,
        alleged_more=more(shard.one_sided, ALLEGED, "relay"),
        strangers=shard.strangers,
        strangers_more=more(shard.gone, ALLEGED, "relay"),
        policy=relay.exit_policy[:POLICY_LINES],
        policy_more=more(len(relay.exit_policy), POLICY_LINES, "line"),
        raw=raw(shard),
        links=_links(relay, position),
    )


def _groups(relay: Relay, shown: RelayDisplay, position: RelayPosition) -> Groups:
    return Groups(
        country=group_links.country(relay.country, shown.country),
        network=group_links.network(relay.asn),
        platform=Link(text=relay.platform or UNKNOWN, path=position.platform),
        version=group_links.version(relay.version),
        flags=tuple(group_links.flag(flag) for flag in shown.flags),
        first_seen=group_links.first_seen(relay.first_seen),
        family=Link(
            text="no mutual family" if position.family is None else "family page",
            path=position.family,
        ),
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


def _verdict(relay: Relay, relay_findings: tuple[FindingText, ...]) -> str:
    """Return one sentence of what matters most."""
    if not relay.running and relay.hibernating:
        return f"Hibernating since {formatting.minute(relay.last_seen)} UTC."
    if not relay.running:
        return f"Down since {formatting.minute(relay.last_seen)} UTC."
    for severity, noun in (("Critical", "critical finding"), ("Warning", "warning")):
        count = sum(finding.severity == severity for finding in relay_findings)
        if count:
            return f"Running; {formatting.number_of(count, noun)}."
    return "Running; nothing needs attention."


def _links(relay: Relay, position: RelayPosition) -> dict[str, str]:
    """Return the twin's links, relative to the twin itself."""
    root = urls.root(urls.twin(urls.relay(relay.fingerprint)))
    links = {"html": "index.html", "index": f"{root}index.html"}
    if position.operator.path is not None:
        links["operator"] = root + urls.html(position.operator.path)
    if position.family is not None:
        links["family"] = root + urls.html(position.family)
    return links
