import pytest

from allium.analysis.validation import OperatorState
from allium.analysis.vanity import refusal
from tests.support.tables import rows

PATHS = """
    example.org | validated | none
    example.org | partially_validated | none
    example.org | unauthorized | state
    example.org | misconfigured | state
    example.org | not_checked | state
    a.b.example.co.uk | validated | none
    xn--bcher-kva.example.net | validated | none
    Example.ORG | validated | not_canonical
    www.example.org | validated | not_canonical
    index.html | validated | reserved
    index.html.br | validated | reserved
    status.json | validated | reserved
    feed.xml | validated | reserved
    notes.txt | validated | file_like
    relays.example.com.br | validated | none
    relay | validated | not_canonical
    .. | validated | not_canonical
    a/../b.net | validated | not_canonical
"""


@pytest.mark.parametrize(("domain", "state", "expected"), rows(PATHS))
def test_only_proven_canonical_domains_that_collide_with_nothing_get_a_page(
    domain: str, state: OperatorState, expected: str
) -> None:
    assert (refusal(domain, state) or "none") == expected
