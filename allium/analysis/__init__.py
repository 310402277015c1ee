"""Numbers: pure functions over the model."""
