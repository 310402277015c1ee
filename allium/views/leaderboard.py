"""A leaderboard: its rule, the first operators, and what would change their ranks."""

from collections.abc import Sequence

from allium import text, urls
from allium.analysis.leaderboards import Candidate, Place
from allium.views import contact
from allium.views.base import Head, Link, View
from allium.views.board_rules import RULES
from allium.views.boards import FACES, Scale, value
from allium.views.contact_validation import STATE_BADGES


class Row(View, frozen=True):
    """One operator on a board."""

    rank: str
    operator: Link
    aroi: str
    value: str
    relays: str
    weight: str
    guards: str
    exits: str
    countries: str
    own: str


class Printed(View, frozen=True):
    """Everything that a board's page prints."""

    head: Head
    rule: str
    eligible: str
    column: str
    rows: tuple[Row, ...]
    change: str


def build(board: str, places: Sequence[Place], scale: Scale) -> Printed:
    """Return the view of one board from its first places."""
    rule, title = RULES[board], FACES[board].title
    return Printed(
        head=Head(
            kind="leaderboard",
            title=f"Leaderboard: {title}",
            description=f"The first operators of Tor relays by {title.lower()}.",
            crumbs=(
                Link(text="Overview", path=urls.INDEX),
                Link(text="Leaderboards", path=urls.LEADERBOARDS),
                Link(text=title),
            ),
            section="leaderboards",
            canonical=urls.leaderboard(board),
        ),
        rule=rule.words,
        eligible=rule.eligible,
        column=rule.column,
        rows=tuple(_row(board, place, scale) for place in places),
        change=rule.change,
    )


def _row(board: str, place: Place, scale: Scale) -> Row:
    one: Candidate = place.candidate
    own = one.operator.totals
    return Row(
        rank=text.rank(place.rank),
        operator=contact.link(one.operator),
        aroi=STATE_BADGES[one.operator.state][0],
        value=value(board, one, scale),
        relays=text.count(own.running),
        weight=text.share(own.weight, scale.whole.weight) or "no weight",
        guards=text.count(own.parts["guard"].relays),
        exits=text.count(own.parts["exit"].relays),
        countries=text.count(len(one.makeup.countries)),
        own=RULES[board].cell(one, scale.whole),
    )
