"""What allium adds to the report of a build: its pages, its sources, and the last line."""

from typing import Any

from msgspec import Struct

from allium import text
from allium.engine.report import Figures, total

KINDS = ("render", "static")
"""First parts of the names of tasks that write files of the site."""


class Summary(Struct, frozen=True):
    """The plan of a build's report, which goes to the file `path`."""

    path: str

    def kind(self, task: str) -> str:
        """Return `render:relay` for a task that renders a relay, else what stands before `:`."""
        parts = task.split(":")
        return ":".join(parts[:2]) if parts[0] == "render" else parts[0]

    def finish(self, figures: Figures, values: dict[str, list[dict[str, Any]]]) -> None:
        """Add pages and sources; a page that no task touched counts as unchanged."""
        wrote = [value for kind in values if kind.split(":")[0] in KINDS for value in values[kind]]
        pruned = values.get("prune", [])
        figures.pages = {
            name: total(wrote, name) for name in ("written", "unchanged", "bytes_written")
        } | {"removed": total(pruned, "removed"), "total": total(pruned, "files")}
        for value in values.get("fetch", []):
            figures.sources |= value["source"]
        for value in values.get("split", []):
            details = figures.sources.setdefault("details", {})
            details["skipped"] = value["skipped"]

    def line(self, figures: Figures) -> str:
        """Return the build in one line."""
        seconds, pages = figures.seconds, figures.pages
        tasks = figures.tasks.values()
        ran, failed = sum(one.run for one in tasks), sum(one.failed for one in tasks)
        outcome = "built" if figures.status == "ok" else f"FAILED ({failed} tasks)"
        return (
            f"allium: {outcome} in {seconds['total']:.1f} s: {text.count(ran)} tasks run,"
            f" {text.count(pages['written'])} files written, {pages['removed']} removed,"
            f" {figures.peak_rss_bytes / 1e6:.0f} MB"
        )
