"""One build: its settings, sources, places and stages, as the task file declares them."""

import os
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from allium import locations, settings
from allium.build import stages
from allium.build.paths import CachePaths
from allium.build.summary import BuildSummary
from allium.engine import streams
from allium.engine.failure import UnknownTasks
from allium.engine.uptodate import StageUnchanged
from allium.printable import redacted
from allium.render.site_info import Site
from allium.settings import Settings
from allium.sources import collector
from allium.sources.source_cache import SourceCache
from allium.store import StoreError, codec, files, site_plan

WRONG_SETTING = 78
APIS = {"all": ("details", "uptime", "bandwidth", "aroi"), "details": ("details", "aroi")}

EXTRAS = ("twins", "search_parts", "exports", "operator_gauges", "vote_pages")


class Choices(str):
    """The settings as JSON; `doit info` shows it without a password."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return what Python shows of text, without what a URL holds back."""
        return redacted(super().__repr__())


class Project:
    """What is fixed for one build before its first task runs."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self.places = CachePaths(chosen.cache)
        self.templates = f"{_short_path(locations.RESOURCES)}/templates"

    @classmethod
    def load(cls, command_line: Mapping[str, str], working: Path) -> "Project":
        """Return the build that command line, environment and configuration files ask for.

        Makes the cache folder. Raises `SettingsError`.
        """
        loaded = settings.load(command_line, os.environ, locations.project(working), working)
        try:
            files.make_folder(loaded.cache)
        # A folder that cannot be made is a wrong setting, whichever error the system gives it.
        except OSError as error:
            raise settings.SettingsError(f"cache={loaded.cache}: {error.strerror}") from error
        return cls(loaded)

    @classmethod
    def asked_for(cls, command_line: Mapping[str, str], working: Path) -> "Project":
        """Return what `load` does; a wrong setting ends the program with a message."""
        streams.escape_what_the_locale_lacks()
        try:
            return cls.load(command_line, working)
        except settings.SettingsError as error:
            sys.stderr.write(f"allium: {error}\n")
            sys.exit(WRONG_SETTING)

    @cached_property
    def choices(self) -> Choices:
        """The settings as JSON, for actions, whose arguments are plain text."""
        return Choices(codec.encode(self.settings).decode())

    @cached_property
    def site(self) -> str:
        """The words in the frame of every page, as JSON."""
        words = {name: getattr(self.settings, name) for name in Site.__struct_fields__}
        return codec.encode(Site(**words)).decode()

    @cached_property
    def frame(self) -> tuple[str, str, str]:
        """The templates, the words in the frame of every page, and where the site lies."""
        return self.templates, self.site, self.settings.out

    @property
    def documents(self) -> tuple[str, ...]:
        """The sources that are one document each."""
        return documents_of(self.settings)

    @property
    def sources(self) -> tuple[str, ...]:
        """All that the site is made of."""
        return sources_of(self.settings)

    @property
    def extras(self) -> list[str]:
        """The kinds of files beside the pages that the site shall have."""
        return [name for name in EXTRAS if getattr(self.settings, name)]

    def outcome(self, source: str) -> str:
        """Return the file that says what came of fetching a source, and which bytes it has."""
        return str(SourceCache(Path(self.places.sources)).outcome(source))

    @property
    def inputs(self) -> list[str]:
        """All that the snapshot is made of."""
        return [self.outcome(source) for source in self.sources]

    @cached_property
    def static(self) -> tuple[str, ...]:
        """The files that are the same in every site, relative to the templates and to the site."""
        folder = locations.RESOURCES / "templates" / "static"
        return tuple(sorted(f"static/{file.name}" for file in folder.iterdir() if file.is_file()))

    @cached_property
    def plan(self) -> site_plan.SitePlan:
        """The pages of the last `split`, so it is read after `split` has ended.

        Raises `UnknownTasks` when the file was damaged since.
        """
        try:
            return site_plan.load(self.places.plan)
        except StoreError as error:
            raise UnknownTasks(f"{error}; the next build makes it again") from error

    @property
    def kinds(self) -> list[str]:
        """The kinds of page that the plan has, as planned."""
        return list(dict.fromkeys(page.kind for page in self.plan.pages))

    @staticmethod
    def waits_for(kind: str) -> tuple[str, ...]:
        """Return the tasks without which a page must not be rendered, beyond `split`."""
        return ("reserve", "precompute") if stages.KINDS[kind].precomputed else ("reserve",)

    def target(self, name: str) -> str:
        """Return where a file of the site lies."""
        return f"{self.settings.out}/{name}"

    def stage(self, name: str) -> StageUnchanged:
        """Return what is up to date while nothing that the stage is made of changes."""
        return self._stages[name]

    @cached_property
    def _stages(self) -> dict[str, StageUnchanged]:
        return {name: StageUnchanged(digest) for name, digest in self._digests.items()}

    @property
    def summary(self) -> BuildSummary:
        """What adds to the report of the build."""
        static, manifest = len(self.static), self.target("manifest.json")
        published = self.settings.publish
        compositions = self._compositions
        return BuildSummary(self.places, self.sources, static, compositions, manifest, published)

    @cached_property
    def _compositions(self) -> dict[str, dict[str, str]]:
        """What the stages of this build are made of, by their digests."""
        return {self._digests[name]: parts for name, parts in self._parts.items()}

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {name: stages.digest_of(parts) for name, parts in self._parts.items()}

    @cached_property
    def _parts(self) -> dict[str, dict[str, str]]:
        return stages.compositions(locations.CODE, locations.RESOURCES, self.settings)


def documents_of(settings: Settings) -> tuple[str, ...]:
    """Return those sources of a site with these settings that are one document each."""
    return APIS[settings.apis] + (("weights",) if settings.reads_weights else ())


def sources_of(settings: Settings) -> tuple[str, ...]:
    """Return all that a site with these settings is made of."""
    return documents_of(settings) + ((collector.NAME,) if settings.reads_votes else ())


def _short_path(folder: Path) -> str:
    """Return a folder as seen from the working folder, shorter when it is below."""
    working_folder = Path.cwd()
    if folder.is_relative_to(working_folder):
        folder = folder.relative_to(working_folder)
    return folder.as_posix()
