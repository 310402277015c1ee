"""Onionoo's documents: envelopes, records, histories, and what is repaired in them."""
