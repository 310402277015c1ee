"""What doit's commands, and the ones that allium adds to them, are told about a build."""

from typing import Any

from allium.actions import nouns
from allium.actions.doctor import Checks
from allium.actions.project import Project
from allium.engine.check import Check
from allium.engine.digests import DigestChecker
from allium.engine.lock import in_turn
from allium.engine.progress import ProgressReporter
from allium.engine.run import Run
from allium.engine.why import Known, Why
from allium.publish.doctor import Doctor
from allium.publish.rollback import Rollback


def configured(build: Project) -> dict[str, Any]:
    """Tell all commands of what build they are; return what doit itself is to be told."""
    chosen, places = build.settings, build.places
    Check.site = chosen.out
    ProgressReporter.counted = nouns.PHASES
    Run.plan, Run.leaves_at_once = build.summary, True
    Run.folders = {"out": chosen.out}
    Run.absent = {} if chosen.published else {"publish": "set publish=DIR"}
    Why.known = Known(places.before, places.name, build.summary.known_compositions)
    Doctor.checks = Checks(chosen)
    Rollback.root, Rollback.alone = chosen.publish, in_turn
    DigestChecker.root, DigestChecker.ledger = places.cache, places.ledger
    return {"dep_file": places.state, "check_file_uptodate": DigestChecker}
