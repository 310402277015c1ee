"""Families: which relays belong together, and whether they say so."""
