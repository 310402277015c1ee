"""Votes and consensuses of the directory authorities, as CollecTor keeps them."""
