"""What pages say of relays about which people reported wrong advice in public."""

from typing import Any

import pytest

from allium.analysis.history_stats import compute_history_stats
from allium.analysis.network import network
from allium.analysis.network_stats import compute_network_stats
from allium.model.snapshot import Snapshot
from allium.pages.relay import relay_page
from allium.sources.onionoo import documents
from tests.support.project import REPOSITORY
from tests.support.relays import shard

CASES = REPOSITORY.parent / "shared" / "data" / "cases"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the folder `shared` is not here")


def page(case: str, nickname: str) -> Any:
    """Return the page of a relay of a case."""
    found = documents.details((CASES / case / "details.json").read_bytes(), 7)
    snapshot = Snapshot(published=found.published, relays=found.relays)
    whole = network(snapshot)
    known = compute_history_stats(snapshot, compute_network_stats(whole))
    member = next(one for one in whole.members if one.relay.nickname == nickname)
    return relay_page.build(shard(member, known))


def said(view: Any) -> str:
    """Return all words of the findings."""
    return " ".join(
        f"{one.statement} {' '.join(one.evidence)} {one.advice}" for one in view.findings
    ).replace("\u00a0", " ")


def row(view: Any, flag: str) -> list[tuple[str, str]]:
    found = next(one for one in view.missing if one.flag == flag)
    return [(one.text.replace("\u00a0", " "), one.verdict) for one in found.requirements]


def test_a_relay_that_hibernates_raises_no_alarm() -> None:
    view = page("03", "Hibernator")
    assert view.top.verdict.text == "Hibernating since 2026-09-03 20:00 UTC."
    assert {one.severity for one in view.findings} == {"Good to know"}
    assert "used up its traffic for this accounting period" in said(view)
    assert "comes back by itself at the next period" in said(view)
    assert row(view, "Running") == [("Hibernating since 2026-09-03 20:00 UTC", "Not met")]


def test_a_relay_without_hsdir_that_ran_for_96_hours_is_not_told_to_run_for_96_hours() -> None:
    view = page("04", "ExitOther")
    assert row(view, "HSDir") == [
        ("Fast, Stable and V2Dir", "Met"),
        (
            "Last restarted 2026-08-01 06:00 UTC, up long enough since 2026-08-05 06:00 UTC",
            "Met",
        ),
        ("Reachable all that time: published nowhere", "Unknown"),
    ]
    assert "Nothing that is published says when that was" in said(view)
    assert "hours without a restart" not in said(view)


def test_an_ipv6_address_that_cannot_be_reached_is_not_a_missing_one() -> None:
    view = page("05", "SixDead")
    assert "[2001:db8::6]:9001" in said(view)
    assert "no IPv6 address" not in said(view)
    assert "IPv6 ORPort" not in said(view)


@pytest.mark.parametrize("nickname", ["UnmeasuredNew", "BornNow"])
def test_a_relay_that_nobody_measured_yet_is_not_blamed_for_its_line(nickname: str) -> None:
    view = page("06", nickname)
    assert "have not measured this relay yet" in said(view)
    assert "measurements take several days" in said(view)
    for blame in ("line", "rate", "machine", "98%"):
        assert blame not in said(view)
    assert row(view, "Fast") == [("Not yet measured by the bandwidth authorities", "Not met")]


def test_a_family_member_that_left_the_network_is_to_be_removed_from_the_list() -> None:
    view = page("07", "FamA")
    assert "1 listed relay is not in the network" in said(view)
    assert "Remove them from MyFamily" in said(view)
    assert "List this relay in the configuration" not in said(view)
    shown = view.display
    assert (shown.effective_family, shown.alleged_family, shown.indirect_family) == (
        "None",
        None,
        None,
    )
    assert (view.alleged, view.strangers) == ((), ("1270A3CD",))


def test_authorities_judge_a_guard_by_what_they_measure() -> None:
    view = page("09", "FamA")
    requirements = row(view, "Guard")
    assert ("Advertised bandwidth 25.2 Mbit/s (below the median)", "Met") in requirements
    measured = "Measured bandwidth, as consensus weight: 810; 2\u202f097 required"
    assert (measured, "Not met") in requirements
    assert measured in said(view)


def test_ages_of_a_relay_that_is_down_end_when_it_was_last_seen() -> None:
    view = page("12", "ExitOther")
    up = "Last restarted 2026-08-27 06:20 UTC, last seen 2026-08-29 07:00 UTC"
    assert row(view, "HSDir") == [("Fast, Stable and V2Dir", "Met"), (up, "Not met")]
    known = "First seen 2026-08-23, last seen 2026-08-29"
    assert (known, "Not met") in row(view, "Guard")
