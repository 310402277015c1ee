"""What each page prints: one frozen struct and one `build` for each page kind."""
