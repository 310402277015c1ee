"""The page of an operator."""
