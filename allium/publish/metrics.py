"""Figures of a build for monitoring, in the text format that Prometheus's node exporter reads."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_HELP: Final = {
    "build_success": "Whether the last build ended well.",
    "build_finished_seconds": "When the last build ended, seconds since 1970.",
    "build_seconds": "Time that the last build took, by phase.",
    "build_cpu_seconds": "Processor time that the last build took.",
    "build_peak_bytes": "Memory that the last build took at most.",
    "site_files": "Files of the site, by what the last build did with them.",
    "site_bytes_written": "Bytes that the last build wrote into the site.",
    "source_fallback": "Whether a source could not be updated and the last good copy is used.",
    "source_age_seconds": "Age of a source document when it was last used.",
    "published_generation": "The number of the generation that readers see.",
}


def metrics(build: Mapping[str, Any], finished: float, generation: int | None) -> str:
    """Return the figures of `last-build.json`, of the time it was written, and of what is shown."""
    lines = []
    name = ""
    for figure, labels, value in _figures(build, finished, generation):
        if figure != name:
            name = figure
            lines += [f"# HELP allium_{name} {_HELP[name]}", f"# TYPE allium_{name} gauge"]
        lines.append(f"allium_{name}{labels} {value}")
    return "".join(f"{line}\n" for line in lines)


def _figures(
    build: Mapping[str, Any], finished: float, generation: int | None
) -> Iterator[tuple[str, str, float]]:
    """Yield name, labels and value."""
    yield "build_success", "", int(build["status"] == "ok")
    yield "build_finished_seconds", "", round(finished)
    for phase, seconds in build["seconds"].items():
        yield "build_seconds", f'{{phase="{phase}"}}', seconds
    yield "build_cpu_seconds", "", build["cpu_seconds"]
    yield "build_peak_bytes", "", build["peak_rss_bytes"]
    for what in ("total", "written", "unchanged", "removed"):
        if what in build["pages"]:
            yield "site_files", f'{{what="{what}"}}', build["pages"][what]
    if "bytes_written" in build["pages"]:
        yield "site_bytes_written", "", build["pages"]["bytes_written"]
    for source, document in build["sources"].items():
        fallback = int(document["status"] == "fallback")
        yield "source_fallback", f'{{source="{source}"}}', fallback
    for source, document in build["sources"].items():
        if document["age_seconds"] is not None:
            yield "source_age_seconds", f'{{source="{source}"}}', document["age_seconds"]
    if generation is not None:
        yield "published_generation", "", generation
