"""Builds and publications that are killed, and what is left of them."""
