"""Bring one source document into the cache, and say so when it is not the newest."""

import sys
import time
from pathlib import Path
from typing import Any

from allium import formatting
from allium.engine.failure import Failure, reports
from allium.model.relay import Time
from allium.model.snapshot import Outcome, Source
from allium.settings import Settings
from allium.sources.origins import Folder, Origin, Sample, Server
from allium.sources.source_cache import Fetched, SourceCache, Status
from allium.store import codec

STALE_DETAILS = 65
NO_DETAILS = 69


@reports(OSError)
def fetch(name: str, choices: str) -> dict[str, Any] | Failure:
    """Obtain the document `name`; `choices` is the JSON of the settings.

    Returns what the build's report says of the source, or the failure that ends the build.
    """
    settings = codec.decode(choices.encode(), Settings, "the settings")
    cache = SourceCache(Path(settings.cache, "sources"))
    fetched = cache.obtain(name, origin(settings, name), offline=settings.offline)
    report = _report(fetched)
    if name == "details":
        if fetched.record is None:
            return Failure(f"no usable relay details: {fetched.problem}", NO_DETAILS)
        if _too_old(report["age_seconds"], settings.max_details_age):
            words = f"older than {formatting.number_of(settings.max_details_age or 0, 'hour')}"
            return Failure(f"the relay details of {report['published']} are {words}", STALE_DETAILS)
    if fetched.problem is not None:
        sys.stderr.write(_warning(name, fetched, report))
    return {"source": {name: report}}


def settled(name: str, choices: str) -> bool:
    """Tell whether the cache holds what a fetch would bring, without asking anybody."""
    settings = codec.decode(choices.encode(), Settings, "the settings")
    cache = SourceCache(Path(settings.cache, "sources"))
    # Only a fetch looks at the age, so that with a limit each build must fetch.
    has_an_age = name == "details" and settings.max_details_age is not None
    return not has_an_age and cache.settled(name, origin(settings, name))


def origin(settings: Settings, name: str) -> Origin:
    """Return where a document comes from."""
    address = settings.address(name)
    if address is not None:
        return Server(address=address)
    if settings.source == "sample":
        return Sample(settings.relays, settings.hour, settings.seed)
    if settings.source == "onionoo":
        return Server()
    if settings.source.startswith(("http://", "https://")):
        return Server(settings.source)
    return Folder(settings.source)


def unchanged(source: Source) -> dict[str, Any]:
    """Return what a report says of a source that did not have to be fetched."""
    status: dict[Outcome, Status] = {
        "fresh": "not_modified",
        "last_good": "fallback",
        "missing": "missing",
    }
    return _described(status[source.outcome], source.published, source.records)


def _report(fetched: Fetched) -> dict[str, Any]:
    if fetched.record is None:
        return _described(fetched.status, None, 0)
    summary = fetched.record.summary
    return _described(fetched.status, summary.published, summary.records)


def _described(status: Status, published: Time | None, records: int) -> dict[str, Any]:
    age = None if published is None else int(time.time()) - formatting.seconds(published)
    return {"status": status, "published": published, "age_seconds": age, "records": records}


def _too_old(age: int, limit: int | None) -> bool:
    return limit is not None and age > limit * 3600


def _warning(name: str, fetched: Fetched, report: dict[str, Any]) -> str:
    if fetched.record is None:
        return f"warning: {name}: {fetched.problem}; the site is built without it\n"
    age = f"{report['age_seconds'] / 3600:.1f} hours old"
    return (
        f"warning: {name}: {fetched.problem}; using the last good one,"
        f" of {formatting.minute(report['published'])} UTC, {age}\n"
    )
