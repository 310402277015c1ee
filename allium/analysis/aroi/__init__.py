"""The operator's domain (AROI): the claim in a contact and its validation."""
