"""One relay: its flags, findings, weight, platform, exit policy."""
