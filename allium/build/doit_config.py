"""The `DOIT_CONFIG` of a build: options of doit's commands and of those that allium adds."""

from collections.abc import Iterator
from typing import Any

from allium.build import summary
from allium.build.project import Project
from allium.engine.build_lock import in_turn
from allium.engine.file_digests import DigestChecker
from allium.engine.progress import ProgressReporter
from allium.engine.run import Build
from allium.engine.why import RecordedRun
from allium.publish.commands import DoctorFinding
from allium.settings import Settings


def configured(build: Project) -> dict[str, Any]:
    """Return the configuration that all of doit's commands have from the task file."""
    settings, places = build.settings, build.places
    absent = {} if settings.published else {"publish": "set publish=DIR"}
    # doit: cmd_run.py and dependency.py create these two, without this configuration
    ProgressReporter.counted = summary.PHASES
    DigestChecker.root, DigestChecker.ledger = places.cache, places.ledger
    return {
        "dep_file": places.state,
        "check_file_uptodate": DigestChecker,
        "build": Build(build.summary, {"out": settings.out}, absent, leaves_at_once=True),
        "known": RecordedRun(places.before, places.name, build.summary.known_compositions),
        "checks": _checks(settings),
        "out": settings.out,
        "publish": settings.publish,
        "alone": in_turn,
    }


def _checks(settings: Settings) -> Iterator[DoctorFinding]:
    from allium.build.checks import Checks  # noqa: PLC0415  builds must not wait for it

    yield from Checks(settings)
