"""Bring the votes of the directory authorities into the cache, and say so when some are not had."""

import sys
from pathlib import Path
from typing import Any

from allium import formatting
from allium.build import fetch as documents
from allium.engine.failure import reports
from allium.model.relay import Time
from allium.model.snapshot import Source
from allium.settings import Settings
from allium.sources.collector.collection import CONSENSUS, Collection, Obtained
from allium.sources.collector.tree import COLLECTOR, FolderTree, SampleTree, ServedTree, Tree
from allium.sources.collector.vote_cache import VoteCache
from allium.sources.source_cache import SourceCache
from allium.store import codec


@reports(OSError)
def fetch(choices: str, code: str) -> dict[str, Any]:
    """Obtain the votes for the hour of the relay details; `choices` is the JSON of the settings.

    `code` is the digest of the code that reads votes. Returns what the build's report says.
    """
    settings = _settings(choices)
    hour = _hour(settings)
    assert hour is not None  # the details were fetched before
    offline = settings.offline and settings.source != "sample"  # the sample makes no request
    obtained = _collection(settings, code).obtain(hour, offline=offline)
    for name, problem in obtained.problems.items():
        instead = _instead(obtained.source) if name == CONSENSUS else ""
        sys.stderr.write(f"warning: votes: {name}: {problem}{instead}\n")
    report = documents.unchanged(obtained.source) | {
        "status": _status(obtained),
        "votes": obtained.had,
        "left_out": obtained.left_out,
    }
    return {"source": {"votes": report}}


def settled(choices: str, code: str) -> bool:
    """Tell whether the cache holds what a fetch would bring, without asking anybody."""
    settings = _settings(choices)
    hour = _hour(settings)
    return hour is not None and _collection(settings, code).settled(hour)


def _settings(choices: str) -> Settings:
    return codec.decode(choices.encode(), Settings, "the settings")


def _hour(settings: Settings) -> Time | None:
    return SourceCache(Path(settings.cache, "sources")).source("details").published


def _collection(settings: Settings, code: str) -> Collection:
    return Collection(_tree(settings), VoteCache(Path(settings.cache, "sources"), code))


def _tree(settings: Settings) -> Tree:
    """Return where the votes are: beside the documents, or at CollecTor for the live network."""
    if settings.source == "sample":
        return SampleTree(settings.relays, settings.hour, settings.seed)
    if settings.source == "onionoo":
        return ServedTree(COLLECTOR)
    if settings.source.startswith(("http://", "https://")):
        return ServedTree(settings.source.rstrip("/"))
    return FolderTree(settings.source)


def _instead(source: Source) -> str:
    """Return what the site is built with when the consensus of the hour is not there."""
    if source.published is None:
        return "; the site is built without votes"
    return f"; using the last good ones, of {formatting.minute(source.published)} UTC"


def _status(obtained: Obtained) -> str:
    """Return how the set was had: all of it without asking, or some of it anew."""
    if obtained.source.outcome != "fresh":
        return {"last_good": "fallback"}.get(obtained.source.outcome, "missing")
    return "fresh" if "fresh" in obtained.had.values() else "not_modified"
