"""Nouns: frozen structs of what the sources say."""
