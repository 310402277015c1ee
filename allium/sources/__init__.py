"""Where bytes come from: the only package that opens sockets."""
