"""AROI in words: the status of a relay, the state of an operator, proofs and their problems."""

from typing import Final

from allium.analysis.aroi.aroi_claim import REASONS
from allium.analysis.aroi.validation import PROBLEMS
from allium.analysis.network import Member
from allium.pages.parts.page_base import Badge

STATUS_WORDS: Final = {
    "no_contact": "no contact information",
    "not_configured": "no domain in the contact",
    "incomplete": "AROI incomplete",
    "validated": "verified",
    "unauthorized": "not listed in the proof",
    "misconfigured": "proof not readable",
    "not_checked": "not checked yet",
}
"""By the AROI status of a relay."""
STATE_WORDS: Final = {
    **STATUS_WORDS,
    "partially_validated": "verified for some relays",
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
"""By the AROI state of a relay or an operator, for lists."""
HEAD_BADGES: Final = STATE_BADGES | {
    "validated": Badge(text="Verified domain", colour="good"),
    "unauthorized": Badge(text="Not listed in proof", colour="crit"),
    "misconfigured": Badge(text="Proof not readable", colour="warn"),
    "not_checked": Badge(text="Domain not checked yet", colour="off"),
    "incomplete": Badge(text="AROI incomplete", colour="off"),
}
"""By the AROI state of an operator, in the head of its page, where no column says what it is."""

PLACES: Final = {
    "dns-rsa": "{fingerprint}.{domain}, a TXT record with the text we-run-this-tor-relay",
    "uri-rsa": "https://{domain}/.well-known/tor-relay/rsa-fingerprint.txt, one fingerprint per"
    " line",
    "dns-familyid-ed25519": "we-run-this-tor-ed25519-family-id.{domain}, a TXT record with the"
    " family id",
    "uri-familyid-ed25519": "https://{domain}/.well-known/tor-relay/ed25519-family-id.txt, one"
    " family id per line",
}
"""Where an operator publishes the proof of each type."""

REMEDIES: Final = {
    "secret_key": "Make a new family key at once and publish its id.",
    "no_family_id": "Set up a family key, or choose a proof by fingerprints.",
    "stale_result": "Wait for the next run of the validator.",
    "dns_nxdomain": "Register the domain, or name the right one in the contact.",
    "dns_servfail": "Fix the name servers of the domain.",
    "uri_404": "Publish the proof file at this address.",
    "dns_family_missing": "Publish the TXT record with the family id.",
    "dns_not_listed": "Publish a TXT record for each relay.",
    "dns_family_mismatch": "Publish the family id of the relays.",
    "dns_bad_content": "Give the TXT record the text that this type of proof requires.",
    "uri_not_listed": "Add each relay to the proof file.",
    "uri_redirect": "Serve the proof file without a redirect.",
    "tls_certificate": "Install a certificate that is valid for the domain.",
    "tls_handshake": "Fix the TLS settings of the web server.",
    "name_resolution": "Add an address record for the web server.",
    "uri_403": "Make the proof file readable for everyone.",
    "refused": "Start the web server, and open the firewall for it.",
    "dns_timeout": "Make the name servers of the domain answer faster.",
    "timeout": "Make the web server answer faster.",
    "unreachable": "Check that the web server can be reached from everywhere.",
    "dns_lookup": "Check the records and the name servers of the domain.",
    "uri_http": "Check the log of the web server.",
    "other": "Check that the published proof can be read from everywhere.",
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
