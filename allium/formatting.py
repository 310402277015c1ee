"""Numbers and times as people read them.

Every number is rounded once, half up. A float stands for the shortest decimal number that reads as
it: the quotient of two whole numbers is rounded as if it were exact, and a half is one. Functions
return text without markup; a value that is missing stays `None`, and the templates have the words
for that.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

Number: TypeAlias = int | float
Units: TypeAlias = Literal["bits", "bytes"]

NO_BREAK = "\u00a0"
"""Between a number and its unit."""
THIN = "\u202f"
"""Between groups of three digits."""
ELLIPSIS = "…"
TO = "\u2013"
"""Between the ends of a range."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


BIT_RATES = ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s")
BYTE_RATES = ("B/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s")
VOLUMES = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def bandwidth(bytes_per_second: Number, units: Units) -> str:
    """Return a rate with three significant digits: `98.8 kbit/s`; base 1000."""
    numerator, denominator = quotient(bytes_per_second)
    if units == "bits":
        return _scaled(numerator * 8, denominator, BIT_RATES)
    return _scaled(numerator, denominator, BYTE_RATES)


def volume(size: int) -> str | None:
    """Return bytes with three significant digits: `1.50 GB`; `None` for nothing at all."""
    return _scaled(size, 1, VOLUMES) if size > 0 else None


def _scaled(numerator: int, denominator: int, units: tuple[str, ...]) -> str:
    """Return three significant digits with the first unit that keeps the number below 1000."""
    if numerator < 1000 * denominator:
        return _below_thousand(numerator, denominator, units[0])
    for unit in units[1:]:
        denominator *= 1000
        if 2 * numerator < 1999 * denominator:  # what is rounded stays below 1000
            return f"{_three_digits(numerator, denominator)}{NO_BREAK}{unit}"
    return f"{half_up(numerator, denominator)}{NO_BREAK}{units[-1]}"


def _below_thousand(numerator: int, denominator: int, unit: str) -> str:
    if 0 < numerator < denominator:
        return f"<1{NO_BREAK}{unit}"
    return f"{half_up(numerator, denominator)}{NO_BREAK}{unit}"


def _three_digits(numerator: int, denominator: int) -> str:
    """Return a quotient with three digits; it is below 999.5, so that rounding adds no fourth."""
    if 200 * numerator < 1999 * denominator:
        return fixed(half_up(100 * numerator, denominator), 2)
    if 20 * numerator < 1999 * denominator:
        return fixed(half_up(10 * numerator, denominator), 1)
    return str(half_up(numerator, denominator))


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient of two numbers (the second positive), rounded half away from zero."""
    if numerator < 0:
        return -half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def fixed(scaled: int, decimals: int) -> str:
    """Return an integer as a decimal number: `fixed(1234, 2)` is `12.34`."""
    if decimals == 0:
        return str(scaled)
    if scaled < 0:
        return f"-{fixed(-scaled, decimals)}"
    integer, rest = divmod(scaled, 10**decimals)
    return f"{integer}.{rest:0{decimals}}"


def share(numerator: int, denominator: int) -> str | None:
    """Return a share as percent with two decimals; `None` of nothing."""
    if denominator == 0:
        return None
    if numerator == 0:
        return "0%"
    if numerator * 10_000 < denominator:
        return "<0.01%"
    return f"{fixed(half_up(numerator * 10_000, denominator), 2)}%"


def quotient(value: Number) -> tuple[int, int]:
    """Return numerator and denominator of a number as it is written: 2.5 is 25/10."""
    if isinstance(value, int):
        return value, 1
    integer, _, rest = repr(value).partition(".")
    if "e" in rest or "e" in integer:
        return Decimal(repr(value)).as_integer_ratio()
    return int(integer + rest), 10 ** len(rest)


def part(value: float, decimals: int) -> str:
    """Return a part of one as percent: `part(0.993, 1)` is `99.3%`."""
    numerator, denominator = quotient(value)
    return _percent(100 * numerator, denominator, decimals)


def percent(value: Number, decimals: int) -> str:
    """Return a number of percent: `percent(99.3, 1)` is `99.3%`."""
    return _percent(*quotient(value), decimals)


def _percent(numerator: int, denominator: int, decimals: int) -> str:
    return f"{fixed(half_up(numerator * 10**decimals, denominator), decimals)}%"


def ratio(value: Number) -> str:
    """Return two significant digits without exponent, grouped as counts: `1 300`, `0.0042`."""
    if value == 0:
        return "0"
    numerator, denominator = quotient(value)
    exponent = _exponent(numerator, denominator)
    digits = 1 - exponent
    scaled = half_up(numerator * 10 ** max(digits, 0), denominator * 10 ** max(-digits, 0))
    if scaled == 100:
        scaled, exponent = 10, exponent + 1
    if exponent >= 1:
        return count(scaled * 10 ** (exponent - 1))
    return fixed(scaled, 1 - exponent)


def _exponent(numerator: int, denominator: int) -> int:
    """Return the power of ten of the first significant digit of a positive quotient."""
    exponent = len(str(numerator // denominator)) - 1
    while numerator * 10 ** max(-exponent, 0) < denominator:
        exponent -= 1
    return exponent


def weight(value: int) -> str:
    """Return a consensus weight with three significant digits, grouped."""
    return count(rounded_weight(value))


def rounded_weight(value: int) -> int:
    """Return a consensus weight as it is printed: with three significant digits."""
    step: int = 10 ** max(len(str(value)) - 3, 0)
    return half_up(value, step) * step


def count(value: int) -> str:
    """Return a whole number in groups of three digits."""
    return f"{value:,}".replace(",", THIN) if value >= 1000 else str(value)


def number_of(value: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun: `1 relay`, `12 relays`."""
    return f"{count(value)} {noun(value, singular, plural)}"


def noun(value: int, singular: str, plural: str | None = None) -> str:
    """Return the noun for so many: `relay` for one, `relays` for none or twelve."""
    return singular if value == 1 else plural or f"{singular}s"


def capitalized(words: str) -> str:
    """Return words as a sentence or a table begins with them, all but the first letter as it is."""
    return words[:1].upper() + words[1:]


def rank(value: int) -> str:
    """Return a place in an order: `#7`."""
    return f"#{value}"


def percentile(value: int) -> str:
    """Return a percentile rank (0 to 99) as the nearest multiple of five percent, below 100.

    Nobody is above all values, its own included.
    """
    return f"{min(half_up(value, 5) * 5, 95)}%"


def minute(time: str) -> str:
    """Return `YYYY-MM-DD HH:MM` of a time; seconds are cut, not rounded."""
    return time[:16]


def date(time: str) -> str:
    """Return the date of a time."""
    return time[:10]


def machine_time(time: str) -> str:
    """Return a time as the `datetime` attribute has it."""
    return f"{time[:10]}T{time[11:19]}Z"


@lru_cache(maxsize=65536)
def seconds(time: str) -> int:
    """Return the seconds since 1970-01-01 of a `YYYY-MM-DD HH:MM:SS` in UTC."""
    year, month, day = int(time[:4]), int(time[5:7]), int(time[8:10])
    clock = int(time[11:13]) * 3600 + int(time[14:16]) * 60 + int(time[17:19])
    return days(year, month, day) * 86_400 + clock


def days(year: int, month: int, day: int) -> int:
    """Return the days since 1970-01-01 of a date of the Gregorian calendar."""
    shifted = year - (month <= 2)
    era_days = shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400
    return era_days + (153 * ((month + 9) % 12) + 2) // 5 + day - 719_469


@lru_cache(maxsize=4096)
def day_of(days_since: int) -> str:
    """Return the date of so many days after 1970-01-01."""
    return f"{_EPOCH + timedelta(days=days_since):%Y-%m-%d}"


def months(first: str, last: str) -> list[str]:
    """Return the months (`YYYY-MM`) from the first to the last."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(start, end + 1)]


def cut(words: str, length: int) -> str:
    """Return at most `length` characters, the last one an ellipsis when something was cut."""
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}{ELLIPSIS}"


def time_of(moment: int) -> str:
    """Return the `YYYY-MM-DD HH:MM:SS` of seconds since 1970."""
    return f"{_EPOCH + timedelta(seconds=moment):%Y-%m-%d %H:%M:%S}"


def from_iso(moment: str) -> str | None:
    """Return an ISO 8601 time as `YYYY-MM-DD HH:MM:SS` in UTC; `None` when it is none.

    A time without zone is in UTC.
    """
    try:
        parsed = datetime.fromisoformat(moment)
        zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return f"{zoned.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError):
        return None
