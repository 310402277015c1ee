"""All leaderboards with their first three operators."""

from collections.abc import Mapping

from allium import text, urls
from allium.analysis.leaderboards import Place
from allium.views import contact
from allium.views.base import Head, Link, View
from allium.views.boards import FACES, Scale, value

FIRST = 3


class Leader(View, frozen=True):
    """One of the first operators of a board."""

    rank: str
    operator: Link
    value: str


class Summary(View, frozen=True):
    """A board and who leads it; `id` names its table."""

    id: str
    board: Link
    leaders: tuple[Leader, ...]


class Printed(View, frozen=True):
    """Everything that the page prints."""

    head: Head
    boards: tuple[Summary, ...]


def build(boards: Mapping[str, list[Place]], scale: Scale) -> Printed:
    """Return the view of all boards that the sources allow."""
    return Printed(
        head=Head(
            kind="leaderboards",
            title="Leaderboards",
            description="Which operators of Tor relays lead, by what they give the network.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="Leaderboards")),
            section="leaderboards",
            canonical=urls.LEADERBOARDS,
        ),
        boards=summaries(boards, scale),
    )


def summaries(boards: Mapping[str, list[Place]], scale: Scale) -> tuple[Summary, ...]:
    """Return boards with their first operators."""
    return tuple(_summary(name, places, scale) for name, places in boards.items())


def _summary(name: str, places: list[Place], scale: Scale) -> Summary:
    return Summary(
        id=name,
        board=Link(text=FACES[name].title, path=urls.leaderboard(name)),
        leaders=tuple(
            Leader(
                rank=text.rank(place.rank),
                operator=contact.link(place.candidate.operator),
                value=value(name, place.candidate, scale),
            )
            for place in places[:FIRST]
        ),
    )
