"""Pages that print the same words in every site: what the numbers mean, and what is not there."""

from allium import urls
from allium.views.base import Head, Link, View


class Printed(View, frozen=True):
    """The frame; the words are in the template."""

    head: Head


def about() -> Printed:
    """Return the view of the page that explains every number."""
    return Printed(
        head=Head(
            kind="about",
            title="What the numbers mean",
            description="Every number and word of this site: what it means, how it is computed,"
            " from which data, and what it cannot say.",
            crumbs=(Link(text="Overview", path=urls.INDEX), Link(text="About")),
            section="about",
        )
    )


def not_found() -> Printed:
    """Return the view of the page that a server shows for an address without page."""
    return Printed(
        head=Head(
            kind="error",
            title="Not found",
            description="There is no page at this address.",
            crumbs=(),
            indexed=False,
        )
    )
