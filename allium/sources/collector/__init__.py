"""Votes and consensuses of the directory authorities, as CollecTor keeps them."""

from typing import Final

NAME: Final = "votes"
"""What the source is called."""
