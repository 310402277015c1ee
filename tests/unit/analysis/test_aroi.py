import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.aroi import NO_CONTACT, REASONS, claim, contact_id
from tests.support.tables import rows

ABSENT = {"(spaces)": "   ", "(empty)": "", "(absent)": None, "(none)": None}
CLAIMS = """
    email:a[]example.net url:https://example.org proof:uri-rsa ciissversion:2 | complete | example.org
    url:example.org proof:dns-rsa ciissversion:2 | complete | example.org
    URL:HTTPS://Example.ORG/ PROOF:URI-RSA CIISSVERSION:2 | complete | example.org
    url:example.org, proof:uri-rsa, ciissversion:2 | complete | example.org
    donationurl:https://pay.example.org url:example.org proof:uri-rsa ciissversion:2 | complete | example.org
    donationurl:https://pay.example.org proof:uri-rsa ciissversion:2 | incomplete: missing_url | –
    url:example.org proof:uri-familyid-ed25519 ciissversion:3 | complete | example.org
    url:example.org proof:dns-familyid-ed25519 ciissversion:3 | complete | example.org
    url:example.org proof:uri-rsa ciissversion:3 | incomplete: wrong_proof_type | –
    url:example.org proof:uri-familyid-ed25519 ciissversion:2 | incomplete: wrong_proof_type | –
    url:example.org proof:uri-ed25519 ciissversion:2 | incomplete: unknown_proof_type | –
    email:a[]example.net ciissversion:3 | not_configured (v3 information only) | –
    email:a[]example.net ciissversion:2 | incomplete: missing_two | –
    url:example.org | incomplete: missing_two | –
    url:example.org ciissversion:2 | incomplete: missing_proof | –
    proof:uri-rsa ciissversion:2 | incomplete: missing_url | –
    url:example.org proof:uri-rsa | incomplete: missing_version | –
    url:example.org proof:uri-rsa ciissversion:1 | incomplete: unsupported_version | –
    url:example.org proof:uri-rsa ciissversion:23 | incomplete: unsupported_version | –
    url:example.org proof:uri-rsa ciissversion:1 ciissversion:2 | incomplete: unsupported_version | –
    url:https:// proof:uri-rsa ciissversion:2 | incomplete: invalid_domain | –
    url: proof:uri-rsa ciissversion:2 | incomplete: missing_url | –
    url:<plaintext> proof:uri-rsa ciissversion:2 | incomplete: invalid_domain | –
    url:first.example.org url:second.example.org proof:uri-rsa ciissversion:2 | complete | first.example.org
    Jane Doe <jane AT site dot net> | not_configured | –
    (spaces) | no_contact | –
    (empty) | no_contact | –
    (absent) | no_contact | –
"""
IDS = """
    url:example.com proof:uri-rsa ciissversion:2 | 5181ccd767c27550e55c47d364f63829
    email:x[]example.net url:https://www.EXAMPLE.com:8443/a proof:dns-rsa ciissversion:2 | 5181ccd767c27550e55c47d364f63829
    url:example.com proof:uri-familyid-ed25519 ciissversion:3 | 5181ccd767c27550e55c47d364f63829
    url:example.com proof:uri-rsa | ac78fa8f70cd6d4a41d79a07e9e275d4
    Jane Doe <jane@example.net> | 515fe991e7b268b31d227f22efb0e055
    (none) | d41d8cd98f00b204e9800998ecf8427e
"""


def contact(words: str) -> str | None:
    return ABSENT.get(words, words)


@pytest.mark.parametrize(("words", "expected", "domain"), rows(CLAIMS))
def test_a_contact_claims_a_domain_or_says_what_is_missing(
    words: str, expected: str, domain: str
) -> None:
    found = claim(contact(words))
    reason = "" if found.reason is None else f": {found.reason}"
    said = expected.replace(" (v3 information only)", ": v3_information_only")
    assert (f"{found.completeness}{reason}", found.domain or "–") == (said, domain)


def test_every_reason_has_words() -> None:
    reasons = {claim(contact(words)).reason for words, *_ in rows(CLAIMS)} - {None}
    assert reasons == REASONS.keys()


@pytest.mark.parametrize(("words", "expected"), rows(IDS))
def test_an_operator_is_found_by_domain_or_by_the_whole_contact(words: str, expected: str) -> None:
    given_contact = contact(words)
    assert contact_id(given_contact, claim(given_contact)) == expected


def test_a_trailing_space_makes_another_operator() -> None:
    spaced = "Jane Doe <jane@example.net> "
    assert contact_id(spaced, claim(spaced)) == "9787ddebf10bc9f2887c15c997fa91d0"


@given(st.text(max_size=300))
def test_no_contact_text_breaks_the_parser(words: str) -> None:
    found = claim(words)
    assert (found.domain is not None) == (found.completeness == "complete")
    assert len(contact_id(words.encode("utf-8", "replace").decode(), found)) == len(NO_CONTACT)


@pytest.mark.parametrize("piece", ["url:", "proof:x ", "ciissversion:2 url:a.b ", "\n", "u"])
def test_reading_a_contact_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def cost(length: int) -> float:
        words = (piece * length)[:length]
        begin = time.process_time()
        for _ in range(5):
            claim(words)
        return time.process_time() - begin

    assert cost(1_000_000) < 40 * max(cost(100_000), 0.002)
