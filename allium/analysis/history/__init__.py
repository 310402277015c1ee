"""What the histories of relays come to: uptime and throughput."""
