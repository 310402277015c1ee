"""The list of what a page must pass names tests that exist."""

import re

from tests.support.project import REPOSITORY

LIST = (REPOSITORY / "docs" / "acceptance.md").read_text()


def test_every_check_of_a_page_names_its_tests() -> None:
    rows = [line.split(" | ") for line in LIST.splitlines() if re.match(r"\| \d", line)]
    numbers = [int(number) for row in rows for number in re.findall(r"\d+", row[0])]
    assert numbers == list(range(1, 40))
    assert all("`test_" in row[2] for row in rows)


def test_every_test_that_the_list_names_exists() -> None:
    sources = (path.read_text() for path in (REPOSITORY / "tests").rglob("test_*.py"))
    there = {name for source in sources for name in re.findall(r"def (test_\w+)", source)}
    named = set(re.findall(r"`(test_\w+)`", LIST))
    assert named - there == set()
