"""What only the page on the network's health counts."""
