"""Which files of the cache and which pages the network becomes: a module for each part."""
