"""The boards on which operators are ranked."""
