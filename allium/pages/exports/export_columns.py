"""What the exported tables have in each column, and what that means.

Names are those of Onionoo where it has the field. Values are raw: bytes per second, consensus
weight without unit, probabilities and shares from 0 to 1, times in UTC.
"""

from collections.abc import Callable
from typing import Final, Generic, TypeAlias, TypeVar

from msgspec import Struct

from allium.analysis.history_stats import HistoryStats
from allium.analysis.leaderboards import BOARDS, BoardPlace
from allium.analysis.listing_entries import ListingEntry
from allium.analysis.network import Member, Operator
from allium.analysis.relay.role import ROLES, Role
from allium.analysis.totals import Totals

T_contra = TypeVar("T_contra", contravariant=True)

Value: TypeAlias = str | int | float | bool | None
"""A field of an exported row; `None` is an empty field of CSV and `null` of JSON."""


class ExportColumn(Struct, Generic[T_contra], frozen=True):
    """A column: its name, what a field of it means, and how it comes from one thing."""

    name: str
    meaning: str
    value: Callable[[T_contra], Value]


DIGITS: Final = 9
"""Digits of shares and probabilities: the least of 10,000 relays still has five."""


class PlacedOperator(Struct, frozen=True):
    """A place on the leaderboard `board`."""

    board: str
    place: BoardPlace

    @property
    def value(self) -> Value:
        """What the place is given by."""
        return BOARDS[self.board].metric(self.place.candidate)


def _share(weight: int, total: int) -> float | None:
    return round(weight / total, DIGITS) if total else None


def relay_columns(stats: HistoryStats) -> tuple[ExportColumn[Member], ...]:
    """Return the columns of the table of relays; shares are those of the network `stats`."""
    total = stats.network.totals.weight
    return (
        ExportColumn("fingerprint", "40 hexadecimal digits", lambda one: one.relay.fingerprint),
        ExportColumn("nickname", "as the relay calls itself", lambda one: one.relay.nickname),
        ExportColumn("running", "in the latest consensus", lambda one: one.relay.running),
        ExportColumn("role", "exit, guard or middle; one for each relay", lambda one: one.role),
        ExportColumn("flags", "separated by spaces", lambda one: " ".join(one.relay.flags)),
        *_identity_columns(),
        *_place_columns(),
        ExportColumn(
            "consensus_weight", "as the consensus has it", lambda one: one.relay.consensus_weight
        ),
        ExportColumn(
            "weight_share",
            "of the weight of all running relays; empty for a relay that is down",
            lambda one: (
                _share(one.relay.consensus_weight or 0, total) if one.relay.running else None
            ),
        ),
        *(_probability_column(role) for role in ROLES),
        *_bandwidth_columns(),
        *_time_columns(),
        ExportColumn(
            "uptime_1_month",
            "share of the last month in which it was running",
            lambda one: _part(stats.month_uptime(one.relay.fingerprint)),
        ),
        *_software_columns(),
        *_address_columns(),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _part(percent: float | None) -> float | None:
    return None if percent is None else round(percent / 100, DIGITS)


def _identity_columns() -> tuple[ExportColumn[Member], ...]:
    return (
        ExportColumn("operator", "id of the operator's page", lambda one: one.contact_id),
        ExportColumn(
            "domain", "that the contact claims completely (AROI)", lambda one: one.claim.domain
        ),
        ExportColumn("aroi_status", "state of that claim for this relay", lambda one: one.status),
        ExportColumn("family", "fingerprint that its family's page has", lambda one: one.family),
    )


def _place_columns() -> tuple[ExportColumn[Member], ...]:
    return (
        ExportColumn("country", "ISO 3166 code", lambda one: one.relay.country),
        ExportColumn("as_number", "such as AS64500", lambda one: one.relay.asn),
        ExportColumn("as_name", "of the autonomous system", lambda one: one.relay.as_name),
    )


def _probability_column(role: Role) -> ExportColumn[Member]:
    name = f"{role}_probability"
    return ExportColumn(name, f"of being chosen as {role}", lambda one: getattr(one.relay, name))


def _bandwidth_columns() -> tuple[ExportColumn[Member], ...]:
    def column(name: str, meaning: str) -> ExportColumn[Member]:
        return ExportColumn(name, f"bytes/s; {meaning}", lambda one: getattr(one.relay, name))

    return (
        column("observed_bandwidth", "the most that it carried for ten seconds"),
        column("advertised_bandwidth", "the least of observed bandwidth, rate and burst"),
        column("bandwidth_rate", "configured limit"),
        column("bandwidth_burst", "configured limit of short bursts"),
        ExportColumn(
            "measured", "by at least three bandwidth authorities", lambda one: one.relay.measured
        ),
    )


def _time_columns() -> tuple[ExportColumn[Member], ...]:
    return (
        ExportColumn("first_seen", "UTC", lambda one: one.relay.first_seen),
        ExportColumn(
            "last_seen", "UTC; in the latest consensus if running", lambda one: one.relay.last_seen
        ),
        ExportColumn("last_restarted", "UTC", lambda one: one.relay.last_restarted),
    )


def _software_columns() -> tuple[ExportColumn[Member], ...]:
    return (
        ExportColumn("platform", "as published", lambda one: one.relay.platform),
        ExportColumn("version", "of Tor", lambda one: one.relay.version),
        ExportColumn(
            "version_status",
            "what the directory authorities say of the version",
            lambda one: one.relay.version_status,
        ),
        ExportColumn(
            "recommended_version",
            "whether they recommend it",
            lambda one: one.relay.recommended_version,
        ),
    )


def _address_columns() -> tuple[ExportColumn[Member], ...]:
    return (
        ExportColumn(
            "or_addresses",
            "addresses with ports, separated by spaces",
            lambda one: " ".join(one.relay.or_addresses),
        ),
        ExportColumn(
            "exit_addresses",
            "other addresses that it used as an exit, separated by spaces",
            lambda one: " ".join(one.relay.exit_addresses),
        ),
    )


def entry_columns(totals: Totals) -> tuple[ExportColumn[ListingEntry], ...]:
    """Return the columns of things that lists name; `totals` are those of the network."""
    return (
        ExportColumn("id", "what the address of its page ends with", lambda one: one.id),
        ExportColumn("name", "in words, where there is more than the id", lambda one: one.label),
        *_sum_columns(totals),
        ExportColumn("operators", "of running relays", lambda one: len(one.operators)),
        ExportColumn("networks", "of running relays", lambda one: len(one.networks)),
        ExportColumn("countries", "of running relays", lambda one: len(one.countries)),
        ExportColumn("first_seen", "UTC; of its first relay", lambda one: one.first_seen),
    )


def operator_columns(stats: HistoryStats) -> tuple[ExportColumn[Operator], ...]:
    """Return the columns of the table of operators."""
    return (
        ExportColumn("id", "what the address of its page ends with", lambda one: one.contact_id),
        ExportColumn(
            "domain", "that the contact claims completely (AROI)", lambda one: one.claim.domain
        ),
        ExportColumn("aroi_state", "whether the domain is verified", lambda one: one.state),
        ExportColumn("contact", "as published by most of the relays", lambda one: one.contact),
        *_sum_columns(stats.network.totals),
        ExportColumn(
            "networks",
            "of running relays",
            lambda one: len(stats.compositions[one.contact_id].networks),
        ),
        ExportColumn(
            "countries",
            "of running relays",
            lambda one: len(stats.compositions[one.contact_id].countries),
        ),
        ExportColumn(
            "first_seen",
            "UTC; of its first relay",
            lambda one: min(member.relay.first_seen for member in one.members),
        ),
    )


def _sum_columns(
    network: Totals,
) -> tuple[ExportColumn[ListingEntry | Operator], ...]:
    return (
        ExportColumn(
            "relays", "seen in the days that the site covers", lambda one: one.totals.relays
        ),
        ExportColumn("running", "relays in the latest consensus", lambda one: one.totals.running),
        *(_count_column(role) for role in ROLES),
        ExportColumn("consensus_weight", "of running relays", lambda one: one.totals.weight),
        ExportColumn(
            "weight_share",
            "of the weight of all running relays",
            lambda one: _share(one.totals.weight, network.weight),
        ),
        *(_role_share_column(role, network) for role in ROLES),
        ExportColumn(
            "observed_bandwidth", "bytes/s; of running relays", lambda one: one.totals.bandwidth
        ),
    )


def _count_column(role: Role) -> ExportColumn[ListingEntry | Operator]:
    return ExportColumn(
        f"{role}_relays",
        f"running relays whose role is {role}",
        lambda one: one.totals.parts[role].relays,
    )


def _role_share_column(role: Role, network: Totals) -> ExportColumn[ListingEntry | Operator]:
    return ExportColumn(
        f"{role}_weight_share",
        f"of the weight of all running {role} relays",
        lambda one: _share(one.totals.parts[role].weight, network.parts[role].weight),
    )


PLACE_COLUMNS: Final[tuple[ExportColumn[PlacedOperator], ...]] = (
    ExportColumn("board", "what the address of the leaderboard ends with", lambda one: one.board),
    ExportColumn("place", "equal values share one", lambda one: one.place.rank),
    ExportColumn(
        "operator", "id of the operator's page", lambda one: one.place.candidate.operator.contact_id
    ),
    ExportColumn(
        "domain",
        "that the contact claims completely (AROI)",
        lambda one: one.place.candidate.operator.claim.domain,
    ),
    ExportColumn(
        "value", "by which the board ranks; its page says the rule", lambda one: one.value
    ),
)
