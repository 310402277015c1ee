"""A network of attackers: every string of every record tries to leave its place.

For tests that build a site from it and look at the pages, by parsing or in a browser. A script that
runs calls `window.owned`, which no page of ours defines.
"""

from typing import Any

from tests.support.network import Document, details, fingerprint, relay, validations

SCRIPT = "<script>window.owned=1</script>"
ATTACKS: dict[str, str] = {
    "element": SCRIPT,
    "attribute": '" onmouseover="window.owned=1" x="',
    "single quotes": "' onfocus='window.owned=1' autofocus='",
    "end of title": f"</title></textarea></style></script>{SCRIPT}",
    "comment": f"--><img src=x onerror=window.owned=1><!-- {SCRIPT}",
    "image": "<img src=x onerror=window.owned=1>",
    "svg": "<svg/onload=window.owned=1>",
    "url": "javascript:window.owned=1//",
    "contact url": "url:javascript:window.owned=1 proof:uri-rsa ciissversion:2",
    "data url": "url:data:text/html,<script>window.owned=1</script> proof:uri-rsa ciissversion:2",
    "path": "../../../../tmp/owned",
    "absolute path": "/tmp/owned",
    "windows path": "..\\..\\owned",
    "nul": "owned\x00.html",
    "template": "{{ 7*7 }}{% include '/etc/passwd' %}${7*7}#{7*7}",
    "css class": "x } body { display: none } .y",
    "json": '"},"owned":true,"x":{"y":"',
    "header": "x\r\nSet-Cookie: owned=1\r\n\r\n<html>",
    "bidi": "\u202egnp.exe\u2066\u2069\u200f",
    "line separators": "a\u2028window.owned=1\u2029b",
    "terminal": "\x1b]0;owned\x07\x1b[2J",
    "combining": "Z" + "\u0351" * 300,
    "megabyte": "x" * 1_000_000,
    "entity": "&lt;script&gt;&#x3c;script&#62;&amp;",
}
FIELDS = (
    *("nickname", "contact", "platform", "version", "version_status", "country", "country_name"),
    *("as", "as_name", "dir_address", "last_restarted", "region_name", "city_name"),
)
LISTS = ("flags", "exit_policy", "verified_host_names", "unverified_host_names", "family_ids")


def attacker(number: int, attack: str) -> Document:
    """Return a relay of which every text is an attack."""
    fields: dict[str, Any] = dict.fromkeys(FIELDS, attack) | {name: [attack] for name in LISTS}
    fields["effective_family"] = [attack, fingerprint(number), fingerprint(number + 1)]
    fields["exit_policy_summary"] = {"accept": [attack]}
    return relay(number, **fields)


def one_at_a_time(number: int, attack: str) -> list[Document]:
    """Return relays with the attack in the fields that shape pages: nothing else is odd."""
    named = ("nickname", "contact", "platform", "as_name", "country_name", "version")
    return [relay(number + place, **{field: attack}) for place, field in enumerate(named)]


def proven(place: int, attack: str) -> Document:
    """Return a relay whose operator is proven, has a page of their own and writes an attack."""
    claim = f"url:{domain(place)} proof:uri-rsa ciissversion:2"
    return relay(108 + 10 * place, contact=f"{claim} {attack}", nickname=attack)


def domain(place: int) -> str:
    return f"attacker{place}.example.org"


def network() -> Document:
    """Return a details document of attackers and of a few plain relays."""
    records = [relay(number) for number in range(4)]
    for place, attack in enumerate(ATTACKS.values()):
        records.append(attacker(100 + 10 * place, attack))
        records += one_at_a_time(101 + 10 * place, attack)
        records.append(proven(place, attack))
    return details(*records)


def results() -> Document:
    """Return a validator's document that says all attackers are proven at hostile domains."""
    believed = (
        {
            "fingerprint": fingerprint(100 + 10 * place),
            "valid": True,
            "domain": attack,
            "proof_type": attack,
            "error": attack,
            "error_category": attack,
        }
        for place, attack in enumerate(ATTACKS.values())
    )
    true = (
        {
            "fingerprint": fingerprint(108 + 10 * place),
            "valid": True,
            "domain": domain(place),
            "proof_type": "uri-rsa",
        }
        for place in range(len(ATTACKS))
    )
    return validations(*believed, *true)
