from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from allium import formatting
from tests.support.tables import facts

BANDWIDTHS = """
    C1 | 0 | 0 bit/s | 0 B/s
    C2 | 1 | 8 bit/s | 1 B/s
    C3 | 12 | 96 bit/s | 12 B/s
    C4 | 124 | 992 bit/s | 124 B/s
    C5 | 125 | 1.00 kbit/s | 125 B/s
    C6 | 999 | 7.99 kbit/s | 999 B/s
    C7 | 1,000 | 8.00 kbit/s | 1.00 kB/s
    C8 | 12,345 | 98.8 kbit/s | 12.3 kB/s
    C9 | 124,937 | 999 kbit/s | 125 kB/s
    C10 | 124,938 | 1.00 Mbit/s | 125 kB/s
    C11 | 125,000 | 1.00 Mbit/s | 125 kB/s
    C12 | 999,999 | 8.00 Mbit/s | 1.00 MB/s
    C13 | 1,000,000 | 8.00 Mbit/s | 1.00 MB/s
    C14 | 1,249,000 | 9.99 Mbit/s | 1.25 MB/s
    C15 | 1,250,000 | 10.0 Mbit/s | 1.25 MB/s
    C16 | 12,500,000 | 100 Mbit/s | 12.5 MB/s
    C17 | 124,937,500 | 1.00 Gbit/s | 125 MB/s
    C18 | 125,000,000 | 1.00 Gbit/s | 125 MB/s
    C19 | 1,000,000,000 | 8.00 Gbit/s | 1.00 GB/s
    C20 | 1,234,567,890 | 9.88 Gbit/s | 1.23 GB/s
    C21 | 124,937,499,999 | 999 Gbit/s | 125 GB/s
    C22 | 125,000,000,000 | 1.00 Tbit/s | 125 GB/s
    C23 | 999,500,000,000 | 8.00 Tbit/s | 1.00 TB/s
    C24 | 1,000,000,000,000,000 | 8.00 Pbit/s | 1.00 PB/s
    C25 | 1/16 | <1 bit/s | <1 B/s
    C26 | 9 995/8 | 10.0 kbit/s | 1.25 kB/s
"""
VOLUMES = """
    D1 | 0 | n/a
    D2 | -5 | n/a
    D3 | 1 | 1 B
    D4 | 500 | 500 B
    D5 | 999 | 999 B
    D6 | 1,000 | 1.00 kB
    D7 | 9,949 | 9.95 kB
    D8 | 9,950 | 9.95 kB
    D9 | 9,995 | 10.0 kB
    D10 | 9,999 | 10.0 kB
    D11 | 123,456 | 123 kB
    D12 | 999,499 | 999 kB
    D13 | 999,500 | 1.00 MB
    D14 | 999,999 | 1.00 MB
    D15 | 1,500,000,000 | 1.50 GB
    D16 | 12,300,000,000 | 12.3 GB
    D17 | 2,340,000,000,000 | 2.34 TB
    D18 | 56,000,000,000,000 | 56.0 TB
    D19 | 7,890,000,000,000,000 | 7.89 PB
    D20 | 123,000,000,000,000,000,000 | 123 EB
    D21 | 1,000,000,000,000,000,000,000 | 1000 EB
    D22 | 9,994 | 9.99 kB
    D23 | 99,949 | 99.9 kB
    D24 | 99,950 | 100 kB
"""
SHARES = """
    S1 | 0 | 100 | 0%
    S2 | 1 | 1 | 100.00%
    S3 | 50 | 1,000 | 5.00%
    S4 | 1 | 1,000,000 | <0.01%
    S5 | 1 | 10,000 | 0.01%
    S6 | 1 | 10,001 | <0.01%
    S7 | 149 | 1,000,000 | 0.01%
    S8 | 150 | 1,000,000 | 0.02%
    S9 | 123,456 | 10,000,000 | 1.23%
    S10 | 99,995 | 100,000 | 100.00%
    S11 | 99,994 | 100,000 | 99.99%
    S12 | 1 | 3 | 33.33%
    S13 | 2 | 3 | 66.67%
    S14 | 3,707 | 148,707,909 | <0.01%
    S15 | 0 | 0 | n/a
"""
RATIOS = """
    R1 | 0 | 0
    R2 | 1 | 1.0
    R3 | 0.99 | 0.99
    R4 | 0.994 | 0.99
    R5 | 0.995 | 1.0
    R6 | 0.9476 | 0.95
    R7 | 1.05 | 1.1
    R8 | 1.309 | 1.3
    R9 | 9.94 | 9.9
    R10 | 9.95 | 10
    R11 | 13.4 | 13
    R12 | 99.4 | 99
    R13 | 99.5 | 100
    R14 | 134 | 130
    R15 | 0.00423 | 0.0042
    R16 | 0.0999 | 0.10
"""


def plain(words: str | None) -> str:
    return (
        "n/a"
        if words is None
        else words.replace(formatting.NO_BREAK, " ").replace(formatting.THIN, " ")
    )


def number(digits: str) -> formatting.Number:
    value = Fraction(digits.replace(",", "").replace(" ", ""))
    return int(value) if value.denominator == 1 else float(value)


@pytest.mark.parametrize(("size", "bits", "size_in_bytes"), facts(BANDWIDTHS))
def test_a_bandwidth_has_three_digits_in_the_unit_that_fits(
    size: str, bits: str, size_in_bytes: str
) -> None:
    assert plain(formatting.bandwidth(number(size), "bits")) == bits
    assert plain(formatting.bandwidth(number(size), "bytes")) == size_in_bytes


@pytest.mark.parametrize(("size", "printed"), facts(VOLUMES))
def test_a_volume_rolls_over_to_the_next_unit_after_rounding(size: str, printed: str) -> None:
    assert plain(formatting.volume(number(size))) == printed


@pytest.mark.parametrize(("part", "whole", "printed"), facts(SHARES))
def test_a_share_tells_nothing_from_almost_nothing(part: str, whole: str, printed: str) -> None:
    assert plain(formatting.share(number(part), number(whole))) == printed


@pytest.mark.parametrize(("value", "printed"), facts(RATIOS))
def test_a_ratio_has_two_digits(value: str, printed: str) -> None:
    assert plain(formatting.ratio(number(value))) == printed


@pytest.mark.parametrize(
    ("scaled", "decimals", "printed"),
    [(1234, 2, "12.34"), (5, 2, "0.05"), (-5, 1, "-0.5"), (-1200, 2, "-12.00"), (0, 1, "0.0")],
)
def test_a_decimal_number_keeps_its_zeros_and_its_sign(
    scaled: int, decimals: int, printed: str
) -> None:
    assert formatting.fixed(scaled, decimals) == printed


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_more_bandwidth_never_prints_as_less(one: int, other: int) -> None:
    units = {unit: 1000**power for power, unit in enumerate(formatting.BIT_RATES)}

    def value(size: int) -> Fraction:
        digits, unit = formatting.bandwidth(size, "bits").split(formatting.NO_BREAK)
        return Fraction(digits) * units[unit]

    low, high = sorted((one, other))
    assert value(low) <= value(high)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=50).filter(any))
def test_the_shares_of_a_whole_sum_to_all_of_it_within_rounding(parts: list[int]) -> None:
    printed = [formatting.share(part, sum(parts)) or "" for part in parts]
    total = sum(Fraction(share.strip("<%")) for share in printed if share != "<0.01%")
    assert abs(total - 100) <= Fraction(len(parts), 100)


@pytest.mark.parametrize(
    ("value", "printed"), [(0, "0"), (999, "999"), (36_049, "36 000"), (36_050, "36 100")]
)
def test_a_weight_has_three_digits(value: int, printed: str) -> None:
    assert plain(formatting.weight(value)) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [(67, "65%"), (68, "70%"), (0, "0%"), (97, "95%"), (98, "95%"), (99, "95%")],
)
def test_a_percentile_is_a_multiple_of_five(value: int, printed: str) -> None:
    assert formatting.percentile(value) == printed


@given(st.integers(946_684_800, 7_258_118_399))
def test_a_time_survives_the_way_to_seconds_and_back(moment: int) -> None:
    assert formatting.seconds(formatting.time_of(moment)) == moment


def test_a_minute_is_cut_and_not_rounded() -> None:
    assert formatting.minute("2026-02-10 14:00:59") == "2026-02-10 14:00"


@pytest.mark.parametrize(
    ("given_time", "utc"),
    [
        ("2026-02-15T11:05:00", "2026-02-15 11:05:00"),
        ("2026-02-15T11:05:00+02:00", "2026-02-15 09:05:00"),
        ("yesterday", None),
    ],
)
def test_an_iso_time_is_understood_in_utc(given_time: str, utc: str | None) -> None:
    assert formatting.from_iso(given_time) == utc


@given(st.floats(0, 1))
def test_a_number_of_json_is_the_decimal_that_was_written(value: float) -> None:
    numerator, denominator = formatting.quotient(value)
    assert Fraction(numerator, denominator) == Fraction(repr(value))


@given(st.integers(0, 10**12), st.integers(1, 10**6), st.integers(0, 2))
@example(9_935, 100, 1)
@example(1, 8, 2)
def test_a_quotient_is_rounded_as_if_it_were_exact(one: int, other: int, decimals: int) -> None:
    exact = formatting.half_up(one * 10**decimals, other)
    assert formatting.percent(one / other, decimals) == f"{formatting.fixed(exact, decimals)}%"
    assert formatting.bandwidth(one / other, "bytes") == formatting._scaled(
        one, other, formatting.BYTE_RATES
    )
