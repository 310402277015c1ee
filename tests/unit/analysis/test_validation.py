import pytest

from allium.analysis.aroi.aroi_claim import Claim, claim
from allium.analysis.aroi.validation import PROBLEMS, RelayStatus, problem, state, status
from allium.model.snapshot import Validation
from tests.support.tables import facts

ERRORS = """
    E1 | Fingerprint not found in proof file | uri_not_listed | The proof file does not list this relay | unauthorized
    E2 | URI-RSA: Fingerprint not found at example.org | uri_not_listed | The proof file does not list this relay | unauthorized
    E3 | DNS TXT record not found | dns_not_listed | There is no DNS record for this relay | unauthorized
    E4 | DNS-RSA: TXT record not found at example.org | dns_not_listed | There is no DNS record for this relay | unauthorized
    E5 | DNS-FamilyID: TXT record not found at example.org | dns_family_missing | There is no DNS record with the family id | misconfigured
    E6 | DNS record not found NXDOMAIN | dns_nxdomain | The domain does not exist (NXDOMAIN) | misconfigured
    E7 | NXDOMAIN | dns_nxdomain | The domain does not exist (NXDOMAIN) | misconfigured
    E8 | DNS SERVFAIL | dns_servfail | The name servers of the domain fail (SERVFAIL) | misconfigured
    E9 | DNS lookup failed | dns_lookup | The DNS lookup failed | misconfigured
    E10 | DNS-RSA: Lookup failed: The DNS response does not contain an answer | dns_lookup | The DNS lookup failed | misconfigured
    E11 | DNS-RSA: TXT record has invalid proof content. Expected x, found: y | dns_bad_content | The DNS record has the wrong content | misconfigured
    E12 | DNS-FamilyID: TXT record content does not match relay family_ids. Expected … | dns_family_mismatch | The family id in the DNS record is not this relay's | unauthorized
    E13 | URI-FamilyID: family_id not found at example.org | uri_not_listed | The proof file does not list this relay | unauthorized
    E14 | SECURITY: URI-FamilyID: published content appears to contain .secret_family_key. Rotate immediately. | secret_key | The published content looks like a secret key | misconfigured
    E15 | URI-FamilyID: Relay has no family_ids in Onionoo, cannot verify ciissversion:3 proof | no_family_id | The relay publishes no family key | misconfigured
    E16 | 404 fingerprint not found | uri_404 | The proof file was not found (404) | misconfigured
    E17 | 404 Not Found | uri_404 | The proof file was not found (404) | misconfigured
    E18 | …/rsa-fingerprint.txt: 404 | uri_404 | The proof file was not found (404) | misconfigured
    E19 | URI-RSA: HTTP error 404 for example.org at URL: … | uri_404 | The proof file was not found (404) | misconfigured
    E20 | 403 Forbidden | uri_403 | Access to the proof file is forbidden (403) | misconfigured
    E21 | URI-RSA: HTTP error 526 for example.org at URL: … | uri_http | The web server reported an error | misconfigured
    E22 | HTTP 500 | uri_http | The web server reported an error | misconfigured
    E23 | Failed to fetch proof | uri_http | The web server reported an error | misconfigured
    E24 | Connection refused | refused | The web server refused the connection | misconfigured
    E25 | Connection timeout after 30 seconds | timeout | The web server did not answer in time | misconfigured
    E26 | URI-RSA: HTTP error connection timed out after 5s for URL: … | timeout | The web server did not answer in time | misconfigured
    E27 | Max retries exceeded | unreachable | The web server cannot be reached | misconfigured
    E28 | URI-RSA: HTTP error connection max retries exceeded for URL: … | unreachable | The web server cannot be reached | misconfigured
    E29 | Name resolution failed | name_resolution | The domain has no address record | misconfigured
    E30 | URI-RSA: HTTP error name resolution failed for example.org | name_resolution | The domain has no address record | misconfigured
    E31 | certificate verify failed | tls_certificate | The TLS certificate is not valid | misconfigured
    E32 | SSL handshake failed | tls_handshake | The TLS handshake failed | misconfigured
    E33 | SSLV3_ALERT_HANDSHAKE_FAILURE | tls_handshake | The TLS handshake failed | misconfigured
    E34 | Fingerprint mismatch | uri_not_listed | The proof file does not list this relay | unauthorized
    E35 | Missing AROI fields | stale_result | Not checked yet with the present contact | not_checked
    E36 | No contact information | stale_result | Not checked yet with the present contact | not_checked
    E37 | (67 characters of unknown text) | other | The proof could not be read | misconfigured
    E38 | (empty) | other | The proof could not be read | misconfigured
"""
STATES = """
    S1 | 5 | 0 | 0 | 0 | validated
    S2 | 5 | 0 | 0 | 2 | validated
    S3 | 5 | 1 | 0 | 0 | partially_validated
    S4 | 5 | 0 | 1 | 0 | partially_validated
    S5 | 1 | 9 | 0 | 0 | partially_validated
    S6 | 1 | 2 | 3 | 4 | partially_validated
    S7 | 0 | 1 | 0 | 0 | unauthorized
    S8 | 0 | 1 | 9 | 0 | unauthorized
    S9 | 0 | 0 | 3 | 0 | misconfigured
    S10 | 0 | 0 | 3 | 2 | misconfigured
    S11 | 0 | 2 | 0 | 2 | unauthorized
    S12 | 0 | 0 | 0 | 4 | not_checked
"""
UNQUOTED = {"(empty)": "", "(67 characters of unknown text)": "x" * 67}
COMPLETE = "url:example.org proof:uri-rsa ciissversion:2"


@pytest.mark.parametrize(("error", "code", "words", "expected"), facts(ERRORS))
def test_an_error_becomes_one_of_our_own_sentences(
    error: str, code: str, words: str, expected: str
) -> None:
    found = problem(UNQUOTED.get(error, error), None, "example.org")
    assert (found, PROBLEMS[found].words, PROBLEMS[found].status) == (code, words, expected)


@pytest.mark.parametrize(
    ("category", "code"),
    [
        ("secret_key_leaked", "secret_key"),
        ("missing_family_ids", "no_family_id"),
        ("uri_file_missing", "uri_404"),
        ("never heard of", "other"),
    ],
)
def test_a_category_says_what_the_text_does_not(category: str, code: str) -> None:
    assert problem("x" * 67, category, "example.org") == code


@pytest.mark.parametrize(
    ("validated", "unauthorized", "wrong", "unchecked", "expected"), facts(STATES)
)
def test_an_operator_is_as_proven_as_all_its_relays(
    validated: str, unauthorized: str, wrong: str, unchecked: str, expected: str
) -> None:
    counts: dict[RelayStatus, str] = {
        "validated": validated,
        "unauthorized": unauthorized,
        "misconfigured": wrong,
        "not_checked": unchecked,
    }
    statuses = [name for name, count in counts.items() for _ in range(int(count))]
    assert state(claim(COMPLETE), statuses) == expected


def valid(**fields: str | None) -> Validation:
    return Validation(valid=True, **{"domain": "example.org", "proof_type": "uri-rsa"} | fields)


def failed(error: str) -> Validation:
    return Validation(False, "example.org", "uri-rsa", error)


@pytest.mark.parametrize(
    ("contact", "result", "expected"),
    [
        pytest.param(None, None, "no_contact", id="R1"),
        pytest.param("Jane Doe", None, "not_configured", id="R2"),
        pytest.param("email:a[]example.net ciissversion:3", None, "not_configured", id="R3"),
        pytest.param(COMPLETE, None, "not_checked", id="R4"),
        pytest.param(COMPLETE, valid(), "validated", id="R5"),
        pytest.param(COMPLETE, valid(domain=None), "validated", id="R6"),
        pytest.param(COMPLETE, valid(domain="www.example.org"), "validated", id="R7"),
        pytest.param(COMPLETE, valid(domain="old-example.org"), "not_checked", id="R8"),
        pytest.param(COMPLETE, valid(proof_type="dns-rsa"), "not_checked", id="R9"),
        pytest.param(COMPLETE, failed("Fingerprint not found"), "unauthorized", id="R10"),
        pytest.param(COMPLETE, failed("404 Not Found"), "misconfigured", id="R11"),
        pytest.param(COMPLETE, failed("Missing AROI fields"), "not_checked", id="R12"),
        pytest.param(COMPLETE, failed(""), "misconfigured", id="R13"),
        pytest.param("url:example.org ciissversion:2", valid(), "incomplete", id="R14"),
    ],
)
def test_the_contact_decides_first_and_then_a_result_that_is_about_it(
    contact: str | None, result: Validation | None, expected: str
) -> None:
    assert status(claim(contact), result)[0] == expected


def test_a_result_for_a_claim_that_is_not_made_decides_nothing() -> None:
    assert state(Claim("incomplete", "missing_url"), ["validated"]) == "incomplete"
