"""Tables of the whole network as files for programs, and the page that describes them."""
