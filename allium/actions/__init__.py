"""What a task does: files joined to pure functions."""
