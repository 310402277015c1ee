import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.aroi.aroi_claim import normalised
from tests.support.tables import facts

DOMAINS = r"""
    N1 | example.com | example.com
    N2 | https://example.com | example.com
    N3 | http://example.com/ | example.com
    N4 | HTTPS://Example.COM/ | example.com
    N5 | https://www.example.com/path?x | example.com
    N6 | https://WWW.example.com | example.com
    N7 | www.com | www.com
    N8 | https://www.www.example.com | example.com
    N9 | example.com:8080/x | example.com
    N10 | https://example.com:443 | example.com
    N11 | example.com: | example.com
    N12 | example.com:99999 | invalid
    N13 | example.com:80a | invalid
    N14 | example.com. | example.com
    N15 | example.com.. | invalid
    N16 | http://a.b.example.co.uk/ | a.b.example.co.uk
    N17 | https://example.com?x=1 | example.com
    N18 | https://example.com#top | example.com
    N19 | https://user@example.com | invalid
    N20 | https://example.com@example.net/ | invalid
    N21 | https://example.com\@example.net | invalid
    N22 | ftp://example.com | invalid
    N23 | javascript:alert(1) | invalid
    N24 | javascript://example.com | invalid
    N25 | //example.com | invalid
    N26 | https:// | invalid
    N27 | https:///etc/passwd | invalid
    N28 | .. | invalid
    N29 | ../../relay | invalid
    N30 | .example.com | invalid
    N31 | example | invalid
    N32 | localhost | invalid
    N33 | foo.localhost | invalid
    N34 | printer.local | invalid
    N35 | abcdefghijklmnop.onion | invalid
    N36 | 192.0.2.7 | invalid
    N37 | [2001:db8::1] | invalid
    N38 | 1.2.3 | invalid
    N39 | exa_mple.com | invalid
    N40 | -a.example.com | invalid
    N41 | a-.example.com | invalid
    N42 | a--b.example.com | a--b.example.com
    N43 | ab--c.example.com | invalid
    N44 | xn--bcher-kva.example.net | xn--bcher-kva.example.net
    N45 | xn--a.example.net | invalid
    N46 | xn--.net | invalid
    N47 | bücher.example.net | invalid
    N48 | ex%61mple.com | invalid
    N49 | <b>x | invalid
    N50 | <style> | invalid
    N51 | example.com<script> | invalid
    N52 | example.com"onx= | invalid
    N53 | example.com%00 | invalid
    N54 | example.c | invalid
    N55 | example.c0m | invalid
    N56 | example.123 | invalid
    N57 | {63}.com | {63}.com
    N58 | {64}.com | invalid
    N59 | {63}.{63}.{63}.{59}.com | invalid
    N60 | index.html | index.html
    N61 | status.json | status.json
    N62 | robots.txt | robots.txt
    N63 | relay | invalid
    N64 | CON.example.com | con.example.com
    N65 | example.com; | invalid
    N66 | n/a | invalid
    N67 | none | invalid
"""


def long(words: str) -> str:
    """Return the words with so many letters where a number stands in braces."""
    return re.sub(r"{(\d+)}", lambda number: "a" * int(number[1]), words)


@pytest.mark.parametrize(("url", "expected"), facts(DOMAINS))
def test_a_web_address_has_one_domain_or_none(url: str, expected: str) -> None:
    domain = None if expected == "invalid" else long(expected)
    assert normalised(long(url)) == domain


@pytest.mark.parametrize(("label", "usable"), [(63, True), (64, False)])
def test_a_label_has_at_most_63_characters(label: int, usable: bool) -> None:
    assert (normalised("a" * label + ".org") is not None) == usable


def test_a_domain_has_at_most_253_characters() -> None:
    assert normalised(".".join(["a" * 50] * 5) + ".org") is None


@given(st.from_regex(r"(https?://)?(www\.)*[A-Za-z0-9.-]{1,40}(:\d*)?(/.*)?", fullmatch=True))
def test_normalising_twice_is_normalising_once(url: str) -> None:
    once = normalised(url)
    assert once is None or normalised(once) == once


@given(st.text(max_size=80))
def test_a_domain_is_always_safe_to_print_and_to_put_in_a_path(url: str) -> None:
    domain = normalised(url)
    assert domain is None or set(domain) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
