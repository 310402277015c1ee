"""The page on where the network depends on few."""
