"""The pages of groups of relays: network, country, platform, version, flag, first day."""
