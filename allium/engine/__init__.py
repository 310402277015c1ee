"""What doit lacks at twenty thousand tasks; knows nothing of Tor."""
