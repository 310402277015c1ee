"""From a view to HTML."""
