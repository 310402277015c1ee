import pytest
from hypothesis import given
from hypothesis import strategies as st

from allium.analysis.domains import normalised
from tests.support.tables import rows

DOMAINS = r"""
    example.com | example.com
    https://example.com | example.com
    http://example.com/ | example.com
    HTTPS://Example.COM/ | example.com
    https://www.example.com/path?x | example.com
    https://WWW.example.com | example.com
    www.com | www.com
    https://www.www.example.com | example.com
    example.com:8080/x | example.com
    https://example.com:443 | example.com
    example.com: | example.com
    example.com:99999 | invalid
    example.com:80a | invalid
    example.com. | example.com
    example.com.. | invalid
    http://a.b.example.co.uk/ | a.b.example.co.uk
    https://example.com?x=1 | example.com
    https://example.com#top | example.com
    https://user@example.com | invalid
    https://example.com@example.net/ | invalid
    https://example.com\@example.net | invalid
    ftp://example.com | invalid
    javascript:alert(1) | invalid
    javascript://example.com | invalid
    //example.com | invalid
    https:// | invalid
    https:///etc/passwd | invalid
    .. | invalid
    ../../relay | invalid
    .example.com | invalid
    example | invalid
    localhost | invalid
    foo.localhost | invalid
    printer.local | invalid
    abcdefghijklmnop.onion | invalid
    192.0.2.7 | invalid
    [2001:db8::1] | invalid
    1.2.3 | invalid
    exa_mple.com | invalid
    -a.example.com | invalid
    a-.example.com | invalid
    a--b.example.com | a--b.example.com
    ab--c.example.com | invalid
    xn--bcher-kva.example.net | xn--bcher-kva.example.net
    xn--a.example.net | invalid
    xn--.net | invalid
    bücher.example.net | invalid
    ex%61mple.com | invalid
    <b>x | invalid
    <style> | invalid
    example.com<script> | invalid
    example.com"onx= | invalid
    example.com%00 | invalid
    example.c | invalid
    example.c0m | invalid
    example.123 | invalid
    index.html | index.html
    status.json | status.json
    robots.txt | robots.txt
    relay | invalid
    CON.example.com | con.example.com
    example.com; | invalid
    n/a | invalid
    none | invalid
"""


@pytest.mark.parametrize(("url", "expected"), rows(DOMAINS))
def test_a_web_address_has_one_domain_or_none(url: str, expected: str) -> None:
    assert normalised(url) == (None if expected == "invalid" else expected)


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
