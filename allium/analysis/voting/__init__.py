"""What the directory authorities voted, what came of it, and why: Tor's rules in whole numbers."""
