"""The page of a relay."""
