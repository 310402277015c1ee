"""Where the network depends on few, and what circuits its clients could be at risk from."""
