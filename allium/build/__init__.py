"""What the tasks of the build do: files joined to pure functions."""
