"""Values that every layer shares, and nothing that touches a file, a clock, the network or the command line."""
