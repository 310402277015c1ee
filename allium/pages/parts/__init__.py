"""What the pages of several kinds have in common: head, links, rows, shares, charts, twins."""
