"""What a generation has beside the pure site: news, feeds, sitemaps, words for robots and hosts."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from allium import urls
from allium.publish import absences, changes, hosting, moments, news_files, series
from allium.publish.changes import NewsEntry, PageTwin
from allium.publish.publish_state import History, PublicationStep
from allium.publish.series import Series, StatusFigures
from allium.store import StoreError, codec

HISTORY_FOLDER: Final = "history/"
_TOLD: Final = ("relay", "contact")
"""The kinds of page whose twins are read for news."""
FEEDS: Final = ("contact", "vanity", "family")
"""The kinds of page that always have a feed; that of a relay has one after its first event."""
_KINDRED: Final = ("operator", "family")
"""The links of a twin that lead to the pages whose feeds have its news."""


class PublishedData(Struct, frozen=True):
    """The time of the data."""

    relays_published: str


class PublishedStatus(StatusFigures, frozen=True, kw_only=True):
    """The part of `status.json` that says how old the data is, and what the network was."""

    data: PublishedData


class Planned(Struct, frozen=True):
    """A page of the plan: its kind, its folder, and the folders that show the same view.

    `title` is what people call it, where it has a feed of its own.
    """

    kind: str
    folder: str
    same: tuple[str, ...]
    title: str = ""


class Extras(Struct, frozen=True, kw_only=True):
    """The site's words and address, its pages by folder, and how `changes/` is laid out."""

    title: str
    fields: dict[str, str]
    pages: dict[str, Planned]
    changes_page: Callable[[news_files.Changes], bytes]
    history_page: Callable[[Series], bytes]
    base_url: str | None = None

    def __call__(self, step: PublicationStep) -> tuple[dict[str, bytes], History]:
        """Return the files beside the site, and what the next generation must know."""
        status = codec.decode(step.read(urls.STATUS), PublishedStatus, urls.STATUS)
        time = status.data.relays_published
        history = self._history(step, time, status)
        made = {
            "_headers": hosting.headers(self.fields),
            "robots.txt": hosting.robots(self.base_url),
            f"{news_files.FOLDER}index.html": self.changes_page(
                news_files.build(changes.latest(history.entries), step.files)
            ),
            f"{HISTORY_FOLDER}index.html": self.history_page(history.series),
        }
        made |= self._feeds(history, time)
        if self.base_url is not None:
            listed = {
                name: time for name, time in history.modified.items() if self._canonical(name)
            }
            made |= hosting.sitemaps(self.base_url, listed, self._kind)
        return {name: body for name, body in made.items() if name not in step.files}, history

    def _kind(self, path: str) -> str:
        planned = self.pages.get(path.removesuffix("index.html"))
        return "page" if planned is None else planned.kind

    def _canonical(self, path: str) -> bool:
        """Tell whether a page is read at this address and not rather at its operator's domain."""
        known = self.pages.get(path.removesuffix("index.html"))
        others = () if known is None or known.kind == "vanity" else known.same
        return all(self.pages[one].kind != "vanity" for one in others)

    def _history(self, step: PublicationStep, time: str, status: StatusFigures) -> History:
        before = step.before.history
        written = {*step.delta.written} if before.modified else {*step.files}
        modified = {
            name: time if name in written else min(time, before.modified.get(name, time))
            for name in step.files
            if name.endswith(urls.html(""))
        }
        moved = [] if step.first else list(self._twins(step))
        missed = {page for page, absence in before.absent.items() if absence.told}
        absent, overdue = absences.told(absences.after(before.absent, moved), time)
        news = [*changes.entries(moved, time, self._folders, missed), *overdue]
        return History(
            since=min(time, before.since or time),
            modified=modified,
            entries=changes.kept(news, before.entries, time),
            absent=absent,
            series=before.series.with_hour(moments.seconds(time), series.figures(status)),
        )

    def _twins(
        self, step: PublicationStep
    ) -> Iterator[tuple[str, PageTwin | None, PageTwin | None]]:
        """Yield the folders of twins that changed, with the twin before and the one now."""
        for name in step.delta.moved:
            if name.endswith(urls.twin("")) and name.partition("/")[0] in _TOLD:
                folder = name.removesuffix(urls.twin(""))
                before = _twin(name, step.before.read(name))
                now = _twin(name, step.read(name) if name in step.files else None)
                had, has = (urls.html(folder) in one for one in (step.before.files, step.files))
                # A page whose twin was left out, or is of an older shape, is neither new nor gone.
                if (had, has) == (before is not None, now is not None):
                    yield folder, before, now

    def _folders(self, folder: str, twin: PageTwin) -> tuple[str, ...]:
        """Return the folders whose feeds tell what happened to the page in `folder`."""
        links = [urls.twin("")] if twin.kind == "contact" else _links(twin)
        linked_folders = (
            posixpath.dirname(posixpath.normpath(folder + link)) + "/" for link in links
        )
        found = {
            related
            for main in linked_folders
            if main in self.pages
            for related in self.pages[main].same
        }
        return tuple(sorted(found))

    def _feeds(self, history: History, time: str) -> dict[str, bytes]:
        news = changes.by_folder(history.entries, time)
        titles = {folder: one.title for folder, one in self.pages.items() if one.kind in FEEDS}
        # A relay's feed begins with its first event: ten thousand empty ones would help nobody.
        titles |= {
            folder: f"Relay {posixpath.basename(folder.rstrip('/'))[:8]}"
            for folder in news
            if folder in self.pages and self.pages[folder].kind == "relay"
        }
        made = {
            f"{folder}{news_files.NAME}": self._feed(folder, title, news.get(folder, []), history)
            for folder, title in titles.items()
        }
        latest = changes.latest(history.entries)
        whole = self._feed(news_files.FOLDER, news_files.TITLE, latest, history)
        return made | {f"{news_files.FOLDER}{news_files.NAME}": whole}

    def _feed(self, folder: str, name: str, entries: Iterable[NewsEntry], of: History) -> bytes:
        return news_files.feed(folder, f"{self.title}: {name}", entries, of.since, self.title)


def planned(
    pages: Mapping[str, tuple[str, str]], title: Callable[[str], str]
) -> dict[str, Planned]:
    """Return pages by folder, given kind and view of each; those of one view are the same page.

    `title` returns the title of a view; it is asked of pages that have a feed.
    """
    same: dict[str, list[str]] = {}
    for folder, (_, view) in pages.items():
        same.setdefault(view, []).append(folder)
    return {
        folder: Planned(
            kind, folder, tuple(sorted(same[view])), title(view) if kind in FEEDS else ""
        )
        for folder, (kind, view) in pages.items()
    }


def _links(twin: PageTwin) -> list[str]:
    return [twin.links[name] for name in _KINDRED if name in twin.links]


def _twin(name: str, contents: bytes | None) -> PageTwin | None:
    """Return a twin; `None` when there is none, or one of another shape (by an older allium)."""
    try:
        return None if contents is None else codec.decode(contents, PageTwin, name)
    except StoreError:
        return None
