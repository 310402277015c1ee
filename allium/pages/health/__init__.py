"""The page on the network's health, in sections."""
