"""What the directory authorities vote: on one relay, each of them, and the consensus they make."""
