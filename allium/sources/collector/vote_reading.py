"""All that decides what a document of the authorities is reduced to, for the digest of its code."""

from allium.sources.collector import consensus, vote

__all__ = ["consensus", "vote"]
