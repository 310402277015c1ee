"""Which pairs of letters nicknames with one first letter begin with."""

from collections.abc import Iterable

from allium import urls
from allium.pages.parts.page_base import Head, Link, View
from allium.pages.search.search_directory import beginning


class NicknamePage(View, frozen=True):
    """Links to the directories of one first letter."""

    head: Head
    links: tuple[Link, ...]


def build(letter: str, prefixes: Iterable[str]) -> NicknamePage:
    """Return the view of the page that leads to the prefixes of one letter."""
    title = f"Nicknames beginning with {letter}"
    return NicknamePage(
        head=Head(
            kind="search",
            title=title,
            description=f"{title}: choose the second letter or digit.",
            crumbs=(
                Link(text="Overview", path=urls.INDEX),
                Link(text="Search", path=urls.SEARCH),
                Link(text=title),
            ),
            section="search",
        ),
        links=tuple(
            Link(text=beginning(prefix), path=urls.directory("nick", prefix)) for prefix in prefixes
        ),
    )
