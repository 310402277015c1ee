"""Search: its page, its directories, and the index that its script reads."""
