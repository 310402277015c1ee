"""What each page prints: one frozen struct and one `build` per page kind."""
