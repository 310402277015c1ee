"""One operator: what their relays are and did."""
