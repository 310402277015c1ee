"""What allium adds to the report of a build: its pages, its sources, and the last line."""

import time
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from allium.build import fetch
from allium.build.paths import CachePaths
from allium.engine.phases import Counted
from allium.engine.report import Figures, total
from allium.formatting import count, noun, number_of
from allium.publish.generations import Generations
from allium.publish.metrics import metrics
from allium.sources.source_cache import SourceCache
from allium.store import StoreError, codec, files, site_plan

KEPT_BUILDS = 8
WRITERS = ("render", "static")
"""First parts of the names of tasks that write files of the site."""


class BuildSummary(Struct, frozen=True):
    """The report of builds that use the cache at `places` and these source documents."""

    places: CachePaths
    sources: tuple[str, ...]
    static: int
    compositions: dict[str, dict[str, str]]
    manifest: str
    published: str | None = None

    @property
    def path(self) -> str:
        """The file that the report goes to."""
        return self.places.last_build

    def kind(self, task: str) -> str:
        """Return `render:relay` for a task that renders a relay, else what stands before `:`."""
        parts = task.split(":")
        return ":".join(parts[:2]) if parts[0] == "render" else parts[0]

    def finish(self, figures: Figures, values: dict[str, list[dict[str, Any]]]) -> None:
        """Add what became of the site's files and of the sources; keep what the stages were."""
        self._keep_compositions()
        # After a failure the record of the site is not that of the files that lie there.
        figures.root = self._root() if figures.status == "ok" else ""
        wrote = [
            value for kind in values if kind.split(":")[0] in WRITERS for value in values[kind]
        ]
        written, count = total(wrote, "written"), self._files()
        figures.pages = {
            "total": count,
            "written": written,
            "unchanged": count - written,
            "removed": total(values.get("prune", []), "removed"),
            "bytes_written": total(wrote, "bytes_written"),
        }
        figures.sources = {name: self._source(name) for name in self.sources}
        for value in values.get("fetch", []):
            figures.sources |= value["source"]
        for name in self.sources:
            figures.sources[name]["skipped"] = 0
        for value in values.get("split", []):
            figures.sources["details"]["skipped"] = sum(value["skipped"].values())
            for reason, refused in value["vanity_refused"].items():
                figures.pages[f"vanity.refused.{reason}"] = refused
        self._tell_monitoring(figures)

    def _tell_monitoring(self, figures: Figures) -> None:
        """Write the figures as the node exporter reads them."""
        generation = None if self.published is None else Generations(self.published).current
        text = metrics(msgspec.to_builtins(figures), time.time(), generation)
        files.write_if_changed(self.places.metrics, text.encode())

    def known_compositions(self) -> dict[str, dict[str, str]]:
        """Return what digests of stages stand for: of this build, then of earlier ones."""
        try:
            saved = codec.load(self.places.stages, dict[str, dict[str, str]])
        except StoreError:
            saved = {}
        latest = [*(self.compositions | saved).items()][: KEPT_BUILDS * len(self.compositions)]
        return dict(latest)

    def _keep_compositions(self) -> None:
        files.write_if_changed(self.places.stages, codec.encode(self.known_compositions()))

    def _root(self) -> str:
        """Return the SHA-256 of the record of all files: sites with equal digests are equal."""
        try:
            return sha256(files.read(self.manifest)).hexdigest()
        except OSError:
            return ""

    def _files(self) -> int:
        try:
            return self.static + sum(
                len(page.files) for page in site_plan.load(self.places.plan).pages
            )
        except StoreError:
            return 0

    def _source(self, name: str) -> dict[str, Any]:
        """Return what is known of a source that no task had to fetch."""
        return fetch.unchanged(SourceCache(Path(self.places.sources)).source(name))

    def line(self, figures: Figures) -> str:
        """Return the build in one line."""
        seconds, pages = figures.seconds, figures.pages
        tasks = figures.tasks.values()
        ran, failed = sum(counts.run for counts in tasks), sum(counts.failed for counts in tasks)
        outcome = {"ok": "built", "interrupted": "interrupted"}.get(
            figures.status, f"FAILED ({number_of(failed, 'task')})"
        )
        root = f"; manifest.json has SHA-256 {figures.root}" if figures.root else ""
        return (
            f"allium: {outcome} in {seconds['total']:.1f} s: {number_of(ran, 'task')} run,"
            f" {count(pages['written'])} of {number_of(pages['total'], 'file')} written,"
            f" {count(pages['removed'])} removed,"
            f" {figures.peak_rss_bytes / 1e6:.0f} MB{_not_fresh(figures)}{root}"
        )


def _not_fresh(figures: Figures) -> str:
    """Return which documents the site has not, or not the newest of: each build says so."""
    if figures.status != "ok":
        return ""
    words = {"missing": "without", "fallback": "last good"}
    sources = {
        status: [name for name, source in figures.sources.items() if source["status"] == status]
        for status in words
    }
    return "".join(
        f"; {words[status]} {', '.join(names)}" for status, names in sources.items() if names
    )


PHASES: Final = {
    "fetch": Counted(partial(noun, singular="document")),
    "precompute": Counted(partial(noun, singular="contact"), every=500),
    "render": Counted(partial(noun, singular="page")),
    "static": Counted(partial(noun, singular="file")),
}
"""By the first part of the names of their tasks."""
