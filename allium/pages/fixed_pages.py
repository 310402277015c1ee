"""Pages that print the same words in every site: what the numbers mean, and what is not there."""

from allium import formatting, urls
from allium.analysis import leaderboards, statistics
from allium.analysis.history import throughput, uptime
from allium.analysis.operator import peers
from allium.analysis.relay import findings, lifecycle, weight_ratio
from allium.pages.operator import operator_rows
from allium.pages.parts import relay_rows
from allium.pages.parts.page_base import Head, Link, View
from allium.pages.relay import flag_table


class AboutLimits(View, frozen=True):
    """What flags take, and what numbers and words go by, as the code has it and as it is printed.

    Bandwidths are those of the site's units, weights and numbers of days, hours, values and rows
    have none.
    """

    fast: str
    fast_bytes: str
    fast_weight: str
    guard: str
    guard_bytes: str
    guard_weight: str
    guard_days: str
    guard_uptime: str
    stable_days: str
    hsdir_hours: str
    stale_hours: str
    unmeasured_days: str
    measured_days: str
    late_days: str
    ramp_days: str
    report_hours: str
    least_values: str
    outlier_values: str
    least_throughput: str
    trend: str
    underutilised: str
    underutilised_ratio: str
    board_rows: str
    many_relays: str
    peer_sizes: str
    least_peers: str
    table_rows: str
    operator_rows: str


class FixedPage(View, frozen=True):
    """The frame; the words are in the template. Only the page of explanations prints `limits`."""

    head: Head
    limits: AboutLimits | None = None


def about(units: formatting.Units) -> FixedPage:
    """Return the view of the page that explains every number."""
    return FixedPage(
        limits=_limits(units),
        head=Head(
            kind="about",
            title="What the numbers mean",
            description="What every number on this site means, how it is computed, where it comes"
            " from, and what it cannot tell.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="About")),
            section="about",
        ),
    )


def _limits(units: formatting.Units) -> AboutLimits:
    return AboutLimits(
        **flag_table.limits(units),
        unmeasured_days=formatting.count(lifecycle.UNMEASURED_DAYS),
        measured_days=formatting.count(lifecycle.MEASURED_DAYS),
        late_days=formatting.count(lifecycle.LATE_DAYS),
        ramp_days=formatting.count(lifecycle.RAMP_DAYS),
        report_hours=formatting.count(findings.RECENT // findings.HOUR),
        least_values=formatting.count(uptime.LEAST_VALUES),
        outlier_values=formatting.count(statistics.OUTLIER_VALUES),
        least_throughput=formatting.count(throughput.LEAST_VALUES),
        trend=f"{throughput.TREND}%",
        underutilised=formatting.bandwidth(weight_ratio.UNDERUTILISED_BANDWIDTH, units),
        underutilised_ratio=formatting.count(weight_ratio.UNDERUTILISED_RATIO),
        board_rows=formatting.count(leaderboards.ROWS),
        many_relays=formatting.count(leaderboards.MANY),
        peer_sizes=", ".join(map(formatting.count, peers.SIZES)),
        least_peers=formatting.count(peers.LEAST_PEERS),
        table_rows=formatting.count(relay_rows.PAGE_ROWS),
        operator_rows=formatting.count(operator_rows.FIRST_ROWS),
    )


def not_found() -> FixedPage:
    """Return the view of the page that a server shows for an address without page."""
    return FixedPage(
        head=Head(
            kind="error",
            title="Not found",
            description="There is no page at this address.",
            crumbs=(),
            indexed=False,
        )
    )
