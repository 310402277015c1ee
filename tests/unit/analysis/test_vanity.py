from pathlib import PurePosixPath
from posixpath import normpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium import urls
from allium.analysis.aroi.aroi_claim import normalised
from allium.analysis.aroi.validation import OperatorState, refusal
from tests.support.tables import facts

PATHS = """
    V1 | example.org | validated | none
    V2 | example.org | partially_validated | none
    V3 | example.org | unauthorized | state
    V4 | example.org | misconfigured | state
    V5 | example.org | not_checked | state
    V6 | a.b.example.co.uk | validated | none
    V7 | xn--bcher-kva.example.net | validated | none
    V8 | Example.ORG | validated | not_canonical
    V9 | www.example.org | validated | not_canonical
    V10 | index.html | validated | reserved
    V11 | index.html.br | validated | reserved
    V12 | status.json | validated | reserved
    V13 | feed.xml | validated | reserved
    V14 | notes.txt | validated | file_like
    V15 | relays.example.com.br | validated | none
    V16 | relay | validated | not_canonical
    V17 | .. | validated | not_canonical
    V18 | a/../b.net | validated | not_canonical
"""


@pytest.mark.parametrize(("domain", "state", "expected"), facts(PATHS))
def test_only_proven_canonical_domains_that_collide_with_nothing_get_a_page(
    domain: str, state: OperatorState, expected: str
) -> None:
    assert (refusal(domain, state) or "none") == expected


@given(st.text("ab./\\%:@-", max_size=20), st.sampled_from(["", "https://", "../"]))
def test_the_folder_of_a_domain_lies_in_the_root_of_the_site(words: str, before: str) -> None:
    domain = normalised(before + words)
    if domain is not None and refusal(domain, "validated") is None:
        root = PurePosixPath("/site")
        assert PurePosixPath(normpath(root / urls.vanity(domain))).parent == root
