"""Publish what was built."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from allium import printable, urls
from allium.build.paths import CachePaths
from allium.engine.build_lock import BUSY, LockedError, lock
from allium.engine.failure import Failure, reports
from allium.pages import network_history
from allium.publish import PublishError, RefusedError, extras, hosting, needs, publication
from allium.publish.gate import GateLimits
from allium.publish.news_files import FOLDER, Changes
from allium.publish.publish_state import Options, PublishMode
from allium.publish.series import Series
from allium.render import html
from allium.render.environment import environment
from allium.render.site_info import POLICY, Site
from allium.settings import Settings
from allium.store import StoreError, codec, files, site_plan

REFUSED = 73


class _Operator(Struct, frozen=True):
    """What of an operator's figures a feed is called by."""

    title: str


class _View(Struct, frozen=True):
    """What of the view of an operator or a family a feed is called by."""

    contact_display_data: _Operator | None = None
    title: str = ""

    @property
    def name(self) -> str:
        """What people call the operator or the family."""
        return self.title if self.contact_display_data is None else self.contact_display_data.title


@reports(OSError, StoreError)
def publish(
    chosen: str, planned: str, templates: str, site: str, *, force: bool, verify: bool
) -> object:
    """Publish the site as the settings `chosen` (JSON) ask; `planned` is the file of its plan.

    With `force` the gate is not asked, with `verify` every published file is read. Returns the
    number of the generation and how many files were added, changed and removed.
    """
    settings = _settings(chosen)
    assert settings.publish is not None
    pages = site_plan.load(planned).pages
    kinds = {name: page.kind for page in pages for name in page.files}
    beside = _beside(settings, pages, templates, site)
    mode = PublishMode(force=force, verify=verify, tell=_warn)
    try:
        needs.check()
        files.make_folder(settings.publish)
        with lock(Path(settings.publish), wait=False):
            result = publication.publish(
                settings.out, settings.publish, options(chosen), kinds, beside, mode
            )
    except LockedError as error:
        return Failure(str(error), BUSY)
    except RefusedError as error:
        return Failure(f"not published: {error}", REFUSED)
    except PublishError as error:
        return Failure(f"not published: {error}")
    counts = {what: len(getattr(result.delta, what)) for what in ("added", "changed", "removed")}
    return {"generation": result.number, **counts}


def _warn(words: str) -> None:
    sys.stderr.write(f"warning: publish: {printable.line(words)}\n")


def published(task: Any, values: object, chosen: str) -> bool:  # noqa: ANN401, ARG001  doit's task
    """Tell whether readers see what was built; with `--verify` that is looked at by the task."""
    if (task.options or {}).get("verify"):
        return False
    settings = _settings(chosen)
    try:
        return publication.current(settings.out, settings.publish or "", options(chosen))
    except (OSError, StoreError):
        return False  # the task says what cannot be read


def options(chosen: str) -> Options:
    """Return how the settings ask to publish."""
    settings = _settings(chosen)
    return Options(
        keep=settings.keep,
        compress=settings.compress,
        limits=GateLimits(
            max_drop=settings.max_drop,
            max_files=settings.max_files,
            max_file_bytes=settings.max_file_bytes,
        ),
        words=(
            settings.site_title,
            settings.footer,
            settings.base_url or "",
            settings.onion_url or "",
        ),
    )


def _settings(chosen: str) -> Settings:
    return codec.decode(chosen.encode(), Settings, "the settings")


def _beside(
    settings: Settings, pages: tuple[site_plan.Page, ...], templates: str, site: str
) -> extras.Extras:
    words = codec.decode(site.encode(), Site, "the words of the frame")
    jinja, places = environment(templates, words), CachePaths(settings.cache)

    def changes_page(view: Changes) -> bytes:
        return html.page(jinja, "pages/changes.html", view, urls.html(FOLDER))

    def history_page(series: Series) -> bytes:
        hours = [(hour.moment, hour.values) for hour in series.hours]
        days = [(day.day, day.means) for day in series.days]
        view = network_history.build(hours, days, settings.units)
        return html.page(jinja, "pages/history.html", view, urls.html(extras.HISTORY_FOLDER))

    return extras.Extras(
        title=settings.site_title,
        fields=hosting.header_fields(POLICY, settings.onion_url),
        pages=extras.planned(
            {
                page.files[0].removesuffix(urls.html("")): (page.kind, page.view)
                for page in pages
                if page.files[0].endswith(urls.html(""))
            },
            cache(lambda view: codec.load(places.file(view), _View).name),
        ),
        changes_page=changes_page,
        history_page=history_page,
        base_url=settings.base_url,
    )
