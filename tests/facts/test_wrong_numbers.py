"""Wrong numbers: each is made in a copy of the project, where tests of facts must notice it.

A clean build has the same wrong number, so that comparing builds finds none of these.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import REPOSITORY, copied
from tests.support.replacement import Replacement

FAILED = 1
"""What pytest ends with when tests failed; with 2 and more it could not run them."""


class WrongNumber(Replacement, frozen=True, kw_only=True):
    """A replacement, and the tests that notice it."""

    tests: str


WRONG_NUMBERS = {
    "a factor forgotten": WrongNumber(
        symbol="allium.sources.onionoo.history_graph:_part",
        by="lambda total, count, factor: _right(total, count, Decimal(1) / LARGEST)",
        tests="tests/unit/sources/test_history_record.py",
    ),
    "the length of a bar rounded from a float": WrongNumber(
        symbol="allium.pages.parts.levels:level",
        by="lambda value, top: value and min(max(round(FULL * value / top), SHORTEST), FULL)",
        tests="tests/unit/pages/test_levels.py",
    ),
    "a share rounded half to even": WrongNumber(
        symbol="allium.formatting:half_up",
        by="lambda numerator, denominator: round(numerator / denominator)",
        tests="tests/unit/test_formatting.py",
    ),
    "units of 1,024": WrongNumber(
        symbol="allium.formatting:bandwidth",
        by="lambda value, units: _right(value * 1000 / 1024, units)",
        tests="tests/unit/test_formatting.py",
    ),
    "the higher of two middle measurements": WrongNumber(
        symbol="allium.analysis.voting.tally:low_median",
        by="lambda values: sorted(values)[len(values) // 2]",
        tests="tests/facts/test_votes_rules.py",
    ),
    "half of the votes are enough": WrongNumber(
        symbol="allium.analysis.voting.tally:needed",
        by="lambda voting: (voting + 1) // 2",
        tests="tests/facts/test_votes_rules.py",
    ),
    "relays that are down count as running": WrongNumber(
        symbol="allium.analysis.totals:totals",
        by='lambda relays: _right(__import__("msgspec").structs.replace(one, running=True) for one in relays)',
        tests="tests/unit/analysis/test_totals.py",
    ),
    "a bucket with hours that are not over": WrongNumber(
        symbol="allium.analysis.history.closed_buckets:LATE",
        by="-31",
        tests="tests/unit/analysis/test_closed_buckets.py tests/unit/analysis/test_group_traffic.py",
    ),
}


def test_every_wrong_number_still_finds_what_it_replaces() -> None:
    assert [name for name, one in WRONG_NUMBERS.items() if one.is_stale()] == []


@pytest.mark.long
@pytest.mark.parametrize("wrong", WRONG_NUMBERS.values(), ids=WRONG_NUMBERS)
def test_a_wrong_number_is_noticed(tmp_path: Path, wrong: WrongNumber) -> None:
    code = copied(tmp_path / "code")
    shutil.copytree(REPOSITORY / "tests", code / "tests")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    command += wrong.tests.split()
    environment = os.environ | {"PYTHONPATH": str(code)}
    for expected in (0, FAILED):
        done = subprocess.run(command, cwd=code, env=environment, capture_output=True, check=False)
        assert done.returncode == expected, done.stdout.decode()
        wrong.apply(code)
