import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.aroi.aroi_claim import NO_CONTACT, REASONS, claim, contact_id
from tests.support.tables import facts, rows

ABSENT = {"(spaces)": "   ", "(empty)": "", "(absent)": None, "(none)": None}
CLAIMS = """
    P1 | email:a[]example.net url:https://example.org proof:uri-rsa ciissversion:2 | complete | example.org
    P2 | url:example.org proof:dns-rsa ciissversion:2 | complete | example.org
    P3 | URL:HTTPS://Example.ORG/ PROOF:URI-RSA CIISSVERSION:2 | complete | example.org
    P4 | url:example.org, proof:uri-rsa, ciissversion:2 | complete | example.org
    P5 | donationurl:https://pay.example.org url:example.org proof:uri-rsa ciissversion:2 | complete | example.org
    P6 | donationurl:https://pay.example.org proof:uri-rsa ciissversion:2 | incomplete: missing_url | –
    P7 | url:example.org proof:uri-familyid-ed25519 ciissversion:3 | complete | example.org
    P8 | url:example.org proof:dns-familyid-ed25519 ciissversion:3 | complete | example.org
    P9 | url:example.org proof:uri-rsa ciissversion:3 | incomplete: wrong_proof_type | –
    P10 | url:example.org proof:uri-familyid-ed25519 ciissversion:2 | incomplete: wrong_proof_type | –
    P11 | url:example.org proof:uri-ed25519 ciissversion:2 | incomplete: unknown_proof_type | –
    P12 | email:a[]example.net ciissversion:3 | not_configured (v3 information only) | –
    P13 | email:a[]example.net ciissversion:2 | incomplete: missing_two | –
    P14 | url:example.org | incomplete: missing_two | –
    P15 | url:example.org ciissversion:2 | incomplete: missing_proof | –
    P16 | proof:uri-rsa ciissversion:2 | incomplete: missing_url | –
    P17 | url:example.org proof:uri-rsa | incomplete: missing_version | –
    P18 | url:example.org proof:uri-rsa ciissversion:1 | incomplete: unsupported_version | –
    P19 | url:example.org proof:uri-rsa ciissversion:23 | incomplete: unsupported_version | –
    P20 | url:example.org proof:uri-rsa ciissversion:1 ciissversion:2 | incomplete: unsupported_version | –
    P21 | url:https:// proof:uri-rsa ciissversion:2 | incomplete: invalid_domain | –
    P22 | url: proof:uri-rsa ciissversion:2 | incomplete: missing_url | –
    P23 | url:<plaintext> proof:uri-rsa ciissversion:2 | incomplete: invalid_domain | –
    P24 | url:first.example.org url:second.example.org proof:uri-rsa ciissversion:2 | complete | first.example.org
    P25 | Jane Doe <jane AT site dot net> | not_configured | –
    P26 | (spaces) | no_contact | –
    P27 | (empty) | no_contact | –
    P28 | (absent) | no_contact | –
"""
IDS = """
    I1 | url:example.com proof:uri-rsa ciissversion:2 | 5181ccd767c27550e55c47d364f63829
    I2 | email:x[]example.net url:https://www.EXAMPLE.com:8443/a proof:dns-rsa ciissversion:2 | 5181ccd767c27550e55c47d364f63829
    I3 | url:example.com proof:uri-familyid-ed25519 ciissversion:3 | 5181ccd767c27550e55c47d364f63829
    I4 | url:example.com proof:uri-rsa | ac78fa8f70cd6d4a41d79a07e9e275d4
    I5 | Jane Doe <jane@example.net> | 515fe991e7b268b31d227f22efb0e055
    I6 | Jane Doe <jane@example.net>␠ | 9787ddebf10bc9f2887c15c997fa91d0
    I7 | (none) | d41d8cd98f00b204e9800998ecf8427e
"""


def contact(words: str) -> str | None:
    return ABSENT.get(words, words.replace("␠", " "))


@pytest.mark.parametrize(("words", "expected", "domain"), facts(CLAIMS))
def test_a_contact_claims_a_domain_or_says_what_is_missing(
    words: str, expected: str, domain: str
) -> None:
    found = claim(contact(words))
    reason = "" if found.reason is None else f": {found.reason}"
    said = expected.replace(" (v3 information only)", ": v3_information_only")
    assert (f"{found.completeness}{reason}", found.domain or "–") == (said, domain)


def test_every_reason_has_words() -> None:
    reasons = {claim(contact(words)).reason for _, words, *_ in rows(CLAIMS)} - {None}
    assert reasons == REASONS.keys()


@pytest.mark.parametrize(("words", "expected"), facts(IDS))
def test_an_operator_is_found_by_domain_or_by_the_whole_contact(words: str, expected: str) -> None:
    given_contact = contact(words)
    assert contact_id(given_contact, claim(given_contact)) == expected


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
