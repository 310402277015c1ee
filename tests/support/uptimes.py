"""The uptimes that the page of a relay prints."""

import re

CARD = re.compile(r'<section class="card" aria-labelledby="uptime">(.*?)</section>', re.DOTALL)
LINES = re.compile(r'<ul class="line">(.*?)</ul>', re.DOTALL)
PERIOD = re.compile(r"<li>(\d \w+) <b>([^<]*)</b></li>")
MONTH = re.compile(r"<th>(\d{4}-\d{2})<td>([^<\n]*)")


def rows(text: str) -> list[list[str]]:
    """Return the uptime of each period, with that of the flag beside it if any, and of each month.

    A row begins with the period or the month.
    """
    card = CARD.search(text)
    if card is None:
        return []
    lines = [dict(PERIOD.findall(line)) for line in LINES.findall(card[1])]
    periods = lines[0] if lines else {}
    found = [[name, *(line[name] for line in lines)] for name in periods]
    return [*found, *map(list, MONTH.findall(card[1]))]
