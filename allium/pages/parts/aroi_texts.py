"""AROI in words: the status of a relay, the state of an operator, proofs and their problems."""

from typing import Final

from allium.analysis.aroi.aroi_claim import REASONS
from allium.analysis.aroi.validation import PROBLEMS
from allium.analysis.network import Member
from allium.pages.parts.page_base import Badge

STATUS_WORDS: Final = {
    "no_contact": "no contact information",
    "not_configured": "no domain claimed",
    "incomplete": "domain claim incomplete",
    "validated": "domain proven",
    "unauthorized": "claimed, not confirmed by the domain",
    "misconfigured": "proof cannot be checked",
    "not_checked": "not yet checked",
}
"""By the AROI status of a relay."""
STATE_WORDS: Final = {
    **STATUS_WORDS,
    "partially_validated": "domain proven for a part of the relays",
}
STATE_BADGES: Final = {
    "validated": Badge(text="Verified", colour="good"),
    "partially_validated": Badge(text="Partly verified", colour="warn"),
    "unauthorized": Badge(text="Not listed", colour="crit"),
    "misconfigured": Badge(text="Not readable", colour="warn"),
    "not_checked": Badge(text="Not checked", colour="off"),
    "incomplete": Badge(text="Incomplete", colour="off"),
    "not_configured": Badge(text="No domain", colour="off"),
    "no_contact": Badge(text="No domain", colour="off"),
}
"""By the AROI state of a relay or an operator."""

PLACES: Final = {
    "dns-rsa": "{fingerprint}.{domain}, a TXT record with the text we-run-this-tor-relay",
    "uri-rsa": "https://{domain}/.well-known/tor-relay/rsa-fingerprint.txt, one fingerprint a line",
    "dns-familyid-ed25519": "we-run-this-tor-ed25519-family-id.{domain}, a TXT record with the"
    " family id",
    "uri-familyid-ed25519": "https://{domain}/.well-known/tor-relay/ed25519-family-id.txt, one"
    " family id a line",
}
"""Where an operator publishes the proof of each type."""

REMEDIES: Final = {
    "secret_key": "Make a new family key at once and publish its id.",
    "no_family_id": "Set up a family key, or choose a proof by fingerprints.",
    "stale_result": "Wait for the next run of the validator.",
    "dns_nxdomain": "Register the domain, or name the right one in the contact.",
    "dns_servfail": "Mend the name servers of the domain.",
    "uri_404": "Publish the proof file at its place.",
    "dns_family_missing": "Publish the TXT record with the family id.",
    "dns_not_listed": "Publish a TXT record for each relay.",
    "dns_family_mismatch": "Publish the family id that each relay has.",
    "dns_bad_content": "Give the TXT record the text that the type of proof asks for.",
    "uri_not_listed": "Add each relay to the proof file.",
    "uri_redirect": "Serve the proof file without redirecting to another place.",
    "tls_certificate": "Serve a certificate that is valid for the domain.",
    "tls_handshake": "Mend the TLS settings of the web server.",
    "name_resolution": "Give the domain an address of its web server.",
    "uri_403": "Let everybody read the proof file.",
    "refused": "Start the web server, and let connections to it pass.",
    "dns_timeout": "Make the name servers of the domain answer in time.",
    "timeout": "Make the web server answer in time.",
    "unreachable": "Make the web server reachable from everywhere.",
    "dns_lookup": "Look at the records and the name servers of the domain.",
    "uri_http": "Look into the log of the web server for what fails.",
    "other": "Make the published proof readable for everybody.",
}
"""What to do about each problem that a proof can have."""


def place(proof: str, domain: str, fingerprint: str = "<fingerprint>") -> str:
    """Return where a proof of one type belongs, in words."""
    return PLACES[proof].format(domain=domain, fingerprint=fingerprint.lower())


def aroi_reason(member: Member) -> str | None:
    """Return why a relay's domain is not proven, in words of this site."""
    if member.problem is not None:
        return PROBLEMS[member.problem].words
    return None if member.claim.reason is None else REASONS[member.claim.reason]
