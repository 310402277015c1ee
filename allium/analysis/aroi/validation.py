"""Whether a claimed domain confirms its relays, from the results of the AROI validator."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from allium.analysis.aroi import aroi_claim
from allium.analysis.aroi.aroi_claim import Claim
from allium.model.snapshot import Validation

RelayStatus: TypeAlias = Literal[
    "no_contact",
    "not_configured",
    "incomplete",
    "validated",
    "unauthorized",
    "misconfigured",
    "not_checked",
]
OperatorState: TypeAlias = Literal[
    "no_contact",
    "not_configured",
    "incomplete",
    "validated",
    "partially_validated",
    "unauthorized",
    "misconfigured",
    "not_checked",
]

PROVEN: Final = frozenset({"validated", "partially_validated"})
"""The operator states whose domain is shown as a link and gets a page of its own name."""

STATUS_ORDER: Final = (
    "validated",
    "unauthorized",
    "misconfigured",
    "not_checked",
    "incomplete",
    "not_configured",
    "no_contact",
)


class Problem(Struct, frozen=True):
    """Why a proof failed: the words to print, and the status that follows."""

    words: str
    status: RelayStatus = "misconfigured"


PROBLEMS: Final = {
    "secret_key": Problem("The published content looks like a secret key"),
    "no_family_id": Problem("The relay publishes no family key"),
    "stale_result": Problem("Not checked yet with the present contact", "not_checked"),
    "dns_nxdomain": Problem("The domain does not exist (NXDOMAIN)"),
    "dns_servfail": Problem("The name servers of the domain fail (SERVFAIL)"),
    "uri_404": Problem("The proof file was not found (404)"),
    "dns_family_missing": Problem("There is no DNS record with the family id"),
    "dns_not_listed": Problem("There is no DNS record for this relay", "unauthorized"),
    "dns_family_mismatch": Problem(
        "The family id in the DNS record is not this relay's", "unauthorized"
    ),
    "dns_bad_content": Problem("The DNS record has the wrong content"),
    "uri_not_listed": Problem("The proof file does not list this relay", "unauthorized"),
    "uri_redirect": Problem("The proof file redirects to another address"),
    "tls_certificate": Problem("The TLS certificate is not valid"),
    "tls_handshake": Problem("The TLS handshake failed"),
    "name_resolution": Problem("The domain has no address record"),
    "uri_403": Problem("Access to the proof file is forbidden (403)"),
    "refused": Problem("The web server refused the connection"),
    "dns_timeout": Problem("The DNS lookup timed out"),
    "timeout": Problem("The web server did not answer in time"),
    "unreachable": Problem("The web server cannot be reached"),
    "dns_lookup": Problem("The DNS lookup failed"),
    "uri_http": Problem("The web server reported an error"),
    "other": Problem("The proof could not be read"),
}
"""In the order in which `problem` tries them; the only words ever printed about an error."""

_CATEGORIES = {
    "secret_key_leaked": "secret_key",
    "missing_family_ids": "no_family_id",
    "wrong_proof_type_rsa": "stale_result",
    "missing_proof_field": "stale_result",
    "invalid_url": "stale_result",
    "ciissversion_unsupported": "stale_result",
    "uri_file_missing": "uri_404",
}
_PATTERNS = {
    "secret_key": r"security.*secret_family_key|secret_family_key.*security",
    "no_family_id": r"no family_ids",
    "stale_result": r"missing aroi field|no contact information|unsupported proof type"
    r"|unsupported ciissversion|invalid domain in url",
    "dns_nxdomain": r"nxdomain",
    "dns_servfail": r"servfail",
    "uri_404": r"\b404\b|proof file not found",
    "dns_family_missing": r"dns-familyid.*txt record not found",
    "dns_not_listed": r"txt record not found|dns.*fingerprint not found"
    r"|fingerprint not found.*dns",
    "dns_family_mismatch": r"does not match relay family_ids",
    "dns_bad_content": r"invalid proof content|dns.*mismatch|mismatch.*dns",
    "uri_not_listed": r"fingerprint not found|family_id not found|fingerprint mismatch",
    "uri_redirect": r"redirect",
    "tls_certificate": r"certificate",
    "tls_handshake": r"handshake|sslv3|\b(?:ssl|tls)\b",
    "name_resolution": r"name resolution|name or service not known|getaddrinfo",
    "uri_403": r"\b403\b|forbidden",
    "refused": r"refused",
    "dns_timeout": r"dns.*(?:timed out|timeout|lifetime expired)"
    r"|(?:timed out|timeout|lifetime expired).*dns",
    "timeout": r"timed out|timeout",
    "unreachable": r"max retries|unreachable|connection reset|connection aborted",
    "dns_lookup": r"dns|lookup failed|resolver",
    "uri_http": r"\b[45]\d\d\b|http|fetch",
    "other": r"",
}
_MATCHERS = {code: re.compile(_PATTERNS[code], re.DOTALL) for code in PROBLEMS}
_URL = re.compile(r"https?://\S+")
_ERROR_LENGTH = 2_000


def problem(error: str, category: str | None, domain: str | None) -> str:
    """Return the code (a key of `PROBLEMS`) of a validator's error; the text is never printed."""
    words = error[:_ERROR_LENGTH].lower().split(", found:", 1)[0]
    words = _URL.sub("", words)
    if domain is not None:
        words = words.replace(domain, "")
    by_category = _CATEGORIES.get(category) if category is not None else None
    return next(
        code for code, matcher in _MATCHERS.items() if code == by_category or matcher.search(words)
    )


def status(claim: Claim, result: Validation | None) -> tuple[RelayStatus, str | None]:
    """Return a relay's AROI status and the code of its problem, if it has one.

    The contact decides first; a result counts only when it is about the present claim.
    """
    if claim.completeness != "complete":
        return claim.completeness, None
    if result is None or not _applies(claim, result):
        return "not_checked", None
    if result.valid:
        return "validated", None
    code = problem(result.error, result.error_category, claim.domain)
    return PROBLEMS[code].status, None if code == "stale_result" else code


def _applies(claim: Claim, result: Validation) -> bool:
    same_domain = result.domain is None or aroi_claim.normalised(result.domain) == claim.domain
    return same_domain and result.proof_type in {None, claim.proof}


def state(claim: Claim, statuses: Iterable[RelayStatus]) -> OperatorState:
    """Return the state of an operator from the statuses of all its relays."""
    if claim.completeness != "complete":
        return claim.completeness
    counts = Counter(statuses)
    if counts["validated"]:
        doubtful = counts["unauthorized"] + counts["misconfigured"]
        return "partially_validated" if doubtful else "validated"
    if counts["unauthorized"]:
        return "unauthorized"
    return "misconfigured" if counts["misconfigured"] else "not_checked"


Refusal: TypeAlias = Literal["state", "not_canonical", "reserved", "file_like"]

ROOT_NAMES: Final = frozenset(
    """relay contact family as country platform flag first_seen version misc leaderboards
    network-health consensus search changes about data risks history static index.html index.json
    status.json
    manifest.json 404.html robots.txt sitemap.xml favicon.ico feed.xml security.txt humans.txt
    _headers""".split()
)
_FILE_LIKE = frozenset(
    "html htm json xml txt css js gz svg ico webmanifest atom rss tmp php".split()
)
_COMPRESSED = ("", ".gz", ".br", ".zst")
_RESERVED = frozenset(name + suffix for name in ROOT_NAMES for suffix in _COMPRESSED)


def refusal(domain: str, state: OperatorState) -> Refusal | None:
    """Return why a domain gets no page of its own; `None` when it does."""
    if state not in PROVEN:
        return "state"
    if aroi_claim.normalised(domain) != domain:
        return "not_canonical"
    if domain in _RESERVED:
        return "reserved"
    return "file_like" if domain.rpartition(".")[2] in _FILE_LIKE else None
