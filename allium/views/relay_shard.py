"""All that one relay's page may depend on, rounded to what it prints."""

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from msgspec import field
from msgspec.structs import replace

from allium import text, urls
from allium.analysis.aroi import REASONS
from allium.analysis.bands import Lifecycle, band_of
from allium.analysis.diagnostics import displayed
from allium.analysis.network import Member
from allium.analysis.platforms import platform_name
from allium.analysis.ratios import ratio_words, relay_ratio
from allium.analysis.survey import Survey
from allium.analysis.throughput import RECENT, week_sums
from allium.analysis.uptime import percents, same, shown_flag
from allium.analysis.validation import PROBLEMS
from allium.model.history import PERIODS, Bandwidth, Mean, Period, Weeks
from allium.model.relay import Fingerprint, Flag, Relay
from allium.views import charts, links
from allium.views.base import Link, View

PERIOD_WORDS: Final[dict[Period, str]] = {
    "1_month": "1 month",
    "6_months": "6 months",
    "1_year": "1 year",
    "5_years": "5 years",
}
HSDIR_SECONDS: Final = 345_600
"""Tor's MinUptimeHidServDirectoryV2: 96 hours since the last start."""
GUARD_SECONDS: Final = 691_200
ALLEGED: Final = 25
"""So many relays are named that do not list the relay back."""


class Standing(View, frozen=True):
    """What the rest of the network decides about one relay, rounded to what is printed.

    `ratio` says in words how its weight compares with its bandwidth; `bandwidth_band` is that of a
    running relay without the Guard flag, which may be what it lacks.
    """

    role: str
    weight_share: str | None
    weight_band: str | None
    bandwidth_band: str | None
    ratio: str | None
    guard_probability: str | None
    middle_probability: str | None
    exit_probability: str | None
    aroi_status: str
    aroi_reason: str | None
    aroi_problem: str | None
    aroi_domain: str | None
    aroi_proof: str | None
    operator: Link
    platform: str | None
    """Where the page of its operating system is."""
    family: str | None
    """Where the page of its family is."""


class UptimeRow(View, frozen=True):
    """One period: the relay's uptime, and that of the flag that is shown beside it."""

    period: str
    running: str | None
    flag: str | None


class Carried(View, frozen=True):
    """Closed weeks of throughput: values in bytes/s times 10 ** `decimals` over `numerator`."""

    weeks: Weeks
    numerator: int
    decimals: int


class Past(View, frozen=True):
    """What is known of a relay's history.

    `codes` are all findings, `findings` those to display; `flag` is the flag of the rows of
    `uptime`, `same` tells that its uptime is that of the relay; `reports` are the minutes in which
    the relay reported to be overloaded, by kind.
    """

    lifecycle: Lifecycle | None
    up_for_hsdir: bool
    known_for_guard: bool
    codes: tuple[str, ...]
    findings: tuple[str, ...]
    uptime: tuple[UptimeRow, ...] = ()
    flag: Flag | None = None
    same: bool = False
    months: dict[str, Mean] = field(default_factory=dict)
    weeks: Carried | None = None
    volume: str | None = None
    volume_period: str | None = None
    reports: dict[str, str] = field(default_factory=dict)


class Shard(View, frozen=True):
    """All that one relay's page may depend on.

    What moves each hour without being printed is left out of `relay`: exact probabilities, the
    names of its effective and indirect family, and when a running relay was last seen (the time
    that stands there instead is that of its first sighting, which does not move).
    """

    relay: Relay
    standing: Standing
    past: Past
    effective_family: int
    indirect_family: int
    alleged: tuple[Link, ...]
    """The first relays that this one lists and that do not list it back."""
    units: text.Units


def shard(member: Member, operator: Link, survey: Survey, units: text.Units) -> Shard:
    """Return what one relay's page may depend on; see `Shard`."""
    relay = member.relay
    return Shard(
        relay=_without_the_volatile(relay),
        standing=_standing(member, operator, survey),
        past=_past(relay, survey),
        effective_family=max(len(relay.effective_family), 1) - 1,
        indirect_family=len(relay.indirect_family),
        alleged=tuple(_alleged(name, survey) for name in relay.alleged_family[:ALLEGED]),
        units=units,
    )


def _alleged(name: Fingerprint, survey: Survey) -> Link:
    """Return a listed relay by the beginning of its fingerprint, with its page if it has one."""
    return Link(text=name[:8], path=urls.relay(name) if name in survey.lifecycles else None)


def _standing(member: Member, operator: Link, survey: Survey) -> Standing:
    relay, claim = member.relay, member.claim
    weight, ratio = relay.consensus_weight or 0, relay_ratio(relay)
    advertised = relay.advertised_bandwidth or 0
    whole = survey.network.totals.weight
    wants_guard = relay.running and "Guard" not in relay.flags
    return Standing(
        role=member.role,
        weight_share=text.share(weight, whole) if relay.running else None,
        weight_band=band_of(weight, survey.weights) if relay.running else None,
        bandwidth_band=band_of(advertised, survey.bandwidths) if wants_guard else None,
        ratio=None if ratio is None or not relay.running else ratio_words(ratio),
        guard_probability=_chance(relay.guard_probability),
        middle_probability=_chance(relay.middle_probability),
        exit_probability=_chance(relay.exit_probability),
        aroi_status=member.status,
        aroi_reason=aroi_reason(member),
        aroi_problem=member.problem,
        aroi_domain=claim.domain,
        aroi_proof=claim.proof,
        operator=operator,
        platform=links.platform(platform_name(relay.platform), survey.slugs).path,
        family=None if member.family is None else urls.family(member.family),
    )


def _chance(probability: float | None) -> str | None:
    return None if probability is None else text.share(*text.decimal(probability))


def aroi_reason(member: Member) -> str | None:
    """Return why a relay's domain is not proven, in words that are ours."""
    if member.problem is not None:
        return PROBLEMS[member.problem].words
    return None if member.claim.reason is None else REASONS[member.claim.reason]


def _past(relay: Relay, survey: Survey) -> Past:
    name = relay.fingerprint
    now, started = text.seconds(survey.published), relay.last_restarted
    age = now - text.seconds(relay.first_seen)
    up = 0 if started is None else now - text.seconds(started)
    codes = survey.diagnoses[name]
    past = Past(
        lifecycle=survey.lifecycles[name],
        up_for_hsdir="HSDir" in relay.flags or up >= HSDIR_SECONDS,
        known_for_guard="Guard" in relay.flags or age >= GUARD_SECONDS,
        codes=codes,
        findings=displayed(codes),
        reports=_reports(relay, survey.bandwidth.get(name), codes),
    )
    return _carried(_ran(past, relay, survey), name, survey)


def _reports(relay: Relay, history: Bandwidth | None, codes: Collection[str]) -> dict[str, str]:
    """Return the minute of each report of an overload that still counts."""
    moments = {"overload_general": relay.overload_general_timestamp}
    moments["overload_past"] = relay.overload_general_timestamp
    if history is not None:
        moments["overload_fd"] = history.file_descriptors
        moments["overload_rate"] = history.rate_limited
    return {
        code: text.time_of(moment // 1000)
        for code, moment in moments.items()
        if moment is not None and code in codes
    }


def _ran(past: Past, relay: Relay, survey: Survey) -> Past:
    """Add the relay's uptime, if it is known."""
    history = survey.uptime.get(relay.fingerprint)
    if history is None:
        return past
    running, flag = percents(history.running), shown_flag(relay.flags, history)
    held = percents(history.flags[flag]) if flag is not None else {}
    return replace(
        past,
        uptime=tuple(
            UptimeRow(
                period=PERIOD_WORDS[period],
                running=_uptime(running.get(period)),
                flag=_uptime(held.get(period)),
            )
            for period in PERIODS
            if period in history.running
        ),
        flag=flag,
        same=same(running, held),
        months=charts.whole_months(history.months),
    )


def _uptime(value: Fraction | None) -> str | None:
    return None if value is None else text.percent(value, 1)


def _carried(past: Past, name: Fingerprint, survey: Survey) -> Past:
    """Add what the relay carried, if it is known."""
    history = survey.bandwidth.get(name)
    if history is None:
        return past
    volume = survey.performances.volumes.get(name)
    return replace(
        past,
        weeks=_weeks(history),
        volume=None if volume is None else text.volume(volume.size),
        volume_period=None if volume is None else PERIOD_WORDS[volume.period],
    )


def _weeks(history: Bandwidth) -> Carried | None:
    """Return the weeks of a chart."""
    if history.days is None:
        return None
    shown, rates = charts.kept(week_sums(history.days)), history.read[RECENT]
    return Carried(weeks=shown, numerator=rates.numerator, decimals=rates.decimals)


def _without_the_volatile(relay: Relay) -> Relay:
    """Return the relay without what moves each hour for no reason that a reader cares about."""
    return replace(
        relay,
        last_seen=relay.first_seen if relay.running else relay.last_seen,
        guard_probability=None,
        middle_probability=None,
        exit_probability=None,
        effective_family=(),
        indirect_family=(),
    )
