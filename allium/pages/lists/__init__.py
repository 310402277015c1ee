"""Lists of everything of one type, and their first entries in other orders."""
