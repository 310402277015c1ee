"""allium: a make-style incremental static site of the Tor network."""

__version__ = "0.1.0"
