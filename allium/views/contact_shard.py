"""All that one operator's page may depend on: own relays, and numbers rounded for print."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from allium import text
from allium.analysis.aroi import ContactId
from allium.analysis.bands import band
from allium.analysis.network import Member, Operator
from allium.analysis.platforms import platform_name
from allium.analysis.positions import ROLES, Role
from allium.analysis.ratios import underutilised
from allium.analysis.statistics import part
from allium.analysis.survey import Survey
from allium.analysis.totals import Totals
from allium.analysis.validation import STATUS_ORDER, RelayStatus
from allium.model.relay import Fingerprint, Relay
from allium.views import contact_parts as parts
from allium.views import figures, links, rows
from allium.views.base import PERIOD_WORDS, RelayRow, Share, View
from allium.views.boards import Ranking, Scale, rankings
from allium.views.contact_bandwidth import RatioRow, Usual, ratios, usual_ratios
from allium.views.contact_parts import Affected, Composition, Down, Proven, Work
from allium.views.contact_uptime import Compared
from allium.views.reliability import Reliability, reliability
from allium.views.shares import countries, networks, shares, versions


class Group(View, frozen=True):
    """The relays of one AROI status: all of them, and the rows of the first page."""

    status: RelayStatus
    fingerprints: tuple[Fingerprint, ...]
    rows: tuple[RelayRow, ...]


class Traffic(View, frozen=True):
    """Bytes read and written, over how long, and the part of the network's; as printed."""

    volume: str
    period: str
    share: str | None


class Shard(View, frozen=True):
    """All that one operator's page may depend on."""

    id: str
    contact: str | None
    domain: str | None
    proofs: dict[str, parts.Proof]
    state: str
    aroi_reason: str | None
    problems: dict[str, tuple[Fingerprint, ...]]
    vanity: str | None
    counts: dict[Role, int]
    bandwidth: str
    role_bandwidth: dict[Role, str]
    weight_share: str | None
    role_share: dict[Role, str | None]
    proven: Proven | None
    measured: str | None
    data: Traffic | None
    first_seen: str
    newest: str
    countries: tuple[Share, ...]
    networks: tuple[Share, ...]
    versions: tuple[Share, ...]
    platforms: tuple[Share, ...]
    composition: Composition
    affected: tuple[Affected, ...]
    down: Down | None
    underutilised: int
    ratios: tuple[RatioRow, ...]
    ratio_rank: str | None
    reliability: Reliability | None
    outliers: dict[str, tuple[Fingerprint, ...]]
    rankings: tuple[Ranking, ...]
    work: tuple[Work, ...]
    groups: tuple[Group, ...]

    @property
    def statuses(self) -> dict[str, tuple[Fingerprint, ...]]:
        """All relays by AROI status."""
        return {group.status: group.fingerprints for group in self.groups}

    @property
    def relays(self) -> int:
        """The number of all relays."""
        return sum(len(group.fingerprints) for group in self.groups)

    @property
    def proven_relays(self) -> int:
        """The number of relays whose domain is proven."""
        return sum(len(one.fingerprints) for one in self.groups if one.status == "validated")

    @property
    def running(self) -> int:
        """The number of running relays."""
        return sum(self.counts.values())


class Cutter(Struct, frozen=True):
    """Makes the shards of operators from one survey; `table` has a row of each relay.

    `compared` and `usual` are the network's uptimes and ratios, as each of its operators' pages
    prints them.
    """

    survey: Survey
    units: text.Units
    table: Mapping[Fingerprint, RelayRow]
    places: Mapping[ContactId, list[Ranking]]
    compared: Compared | None
    usual: Usual

    @classmethod
    def of(
        cls, survey: Survey, units: text.Units, table: Mapping[Fingerprint, RelayRow]
    ) -> "Cutter":
        """Return what cuts the shards of all operators of a network."""
        scale = Scale(survey.network.totals, units)
        uptime = survey.performances.uptime
        return cls(
            survey,
            units,
            table,
            places=rankings(survey.boards, scale),
            compared=None if uptime is None else Compared.of(uptime),
            usual=usual_ratios(survey),
        )

    def shard(self, operator: Operator) -> Shard:
        """Return what an operator's first page may depend on."""
        survey, units, whole = self.survey, self.units, self.survey.network.totals
        own, members, relays = operator.totals, operator.members, operator.relays
        name, names = operator.contact_id, links.told_apart(relays)
        return Shard(
            id=name,
            contact=operator.contact,
            domain=operator.claim.domain,
            proofs=parts.proofs(members) if operator.claim.domain is not None else {},
            state=operator.state,
            aroi_reason=operator.claim.reason,
            problems=parts.problems(members),
            vanity=operator.vanity,
            counts={role: own.parts[role].relays for role in ROLES},
            bandwidth=text.bandwidth(own.bandwidth, units),
            role_bandwidth=parts.role_bandwidth(own, units),
            weight_share=text.share(own.weight, whole.weight),
            role_share=parts.role_share(own, whole),
            proven=parts.proven(operator, survey, units),
            measured=_measured(own),
            data=self._traffic(name),
            first_seen=text.date(min(relay.first_seen for relay in relays)),
            newest=text.date(max(relay.first_seen for relay in relays)),
            countries=countries(relays),
            networks=networks(relays),
            versions=versions(relays),
            platforms=self._platforms(relays),
            composition=parts.composition(members, survey.makeups[name], survey),
            affected=parts.affected(members, survey.diagnoses, names) if operator.is_one else (),
            down=parts.down(members),
            underutilised=sum(map(underutilised, relays)),
            ratios=ratios(operator, self.usual) if operator.is_one else (),
            ratio_rank=self._ratio_rank(operator),
            reliability=self._reliability(operator, names),
            outliers=parts.outliers(survey.performances.operators[name]) if operator.is_one else {},
            rankings=tuple(self.places.get(name, ())),
            work=parts.work(members, names) if operator.claim.domain is not None else (),
            groups=self._groups(members),
        )

    def _reliability(
        self, operator: Operator, names: Mapping[Fingerprint, str]
    ) -> Reliability | None:
        """Return what the histories of an operator's relays say."""
        if not operator.is_one:
            return None
        return reliability(operator, self.survey, self.compared, names, self.units)

    def _platforms(self, relays: list[Relay]) -> tuple[Share, ...]:
        return shares(
            relays,
            lambda relay: platform_name(relay.platform),
            lambda name: links.platform(name, self.survey.slugs),
        )

    def _ratio_rank(self, operator: Operator) -> str | None:
        """Return where an operator of several running relays stands by weight for bandwidth."""
        rank = self.survey.ratio_ranks.get(operator.contact_id)
        return None if rank is None or operator.totals.running < 2 else band(99 - rank, 100)

    def _traffic(self, name: ContactId) -> Traffic | None:
        """Return the bytes that the relays moved, as printed."""
        performances = self.survey.performances
        own, whole = performances.operators[name].volume, performances.volume
        if own is None:
            return None
        return Traffic(
            volume=figures.volume(own.size),
            period=PERIOD_WORDS[own.period],
            share=None
            if whole is None
            else text.share(*part(own.size, whole.size).as_integer_ratio()),
        )

    def _groups(self, members: tuple[Member, ...]) -> tuple[Group, ...]:
        """Return the relays by status, and the first page's rows among them."""
        names: dict[RelayStatus, list[Fingerprint]] = defaultdict(list)
        for member in by_status(members):
            names[member.status].append(member.relay.fingerprint)
        room = rows.PAGE_ROWS
        groups = []
        for status, fingerprints in names.items():
            shown = fingerprints[: max(room, 0)]
            room -= len(fingerprints)
            table = tuple(self.table[name] for name in shown)
            groups.append(Group(status=status, fingerprints=tuple(fingerprints), rows=table))
        return tuple(groups)


def by_status(members: tuple[Member, ...]) -> list[Member]:
    """Return an operator's relays in the order of its pages: by AROI status, then as they are."""
    return sorted(members, key=lambda member: STATUS_ORDER.index(member.status))


def _measured(own: Totals) -> str | None:
    if not own.measured_known:
        return None
    return f"{text.count(own.measured)} of {text.count(own.measured_known)}"
